using Spindle.Testing;
using Spindle.Tests.Support;
using Spindle.Tls;

namespace Spindle.Tests.Testing;

public sealed class StringTransportTlsTests
{
    private readonly TlsServerContext _server = new(TlsOptions.Server());
    private readonly TlsClientContext _client = new(TlsOptions.Client());
    private readonly StringTransport _transport = new();
    private readonly UpgradingReceiver _protocol;

    public StringTransportTlsTests()
    {
        _protocol = new UpgradingReceiver(_server);
        _transport.Connect(_protocol);
    }

    [Fact, Clause("TLS-5")]
    public void StartTls_WrittenAfter_WaitsForTheHandshake()
    {
        Assert.False(_transport.IsTls);

        _protocol.DataReceived("STARTTLS\r\n"u8);

        Assert.True(_transport.IsTls);
        Assert.Same(_server, _transport.TlsContext);
        Assert.False(_transport.IsTlsReversed);
        Assert.Equal("go ahead\r\n", _transport.WrittenText);
        Assert.Null(_transport.TlsSession);

        _protocol.OnHandshake = () => _transport.Write("at last\r\n"u8);
        _transport.Clear();
        _transport.CompleteHandshake();

        Assert.Equal(["STARTTLS", "(handshake)"], _protocol.Heard);
        Assert.Equal("welcome\r\nat last\r\n", _transport.WrittenText);
        Assert.Equal(System.Security.Authentication.SslProtocols.Tls13, _transport.TlsSession?.Protocol);
    }

    [Fact, Clause("TLS-5")]
    public void StartTls_LinesBehindIt_AreTheHandshakes()
    {
        _protocol.DataReceived("STARTTLS\r\nQUIT\r\n"u8);
        _transport.CompleteHandshake();

        Assert.Equal("QUIT\r\n"u8, _transport.HandedBack);
        Assert.DoesNotContain("QUIT", _protocol.Heard);
    }

    [Fact]
    public void StartTls_RestHandedOver_IsKept()
    {
        _transport.StartTls(_server, normal: false, "rest"u8);

        Assert.Equal("rest"u8, _transport.HandedBack);
        Assert.True(_transport.IsTlsReversed);
    }

    [Fact]
    public void StartTls_OnAlreadyOrNoContext_Throws()
    {
        Assert.Throws<ArgumentNullException>(() => _transport.StartTls(null!));
        Assert.False(_transport.IsTls);

        _transport.StartTls(_server);

        Assert.Throws<InvalidOperationException>(() => _transport.StartTls(_server));
    }

    [Fact]
    public void StartTls_Ended_DoesNothing()
    {
        _transport.LoseConnection();

        _transport.StartTls(_server);

        Assert.False(_transport.IsTls);
    }

