using System.Net;
using Spindle.Testing;
using Spindle.Tests.Support;
using Spindle.Tls;

namespace Spindle.Tests.Testing;

public sealed class MemoryReactorSslTests
{
    private readonly MemoryReactor _reactor = new();
    private readonly TlsServerContext _server = new(TlsOptions.Server());
    private readonly TlsClientContext _client = new(TlsOptions.Client());
    private readonly AccumulatingProtocol _served = new();
    private readonly AccumulatingProtocol _connected = new();

    [Fact]
    public void ListenSsl_Always_KeepsTheArguments()
    {
        Factory factory = Factory.For(_ => _served);
        TcpListenOptions options = new() { NoDelay = true };

        IListeningPort port = _reactor.ListenSsl(0, factory, _server, 7, "127.0.0.1", options);

        MemorySslServer server = Assert.Single(_reactor.SslServers);
        Assert.Equal(new MemorySslServer(0, factory, _server, 7, "127.0.0.1", options, server.Listener), server);
        Assert.Same(port, server.Listener);
        Assert.NotEqual(0, ReactorRig.AddressOf(port).Port);
        Assert.Empty(_reactor.TcpServers);
        Assert.True(port.StopListening().IsCompletedSuccessfully);
        Assert.Throws<CannotListenException>(() => _reactor.ListenSsl(65_536, factory, _server));
    }

    [Fact]
    public void ConnectSsl_Always_KeepsTheArguments()
    {
        ClientFactory factory = ClientFactory.For(_ => _connected);
        IPEndPoint bind = new(IPAddress.Loopback, 1);
        TcpConnectOptions options = new() { KeepAlive = true };

        IConnector connector = _reactor.ConnectSsl("example.org", 443, factory, _client, TimeSpan.FromSeconds(3), bind, options);

        MemorySslClient client = Assert.Single(_reactor.SslClients);
        Assert.Equal(new MemorySslClient("example.org", 443, factory, _client, TimeSpan.FromSeconds(3), bind, options, client.Connector), client);
        Assert.Same(connector, client.Connector);
        Assert.Equal(new DnsEndPoint("example.org", 443), connector.GetDestination());
        Assert.Empty(_reactor.TcpClients);
    }

    [Fact]
    public void ListenAndConnect_ContextOfTheOtherRole_Throw()
    {
        Assert.Throws<ArgumentException>(() => _reactor.ListenSsl(0, Factory.For(_ => _served), _client));
        Assert.Throws<ArgumentException>(() => _reactor.ConnectSsl("127.0.0.1", 1, ClientFactory.For(_ => _connected), _server));
        Assert.Throws<ArgumentNullException>(() => _reactor.ListenSsl(0, Factory.For(_ => _served), null!));
        Assert.Empty(_reactor.SslServers);
        Assert.Empty(_reactor.SslClients);
    }

    [Fact]
    public void Succeed_WithAPort_ExchangesWhatTlsWouldProtect()
    {
        _reactor.ListenSsl(443, Factory.For(_ => _served), _server);
        _reactor.ConnectSsl("example.org", 443, ClientFactory.For(_ => _connected), _client);

        MemoryPump pump = _reactor.SslClients[0].Connector.Succeed(_reactor.SslServers[0].Listener)!;
        _connected.Transport.Write("hello"u8);
        pump.Flush();

        Assert.Equal("hello", _served.ReceivedText);
    }

    [Theory, Clause("TLS-46")]
    [InlineData(TlsEngineKind.OpenSsl)]
    [InlineData(TlsEngineKind.SslStream)]
    public void TlsFactory_OverTcpInMemory_ShakesHandsAndEnds(TlsEngineKind kind)
    {
        TlsServerContext server = new(TlsOptions.Server(), kind);
        TlsClientContext client = new(TlsOptions.Client(), kind);
        _reactor.ListenTcp(443, new TlsFactory(_reactor, Factory.For(_ => _served), server, isClient: false));
        _reactor.ConnectTcp("localhost", 443, new TlsFactory(_reactor, ClientFactory.For(_ => _connected), client, isClient: true));

        MemoryPump pump = _reactor.TcpClients[0].Connector.Succeed(_reactor.TcpServers[0].Listener)!;
        _connected.Transport.Write("hello"u8);
        pump.Flush();

        Assert.Equal("hello", _served.ReceivedText);
        using (var certificate = TlsCertificates.PeerFromTransport(_connected.Transport))
        {
            Assert.Equal(TestCertificates.Server.Thumbprint, certificate.Thumbprint);
        }

        _connected.Transport.LoseConnection();
        pump.Flush();
        Assert.IsType<ConnectionDoneException>(_served.LostReason);
        Assert.IsType<ConnectionDoneException>(_connected.LostReason);
        Assert.Empty(_reactor.GetDelayedCalls());
    }
}
