using Spindle.Testing;
using Spindle.Tests.Support;
using Spindle.Tls;

namespace Spindle.Tests.Testing;

public sealed class MemoryPumpTlsTests
{
    private readonly MemoryReactor _reactor = new();
    private readonly RecordingProtocol _client = new();

    [Theory, Clause("TLS-4")]
    [InlineData(TlsEngineKind.OpenSsl, int.MaxValue)]
    [InlineData(TlsEngineKind.OpenSsl, 1)]
    [InlineData(TlsEngineKind.SslStream, int.MaxValue)]
    [InlineData(TlsEngineKind.SslStream, 1)]
    public void StartTls_ThereAndBack_AsOnASocket(TlsEngineKind kind, int pieceSize)
    {
        UpgradingReceiver server = new(new TlsServerContext(TlsOptions.Server(), kind));
        TlsClientContext context = new(TlsOptions.Client(), kind);
        UpgradingReceiver client = new(context);
        MemoryPump pump = MemoryPump.Connect(client, server, reactor: _reactor);
        pump.PieceSize = pieceSize;

        client.SendLine("STARTTLS");
        pump.Flush();
        Assert.Equal(["go ahead"], client.Heard);
        pump.Client.StartTls(context);
        client.SendLine("hello");
        pump.Flush();

        Assert.Same(pump.Client, client.Transport);
        Assert.Equal(["STARTTLS", "(handshake)", "hello"], server.Heard);
        Assert.Equal(["go ahead", "(handshake)", "welcome"], client.Heard);
        using (var certificate = TlsCertificates.HostFromTransport(pump.Server))
        {
            Assert.Equal(TestCertificates.Server.Thumbprint, certificate.Thumbprint);
        }

        client.SendLine("STOPTLS");
        pump.Flush();
        Assert.True(server.Stopped!.IsCompletedSuccessfully);
        Assert.False(pump.Client.IsTls || pump.Server.IsTls);
        client.SendLine("QUIT");
        Assert.Equal(6, pump.Client.PendingBytes); // In the clear.
        pump.Flush();

        Assert.Equal(["go ahead", "(handshake)", "welcome", "as you like", "(peer stops)", "in the clear", "bye"], client.Heard);
        Assert.IsType<ConnectionDoneException>(client.Reason);
        Assert.IsType<ConnectionDoneException>(server.Reason);
        Assert.Empty(_reactor.GetDelayedCalls());
    }

    [Fact, Clause("TLS-6")]
    public void StartTls_ProducerIsRegistered_GoesOnThroughTls()
    {
        AccumulatingProtocol server = new();
        MemoryPump pump = MemoryPump.Connect(_client, server);
        RecordingProducer producer = new();
        pump.Client.RegisterProducer(producer, streaming: true);

        pump.Server.StartTls(new TlsServerContext(TlsOptions.Server()));
        pump.Client.StartTls(new TlsClientContext(TlsOptions.Client()));
        _client.Transport.Write(new byte[200_000]);
        Assert.Equal(["pause"], producer.Calls);
        pump.Flush();

        Assert.Equal(200_000, server.Received.Length);
        Assert.Equal("resume", producer.Calls[^1]);
        pump.Client.UnregisterProducer();
        pump.Client.LoseConnection();
        pump.Flush();
        Assert.IsType<ConnectionDoneException>(server.LostReason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void StartTls_ProducerFails_ComesOutOfThePump(bool hasReactor)
    {
        MemoryPump pump = MemoryPump.Connect(_client, new AccumulatingProtocol(), reactor: hasReactor ? _reactor : null);
        pump.Server.StartTls(new TlsServerContext(TlsOptions.Server()));
        pump.Client.StartTls(new TlsClientContext(TlsOptions.Client()));
        pump.Client.RegisterProducer(new RecordingProducer { OnResume = () => throw new FormatException("broken") }, streaming: true);
        _client.Transport.Write(new byte[200_000]);

        Assert.Equal("broken", Assert.Throws<FormatException>(() => pump.Flush()).Message);
        pump.Flush();

        Assert.IsType<FormatException>(_client.Reason);
    }

    [Fact, Clause("TLS-7")]
    public void StartTls_OneSideOnly_TheOtherSeesTheHandshake()
    {
        AccumulatingProtocol server = new();
        MemoryPump pump = MemoryPump.Connect(_client, server);

        pump.Client.StartTls(new TlsClientContext(TlsOptions.Client()));
        pump.Flush();

        Assert.Equal(22, server.Received[0]);
    }

    [Fact, Clause("TLS-13")]
    public void Handshake_PeerIsSilent_EndsAtItsTimeLimit()
    {
        MemoryPump pump = MemoryPump.Connect(_client, new AccumulatingProtocol(), reactor: _reactor);
        pump.Client.StartTls(new TlsClientContext(TlsOptions.Client()) { HandshakeTimeout = TimeSpan.FromSeconds(7) });
        pump.Flush();

        _reactor.Advance(TimeSpan.FromSeconds(7));
        pump.Flush();

        Assert.Equal(TlsError.HandshakeTimeout, Assert.IsType<TlsException>(_client.Reason).Error);
    }

    [Fact, Clause("TLS-27", "TLS-39")]
    public void Succeed_CertificateOfAnother_BothHearWhyAndTheFactoryToo()
    {
        RecordingProtocol server = new();
        RecordingFactory factory = new(() => _client);
        _reactor.ListenSsl(443, Factory.For(_ => server), new TlsServerContext(TlsOptions.Server(TestCertificates.WrongName)));
        _reactor.ConnectSsl("localhost", 443, factory, new TlsClientContext(TlsOptions.Client()));

        _reactor.SslClients[0].Connector.Succeed(_reactor.SslServers[0].Listener);

        Assert.Equal(TlsError.CertificateNameMismatch, Assert.IsType<TlsException>(_client.Reason).Error);
        Assert.Same(_client.Reason, Assert.Single(factory.Losses));
        Assert.Equal(TlsError.RefusedByPeer, Assert.IsType<TlsException>(server.Reason).Error);
        Assert.Empty(_reactor.GetDelayedCalls());
    }

    [Fact]
    public void Succeed_OnlyOneSideSpeaksTls_HandshakeFails()
    {
        AccumulatingProtocol server = new();
        _reactor.ListenSsl(443, Factory.For(_ => server), new TlsServerContext(TlsOptions.Server()));
        _reactor.ConnectTcp("localhost", 443, ClientFactory.For(_ => _client));
        MemoryPump pump = _reactor.TcpClients[0].Connector.Succeed(_reactor.SslServers[0].Listener)!;

        _client.Transport.Write("GET / HTTP/1.1\r\n\r\n"u8);
        pump.Flush();

        Assert.IsType<TlsException>(server.LostReason);
        Assert.Same(server, pump.Server.Protocol);
        Assert.Equal(0, server.Received.Length);
    }
}
