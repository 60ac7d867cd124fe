using System.Collections.Concurrent;
using Spindle.Tls;

namespace Spindle.Endpoints;

/// <summary>Makes endpoints of their descriptions, "tcp:8080" for example.</summary>
/// <remarks>
/// <para>
/// A description is a type and arguments, each after a colon; an argument is a value or key=value, and a backslash makes
/// the next character literal. Servers: <c>tcp:port[:interface][:backlog]</c>, <c>tcp6:port[:backlog][:interface]</c>,
/// <c>unix:path[:mode=666][:backlog=50][:lockfile=1]</c>, where "@" in front stands for an abstract name, and
/// <c>systemd:domain=INET|INET6|UNIX:index=N</c> or <c>name=X</c> for a socket that the service manager has opened.
/// Clients: <c>tcp:host:port[:timeout=30][:bindAddress=]</c> and <c>unix:path[:lockfile=0][:timeout=30]</c>, with the timeout in seconds;
/// <c>exec:program[:argument...][:path=directory][:stderr=log|drop]</c> for a program's standard input and output;
/// <c>pty:program[:argument...][:path=directory][:size=80x24]</c> for a program on a terminal of so many columns and rows;
/// <c>serial:device[:baudrate=9600][:bytesize=8][:parity=none|even|odd|mark|space][:stopbits=1][:xonxoff=0][:rtscts=0]</c> for a serial line.
/// <c>ssl:</c> servers are as tcp with
/// <c>[:privateKey=server.pem][:certKey][:sslmethod][:interface][:backlog][:extraCertChain][:dhParameters]</c> behind the port.
/// <c>ssl:</c> clients are as tcp with <c>[:privateKey=][:certKey=][:caCertsDir=][:hostname=]</c>; the server must be known to the
/// system or to that folder, and its certificate be for the host, or that other name; an empty one switches the checks off, as is the
/// original's default. <c>tls:host:port[:timeout][:bindAddress][:certificate][:privateKey][:trustRoots][:endpoint]</c> tries all
/// addresses of the host, or connects to another description, the host being what the certificate must be for; port, timeout and
/// bindAddress are not used then. Files are in PEM, and so are those in folders that end in ".pem"; roots may be one file, too.
/// <c>stdio:</c> is standard input and output, for a server and a client.
/// <c>haproxy:</c> in front of a server takes HAProxy's PROXY protocol.
/// </para>
/// <para>Datagrams have endpoints of their own. Servers: <c>udp:port[:interface]</c>, <c>unixgram:path[:mode=666]</c>. Clients: <c>udp:host:port</c>, <c>unixgram:path[:bind=path][:mode=666]</c>.</para>
/// <para>Further types are added with <see cref="AddServerType"/>, <see cref="AddClientType"/> and their like for datagrams, for the whole process.</para>
/// <para>Thread: any; the endpoints belong to the reactor's.</para>
/// <para>Source: Twisted's <c>serverFromString</c> and <c>clientFromString</c>.</para>
/// </remarks>
public static class EndpointStrings
{
    /// <summary>Somewhere to listen. The type's case counts.</summary>
    /// <exception cref="ArgumentException">The description is wrong, or the reactor cannot do it; the message says how, and what would be right.</exception>
    public static IStreamServerEndpoint ParseServer(IReactorCore reactor, string description) => Parse(EndpointTypes.Servers, reactor, description, "listen");

    /// <summary>Somewhere to listen. The type's case counts.</summary>
    /// <param name="reactor">The reactor to listen on.</param>
    /// <param name="description">Where.</param>
    /// <param name="defaultTls">Called for each <c>ssl:</c> that names no key: makes what is used instead, or gives null for the file server.pem.</param>
    /// <exception cref="ArgumentException">The description is wrong, or the reactor cannot do it; the message says how, and what would be right.</exception>
    public static IStreamServerEndpoint ParseServer(IReactorCore reactor, string description, Func<TlsContext?>? defaultTls) =>
        Parse(EndpointTypes.Servers, reactor, description, "listen", defaultTls);

    /// <summary>Somewhere to connect to. The type's case does not count.</summary>
    /// <exception cref="ArgumentException">The description is wrong, or the reactor cannot do it; the message says how, and what would be right.</exception>
    public static IStreamClientEndpoint ParseClient(IReactorCore reactor, string description) => Parse(EndpointTypes.Clients, reactor, description, "connect");

