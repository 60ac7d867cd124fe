using System.Net;
using Spindle.Tls;

namespace Spindle.Testing;

/// <content>TLS over TCP.</content>
public sealed partial class MemoryReactor : IReactorSsl
{
    private readonly List<MemorySslServer> _sslServers = [];
    private readonly List<MemorySslClient> _sslClients = [];

    /// <summary>The calls of <see cref="ListenSsl"/>, in order.</summary>
    public IReadOnlyList<MemorySslServer> SslServers => _sslServers;

    /// <summary>The calls of <see cref="ConnectSsl"/>, in order.</summary>
    public IReadOnlyList<MemorySslClient> SslClients => _sslClients;

    /// <summary>
    /// Notes the call and starts the factory. Nothing is encrypted: what the test gives the protocol is what would come out of
    /// TLS. For a real handshake in memory listen and connect with <see cref="TlsFactory"/> over TCP.
    /// </summary>
    /// <inheritdoc cref="IReactorSsl.ListenSsl"/>
    public IListeningPort ListenSsl(int port, IFactory factory, TlsContext context, int backlog = 50, string host = "", TcpListenOptions? options = null)
    {
        Check(context, TlsRole.Server);
        MemoryPort listener = MakePort(port, factory, host);
        _sslServers.Add(new MemorySslServer(port, factory, context, backlog, host, options, listener));
        listener.StartListening();
        return listener;
    }

    /// <summary>Notes the call and starts the factory. Nothing is encrypted, as with <see cref="ListenSsl"/>.</summary>
    /// <inheritdoc cref="IReactorSsl.ConnectSsl"/>
    public IConnector ConnectSsl(
        string host,
        int port,
        IClientFactory factory,
        TlsContext context,
        TimeSpan? timeout = null,
        IPEndPoint? bindAddress = null,
        TcpConnectOptions? options = null)
    {
        Check(context, TlsRole.Client);
        MemoryConnector connector = MakeConnector(host, port, factory);
        _sslClients.Add(new MemorySslClient(host, port, factory, context, timeout, bindAddress, options, connector));
        connector.Connect();
        return connector;
    }

    private static void Check(TlsContext context, TlsRole role)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Supports(role))
        {
            throw new ArgumentException($"A {context.GetType().Name} is of no use to a {role.ToString().ToLowerInvariant()}.", nameof(context));
        }
    }
}
