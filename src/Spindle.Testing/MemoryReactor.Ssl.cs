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
    /// Notes the call and starts the factory. With a <see cref="StringTransport"/> nothing is encrypted: what the test gives the
    /// protocol is what would come out of TLS. A client's connector that succeeds with this port makes a real handshake.
    /// </summary>
    /// <inheritdoc cref="IReactorSsl.ListenSsl"/>
    public IListeningPort ListenSsl(int port, IFactory factory, TlsContext context, int backlog = 50, string host = "", TcpListenOptions? options = null)
    {
        StringTransport.CheckRole(context, isClient: false);
        MemoryPort listener = MakePort(port, factory, host, options, context);
        _sslServers.Add(new MemorySslServer(port, factory, context, backlog, host, options, listener));
        listener.StartListening();
        return listener;
    }

    /// <summary>Notes the call and starts the factory. What is encrypted is as with <see cref="ListenSsl"/>.</summary>
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
        StringTransport.CheckRole(context, isClient: true);
        MemoryConnector connector = MakeConnector(host, port, factory, context);
        _sslClients.Add(new MemorySslClient(host, port, factory, context, timeout, bindAddress, options, connector));
        connector.Connect();
        return connector;
    }
}