    /// <summary>Somewhere to receive datagrams. The type's case counts.</summary>
    /// <exception cref="ArgumentException">The description is wrong, or the reactor cannot do it; the message says how, and what would be right.</exception>
    public static IDatagramServerEndpoint ParseDatagramServer(IReactorCore reactor, string description) =>
        Parse(EndpointTypes.DatagramServers, reactor, description, "receive datagrams");

    /// <summary>Somewhere to send datagrams to. The type's case does not count.</summary>
    /// <exception cref="ArgumentException">The description is wrong, or the reactor cannot do it; the message says how, and what would be right.</exception>
    public static IDatagramClientEndpoint ParseDatagramClient(IReactorCore reactor, string description) =>
        Parse(EndpointTypes.DatagramClients, reactor, description, "send datagrams");

    /// <summary>Whether a description's type is one of datagrams, for servers or for clients.</summary>
    /// <exception cref="ArgumentException">The description is wrong.</exception>
    public static bool IsDatagram(string description)
    {
        string type = new EndpointDescription(description).Type;
        return EndpointTypes.DatagramServers.ContainsKey(type) || EndpointTypes.DatagramClients.ContainsKey(type);
    }

    /// <summary>Adds a type of server endpoint.</summary>
    /// <param name="type">What its descriptions begin with.</param>
    /// <param name="parse">Makes the endpoint: takes the arguments of the description. What it leaves is an error.</param>
    /// <exception cref="ArgumentException">There is such a type already, or this cannot be one.</exception>
    public static void AddServerType(string type, Func<IReactorCore, EndpointDescription, IStreamServerEndpoint> parse) => Add(EndpointTypes.Servers, type, parse);

    /// <summary>Adds a type of client endpoint.</summary>
    /// <param name="type">What its descriptions begin with.</param>
    /// <param name="parse">Makes the endpoint: takes the arguments of the description. What it leaves is an error.</param>
    /// <exception cref="ArgumentException">There is such a type already, or this cannot be one.</exception>
    public static void AddClientType(string type, Func<IReactorCore, EndpointDescription, IStreamClientEndpoint> parse) => Add(EndpointTypes.Clients, type, parse);

    /// <summary>Adds a type of server endpoint for datagrams.</summary>
    /// <inheritdoc cref="AddServerType"/>
    public static void AddDatagramServerType(string type, Func<IReactorCore, EndpointDescription, IDatagramServerEndpoint> parse) => Add(EndpointTypes.DatagramServers, type, parse);

    /// <summary>Adds a type of client endpoint for datagrams.</summary>
    /// <inheritdoc cref="AddClientType"/>
    public static void AddDatagramClientType(string type, Func<IReactorCore, EndpointDescription, IDatagramClientEndpoint> parse) => Add(EndpointTypes.DatagramClients, type, parse);

    /// <summary>Escapes a value so that it can stand in a description, whatever is in it.</summary>
    public static string QuoteArgument(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return EndpointDescription.Quote(value);
    }

    private static T Parse<T>(
        ConcurrentDictionary<string, Func<IReactorCore, EndpointDescription, T>> types,
        IReactorCore reactor,
        string text,
        string verb,
        Func<TlsContext?>? defaultTls = null)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        EndpointDescription description = new(text, defaultTls);
        if (!types.TryGetValue(description.Type, out Func<IReactorCore, EndpointDescription, T>? parse))
        {
            string known = string.Join(", ", types.Keys.Order(StringComparer.Ordinal));
            throw description.Wrong($"there is no endpoint type \"{description.Type}\" to {verb}; there is {known}");
        }

        T endpoint = parse(reactor, description);
        description.End();
        return endpoint;
    }

    private static void Add<T>(
        ConcurrentDictionary<string, Func<IReactorCore, EndpointDescription, T>> types,
        string type,
        Func<IReactorCore, EndpointDescription, T> parse)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(parse);
        if (type.AsSpan().ContainsAny(":=\\"))
        {
            throw new ArgumentException($"\"{type}\" cannot be an endpoint type: it must not contain a colon, an equals sign or a backslash.", nameof(type));
        }

        if (!types.TryAdd(type, parse))
        {
            throw new ArgumentException($"There is an endpoint type \"{type}\" already.", nameof(type));
        }
    }
}
