using System.Net;
using Spindle.Kernel;

namespace Spindle.Endpoints;

/// <summary>Makes endpoints of their descriptions, "tcp:8080" for example.</summary>
/// <remarks>
/// <para>
/// A description is a type and arguments, each after a colon; an argument is a value or key=value, and a backslash makes
/// the next character literal. Servers: <c>tcp:port[:interface][:backlog]</c>, <c>tcp6:port[:backlog][:interface]</c>.
/// Clients: <c>tcp:host:port[:timeout][:bindAddress]</c>, with the timeout in seconds.
/// </para>
/// <para>Thread: any; the endpoints belong to the reactor's.</para>
/// <para>Source: Twisted's <c>serverFromString</c> and <c>clientFromString</c>.</para>
/// </remarks>
public static class EndpointStrings
{
    private const int DefaultBacklog = 50;

    private static readonly Dictionary<string, Func<IReactorTcp, EndpointDescription, IStreamServerEndpoint>> Servers = new(StringComparer.Ordinal)
    {
        ["tcp"] = ParseTcpServer,
        ["tcp6"] = ParseTcp6Server,
    };

    private static readonly Dictionary<string, Func<IReactorTcp, EndpointDescription, IStreamClientEndpoint>> Clients = new(StringComparer.OrdinalIgnoreCase)
    {
        ["tcp"] = ParseTcpClient,
    };

    /// <summary>Somewhere to listen.</summary>
    /// <exception cref="ArgumentException">The description is wrong; the message says how, and what would be right.</exception>
    public static IStreamServerEndpoint ParseServer(IReactorTcp reactor, string description) => Parse(Servers, reactor, description, "listen");

    /// <summary>Somewhere to connect to.</summary>
    /// <exception cref="ArgumentException">The description is wrong; the message says how, and what would be right.</exception>
    public static IStreamClientEndpoint ParseClient(IReactorTcp reactor, string description) => Parse(Clients, reactor, description, "connect");

    /// <summary>Escapes a value so that it can stand in a description, whatever is in it.</summary>
    public static string QuoteArgument(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return EndpointDescription.Quote(value);
    }

    private static T Parse<T>(Dictionary<string, Func<IReactorTcp, EndpointDescription, T>> types, IReactorTcp reactor, string text, string verb)
    {
        EndpointDescription description = new(text);
        if (!types.TryGetValue(description.Type, out Func<IReactorTcp, EndpointDescription, T>? parse))
        {
            throw description.Wrong($"there is no endpoint type \"{description.Type}\" to {verb}; there is {string.Join(", ", types.Keys)}");
        }

        T endpoint = parse(reactor, description);
        description.End();
        return endpoint;
    }

    private static TcpServerEndpoint ParseTcpServer(IReactorTcp reactor, EndpointDescription description)
    {
        int port = TakePort(description, "tcp:8080");
        string host = description.Take("interface") ?? "";
        int backlog = description.TakeNumber("backlog", 0, int.MaxValue) ?? DefaultBacklog;
        return new TcpServerEndpoint(reactor, port, backlog, CheckInterface(description, host));
    }

    private static TcpServerEndpoint ParseTcp6Server(IReactorTcp reactor, EndpointDescription description)
    {
        int port = TakePort(description, "tcp6:8080");
        int backlog = description.TakeNumber("backlog", 0, int.MaxValue) ?? DefaultBacklog;
        string host = description.Take("interface") ?? "::";
        return new TcpServerEndpoint(reactor, port, backlog, CheckInterface(description, host));
    }

    private static TcpClientEndpoint ParseTcpClient(IReactorTcp reactor, EndpointDescription description)
    {
        // A single value without a name is the port if the host has one, else the host (EP-21).
        const string Example = "tcp:127.0.0.1:8080";
        string host = description.TakeRequired("host", Example);
        int port = TakePort(description, Example);
        int? seconds = description.TakeNumber("timeout", 0, int.MaxValue / 1000);
        string? bind = description.Take("bindAddress");
        return new TcpClientEndpoint(
            reactor,
            host.Length > 0 ? host : throw description.Wrong($"the host is empty; write it as in \"{Example}\""),
            port,
            seconds is null ? null : TimeSpan.FromSeconds(seconds.Value),
            bind is null ? null : ParseBind(description, bind));
    }

    private static int TakePort(EndpointDescription description, string example) =>
        description.TakeNumber("port", IPEndPoint.MinPort, IPEndPoint.MaxPort)
            ?? throw description.Wrong($"the port is missing; write it as in \"{example}\"");

    private static string CheckInterface(EndpointDescription description, string host) =>
        host.Length == 0 || InternetAddresses.TryParse(host, out _)
            ? host
            : throw description.Wrong($"the interface is \"{host}\"; it must be an IPv4 or IPv6 address");

    private static IPEndPoint ParseBind(EndpointDescription description, string bind) =>
        InternetAddresses.TryParse(bind, out IPAddress address)
            ? new IPEndPoint(address, 0)
            : throw description.Wrong($"the bindAddress is \"{bind}\"; it must be an IPv4 or IPv6 address");
}