    [Fact]
    public void CompleteHandshake_NoneUnderWay_SaysWhy()
    {
        Assert.Contains("StartTls", Assert.Throws<InvalidOperationException>(_transport.CompleteHandshake).Message, StringComparison.Ordinal);

        _transport.StartTls(_server);
        _transport.CompleteHandshake();

        Assert.Contains("already", Assert.Throws<InvalidOperationException>(_transport.CompleteHandshake).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificates_SetByTheTest_AreCopiesFromTheHandshakeOn()
    {
        _transport.PeerCertificate = TestCertificates.Client;
        _transport.LocalCertificate = TestCertificates.Server;
        _transport.StartTls(_server);
        Assert.Null(_transport.GetPeerCertificate());
        Assert.Null(_transport.GetLocalCertificate());

        _transport.CompleteHandshake();

        using var peer = _transport.GetPeerCertificate();
        using var local = _transport.GetLocalCertificate();
        Assert.Equal(TestCertificates.Client, peer);
        Assert.NotSame(TestCertificates.Client, peer);
        Assert.Equal(TestCertificates.Server, local);
        Assert.False(local!.HasPrivateKey);
    }

    [Fact]
    public void TlsSession_SetByTheTest_IsAnsweredFromTheHandshakeOn()
    {
        TlsSessionInfo session = new(
            System.Security.Authentication.SslProtocols.Tls12, default, System.Net.Security.SslApplicationProtocol.Http2, "example.org", IsResumed: true);
        _transport.TlsSession = session;
        Assert.Null(_transport.TlsSession);

        _transport.StartTls(_server);
        _transport.CompleteHandshake();

        Assert.Same(session, _transport.TlsSession);
    }

    [Fact, Clause("TLS-22")]
    public void LoseConnection_BeforeTheHandshakeAndNothingWritten_IsAnAbort()
    {
        _transport.StartTls(_server);

        _transport.LoseConnection();

        Assert.True(_transport.IsAborted);
        Assert.IsType<TransportAbortedException>(_protocol.Reason);
    }

    [Fact, Clause("TLS-22")]
    public void LoseConnection_BeforeTheHandshakeAndSomethingWritten_WaitsForIt()
    {
        _protocol.DataReceived("STARTTLS\r\n"u8);
        _transport.LoseConnection();
        _transport.Write("dropped"u8);
        Assert.Null(_protocol.Reason);
        Assert.True(_transport.IsDisconnecting);

        _transport.CompleteHandshake();

        Assert.Equal("go ahead\r\nwelcome\r\n", _transport.WrittenText);
        Assert.IsType<ConnectionDoneException>(_protocol.Reason);
    }

    [Fact, Clause("TLS-10")]
    public void AbortConnection_WithinHandshakeCompleted_SendsNothing()
    {
        _protocol.OnHandshake = _transport.AbortConnection;
        _protocol.DataReceived("STARTTLS\r\n"u8);

        _transport.CompleteHandshake();

        Assert.Equal("go ahead\r\n", _transport.WrittenText);
        Assert.IsType<TransportAbortedException>(_protocol.Reason);
    }

    [Fact]
    public void StopTls_PeerAnswers_GoesOnInTheClear()
    {
        Upgrade();

        _protocol.DataReceived("STOPTLS\r\n"u8);
        Assert.True(_transport.IsStoppingTls);
        Assert.Equal("as you like\r\n", _transport.WrittenText);
        Assert.False(_protocol.Stopped!.IsCompleted);
        Assert.Same(_protocol.Stopped, _transport.StopTls());
        _transport.EndPeerTls();

        Assert.True(_protocol.Stopped.IsCompletedSuccessfully);
        Assert.Equal("as you like\r\nin the clear\r\n", _transport.WrittenText);
        Assert.False(_transport.IsTls);
        Assert.False(_transport.IsStoppingTls);
        Assert.Null(_transport.TlsContext);
        Assert.DoesNotContain("(peer stops)", _protocol.Heard);
        _transport.StartTls(_server); // As often as one likes.
        _transport.CompleteHandshake();
    }

    [Fact]
    public async Task StopTls_ConnectionEnds_FailsWithTheReason()
    {
        Upgrade();
        _protocol.DataReceived("STOPTLS\r\n"u8);

        _transport.Disconnect(new TlsTruncatedException());

        await Assert.ThrowsAsync<TlsTruncatedException>(() => _protocol.Stopped!);
        Assert.IsType<TlsTruncatedException>(_protocol.Reason);
    }

    [Fact]
    public void StopTls_NoTlsOrNoHandshake_Throws()
    {
        Assert.Throws<InvalidOperationException>(() => { _ = _transport.StopTls(); });
        _transport.StartTls(_server);
        Assert.Throws<InvalidOperationException>(() => { _ = _transport.StopTls(); });
        Assert.Throws<InvalidOperationException>(_transport.EndPeerTls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EndPeerTls_ProtocolIsAsked_GoesOnOrEnds(bool agrees)
    {
        _protocol.AgreesToStop = agrees;
        Upgrade();
        _protocol.DataReceived("half a li"u8);

        _transport.EndPeerTls();

        Assert.Contains("(peer stops)", _protocol.Heard);
        Assert.Equal(agrees, _transport.IsConnected);
        Assert.Equal(!agrees, _protocol.Reason is ConnectionDoneException);
        if (agrees)
        {
            _protocol.DataReceived("ne\r\n"u8);
            Assert.Equal("half a line", _protocol.Heard[^1]);
        }
    }

    [Fact]
    public void Accept_PortWithTls_ShakesHandsAtOnce()
    {
        MemoryReactor reactor = new();
        reactor.ListenSsl(443, Factory.For(_ => new UpgradingReceiver(_server)), _server);
        StringTransport transport = new() { PeerCertificate = TestCertificates.Client };

        var protocol = (UpgradingReceiver)reactor.SslServers[0].Listener.Accept(transport)!;

        Assert.Equal(["(handshake)"], protocol.Heard);
        Assert.Same(_server, transport.TlsContext);
        using var peer = TlsCertificates.PeerFromTransport(transport);
        Assert.Equal(TestCertificates.Client, peer);
    }

    [Fact, Clause("TLS-4")]
    public void StartTls_ContextOfTheOtherRole_Throws()
    {
        MemoryReactor reactor = new();
        reactor.ListenTcp(0, Factory.For(_ => new AccumulatingProtocol()));
        StringTransport accepted = new();
        reactor.TcpServers[0].Listener.Accept(accepted);

        Assert.Throws<ArgumentException>(() => accepted.StartTls(_client));
        accepted.StartTls(_client, normal: false);
        Assert.True(accepted.IsTls);
    }

    [Fact, Clause("TLS-9")]
    public void Succeed_ConnectorWithTls_HeldHandshakeMayFail()
    {
        MemoryReactor reactor = new();
        UpgradingReceiver protocol = new(_server);
        protocol.OnHandshake = () => Assert.Fail("There was none.");
        reactor.ConnectSsl("example.org", 443, ClientFactory.For(_ => protocol), _client);
        StringTransport transport = new() { HoldsHandshake = true };

        reactor.SslClients[0].Connector.Succeed(transport);
        transport.Write("too early"u8);
        transport.Disconnect(new TlsException("no", TlsError.CertificateUntrusted));

        Assert.Equal(0, transport.Written.Length);
        Assert.Equal(TlsError.CertificateUntrusted, Assert.IsType<TlsException>(protocol.Reason).Error);
        Assert.Equal(ConnectorState.Disconnected, reactor.SslClients[0].Connector.State);
    }

    private void Upgrade()
    {
        _protocol.DataReceived("STARTTLS\r\n"u8);
        _transport.CompleteHandshake();
        _transport.Clear();
    }
}
