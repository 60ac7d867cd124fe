using System.Net;
using Spindle.Tls;

namespace Spindle.Bench.Tls;

/// <summary>Spindle with the OpenSSL engine: one reactor for both ends.</summary>
internal sealed class SpindleContender : IContender
{
    private readonly AsyncSelectorReactor _reactor = new();
    private readonly TlsContext _client = new TlsClientContext(Certificates.ClientOptions, TlsEngineKind.OpenSsl);
    private readonly TlsContext _server = new TlsServerContext(Certificates.ServerOptions, TlsEngineKind.OpenSsl);
    private int _port;

    public void Run(IWork work)
    {
        using (_reactor)
        {
            React.Run(
                async _ =>
                {
                    IListeningPort port = _reactor.ListenSsl(0, Factory.For<SpindleEcho>(), _server, backlog: 512, host: "127.0.0.1");
                    _port = ((IPEndPoint)port.GetHost()).Port;
                    await work.RunAsync(this);
                },
                _reactor);
        }
    }

    public async Task HandshakeAsync()
    {
        SpindleConnection connection = await OpenAsync();
        await connection.PingOnceAndCloseAsync();
    }

    public async Task<IConnection> ConnectAsync()
    {
        SpindleConnection connection = await OpenAsync();
        await connection.PingAsync(1);
        return connection;
    }

    private Task<SpindleConnection> OpenAsync()
    {
        SpindleConnection connection = new();
        _reactor.ConnectSsl("127.0.0.1", _port, new OneConnection(connection), _client);
        return connection.Opened;
    }

    private sealed class OneConnection(SpindleConnection connection) : ClientFactory
    {
        protected override IProtocol CreateProtocol(EndPoint address) => connection;

        public override void ClientConnectionFailed(IConnector connector, Exception reason) => connection.Fail(reason);
    }
}
