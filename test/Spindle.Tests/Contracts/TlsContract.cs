using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Spindle.Selectors;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Contracts;

/// <summary>What TLS does on every selector and with every engine.</summary>
public abstract partial class TlsContract
{
    private protected abstract SelectorKind Kind { get; }

    private protected virtual TlsEngineKind Engine => TlsEngineKind.OpenSsl;

    /// <summary>Whether the engine can tell the peer why it is refused.</summary>
    private protected virtual bool HasAlerts => true;

    private void Run(Func<ReactorRig, Task> test) => ReactorRig.Run(Kind, test);

    private TlsServerContext ServerContext(SslProtocols protocols = SslProtocols.None) => new(TlsOptions.Server(protocols: protocols), Engine);

    private TlsClientContext ClientContext(string host = "localhost", SslProtocols protocols = SslProtocols.None) => new(TlsOptions.Client(host, protocols), Engine);

    /// <summary>A TLS connection of which both ends are this reactor's. It is made; the handshake may be under way.</summary>
    private async Task<Pair> ConnectPair(ReactorRig rig, RecordingProtocol? server = null, RecordingProtocol? client = null, TlsContext? serverContext = null, TlsContext? clientContext = null)
    {
        RecordingFactory serverFactory = new(() => server ?? new RecordingProtocol("server")) { Name = "servers" };
        RecordingFactory clientFactory = new(() => client ?? new RecordingProtocol("client")) { Name = "clients" };
        IListeningPort port = rig.Reactor.ListenSsl(0, serverFactory, serverContext ?? ServerContext(), host: "127.0.0.1");
        IConnector connector = rig.Reactor.ConnectSsl("127.0.0.1", ((IPEndPoint)port.GetHost()).Port, clientFactory, clientContext ?? ClientContext());
        await rig.Until(() => serverFactory.Built.Count == 1 && clientFactory.Built.Count == 1);
        return new Pair(port, connector, serverFactory, clientFactory);
    }

    private static async Task Talk(ReactorRig rig, Pair pair)
    {
        int heard = pair.Client.ReceivedCount;
        pair.Client.Transport.Write("ping"u8);
        int before = pair.Server.ReceivedCount;
        await rig.Until(() => pair.Server.ReceivedCount == before + 4);
        pair.Server.Transport.Write("pong"u8);
        await rig.Until(() => pair.Client.ReceivedCount == heard + 4);
    }

    private static async Task Close(ReactorRig rig, Pair pair)
    {
        pair.Client.Transport.LoseConnection();
        await rig.Until(() => pair.IsOver);
    }

    private static ITlsTransport TlsOf(RecordingProtocol protocol) => protocol.Transport.FindAbility<ITlsTransport>()!;

    private static TlsError ErrorOf(RecordingProtocol protocol) => Assert.IsAssignableFrom<TlsException>(protocol.Reason).Error;

    [Fact, Clause("TLS-1", "TLS-9", "TLS-14")]
    public void Write_InConnectionMade_WaitsForTheHandshakeAndArrives() => Run(async rig =>
    {
        ListeningProtocol client = new("client");
        client.OnMade = () =>
        {
            Assert.Equal(0, client.HandshakeCount);
            client.Transport.Write("early"u8);
        };
        Pair pair = await ConnectPair(rig, client: client);

        await rig.Until(() => pair.Server.ReceivedCount == 5);

        Assert.Equal("early"u8, pair.Server.Received);
        Assert.Equal(1, client.HandshakeCount);
        await Talk(rig, pair);
        await Close(rig, pair);
    });

    [Fact, Clause("TLS-1")]
    public void Port_Closed_SaysTlsInTheLog() => Run(async rig =>
    {
        IListeningPort port = rig.Reactor.ListenSsl(0, new RecordingFactory(), ServerContext(), host: "127.0.0.1");

        await port.StopListening();

        Assert.Contains(rig.Log.Take(), record => record.Text.Contains("(TLS Port ", StringComparison.Ordinal));
    });

    [Fact, Clause("TLS-2", "TLS-3")]
    public void ListenAndConnect_ContextOfTheOtherRole_ThrowAtOnce() => Run(rig =>
    {
        Assert.Throws<ArgumentException>(() => rig.Reactor.ListenSsl(0, new RecordingFactory(), ClientContext()));
        Assert.Throws<ArgumentException>(() => rig.Reactor.ConnectSsl("127.0.0.1", 1, new RecordingFactory(), ServerContext()));
        Assert.IsAssignableFrom<IReactorSsl>(rig.Reactor);
        return Task.CompletedTask;
    });

    [Fact, Clause("TLS-8", "TLS-10")]
    public void HandshakeCompleted_Client_IsToldOnceBeforeDataAndKnowsThePeer() => Run(async rig =>
    {
        ListeningProtocol client = new("client");
        string? subject = null;
        client.OnHandshake = () =>
        {
            Assert.Equal(0, client.DataCount);
            subject = TlsOf(client).GetPeerCertificate()!.Subject;
        };
        RecordingProtocol server = new("server");
        server.OnMade = () => server.Transport.Write("banner"u8);
        Pair pair = await ConnectPair(rig, server, client);

        await rig.Until(() => client.ReceivedCount == 6);

        Assert.Equal(1, client.HandshakeCount);
        Assert.Equal(TestCertificates.Server.Subject, subject);
        Assert.NotNull(TlsOf(client).TlsSession);
        Assert.True(TlsOf(client).IsTls);
        Assert.Null(TlsOf(server).GetPeerCertificate());
        await Close(rig, pair);
    });

    [Fact, Clause("TLS-10")]
    public void HandshakeCompleted_Aborts_NothingWrittenBeforeIsSent() => Run(async rig =>
    {
        ListeningProtocol client = new("client");
        client.OnMade = () => client.Transport.Write("never"u8);
        client.OnHandshake = () => client.Transport.AbortConnection();
        Pair pair = await ConnectPair(rig, client: client);

        await rig.Until(() => pair.IsOver);

        Assert.Equal(0, pair.Server.ReceivedCount);
        Assert.IsType<TransportAbortedException>(client.Reason);
    });

    [Fact, Clause("TLS-11", "TLS-12", "TLS-27", "TLS-39", "TCP-48")]
    public void Handshake_WrongName_EndsBothWithTheSameReasonForFactoryAndProtocol() => Run(async rig =>
    {
        ListeningProtocol client = new("client");
        Pair pair = await ConnectPair(rig, client: client, clientContext: ClientContext("other.example"));

        await rig.Until(() => pair.IsOver);

        Assert.Equal(TlsError.CertificateNameMismatch, ErrorOf(client));
        Assert.Equal(0, client.HandshakeCount);
        Assert.Same(client.Reason, Assert.Single(pair.ClientFactory.Losses));
        Assert.Equal(HasAlerts ? TlsError.RefusedByPeer : TlsError.Truncated, ErrorOf(pair.Server));
    });

    [Fact, Clause("TLS-12")]
    public void Handshake_PlainTextComes_EndsWithAProtocolError() => Run(async rig =>
    {
        RecordingProtocol server = new("server");
        IListeningPort port = rig.Reactor.ListenSsl(0, new RecordingFactory(() => server), ServerContext(), host: "127.0.0.1");
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));

        await peer.Send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());

        await rig.Until(() => server.LostCount == 1);
        Assert.Equal(TlsError.Protocol, ErrorOf(server));
        Assert.Equal(0, server.ReceivedCount);
    });

    [Fact, Clause("TLS-13")]
    public void Handshake_NeverEnds_TimesOut() => Run(async rig =>
    {
        RecordingProtocol server = new("server");
        TlsServerContext context = new(TlsOptions.Server(), Engine) { HandshakeTimeout = TimeSpan.FromMilliseconds(20) };
        IListeningPort port = rig.Reactor.ListenSsl(0, new RecordingFactory(() => server), context, host: "127.0.0.1");
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));

        await rig.Until(() => server.LostCount == 1);

        Assert.Equal(TlsError.HandshakeTimeout, ErrorOf(server));
    });

    [Theory, InlineData(SslProtocols.Tls12), InlineData(SslProtocols.Tls13), Clause("TLS-14", "TLS-15", "TLS-18")]
    public void Write_Much_ArrivesWholeInRecords(SslProtocols protocols) => Run(async rig =>
    {
        List<int> sizes = [];
        RecordingProtocol server = new("server") { OnData = data => sizes.Add(data.Length) };
        Pair pair = await ConnectPair(rig, server, serverContext: ServerContext(protocols));
        byte[] data = Payload.Make(1_000_000);

        pair.Client.Transport.Write(data.AsSpan(0, 100));
        pair.Client.Transport.Write(data.AsSpan(100));

        await rig.Until(() => server.ReceivedCount == data.Length);
        Assert.True(server.Received.SequenceEqual(data));
        Assert.All(sizes, size => Assert.InRange(size, 1, 16_384));
        Assert.Equal(protocols, TlsOf(server).TlsSession!.Protocol);
        await Close(rig, pair);
    });

    [Fact, Clause("TLS-15")]
    public void Write_ManySmallOnesInATurn_AreOneRecord() => Run(async rig =>
    {
        Pair pair = await ConnectPair(rig);
        await Talk(rig, pair);
        int records = pair.Server.DataCount;

        for (int i = 0; i < 100; i++)
        {
            pair.Client.Transport.Write("0123456789"u8);
        }

        await rig.Until(() => pair.Server.ReceivedCount == 1_004);
        Assert.Equal(records + 1, pair.Server.DataCount);
        await Close(rig, pair);
    });

    [Fact, Clause("TLS-19")]
    public void AbortConnection_InDataReceived_DeliversNothingMore() => Run(async rig =>
    {
        RecordingProtocol server = new("server");
        server.OnData = _ => server.Transport.AbortConnection();
        Pair pair = await ConnectPair(rig, server);

        pair.Client.Transport.Write(Payload.Make(100_000));

        await rig.Until(() => pair.IsOver);
        Assert.Equal(1, server.DataCount);
        Assert.IsType<TransportAbortedException>(server.Reason);
    });

    [Fact, Clause("TLS-16")]
    public void PauseProducing_DuringTheHandshake_HoldsBackDataOnly() => Run(async rig =>
    {
        RecordingProtocol server = new("server");
        server.OnMade = () => server.Transport.PauseProducing();
        Pair pair = await ConnectPair(rig, server);
        pair.Client.Transport.Write("held"u8);
        await rig.Until(() => TlsOf(server).TlsSession is not null && TlsOf(pair.Client).TlsSession is not null);
        await rig.NextTurn();
        Assert.Equal(0, server.ReceivedCount);

        server.Transport.ResumeProducing();

        await rig.Until(() => server.ReceivedCount == 4);
        await Close(rig, pair);
    });

    [Fact, Clause("TLS-16")]
    public void PauseProducing_BetweenRecords_HoldsBackTheRestUntilResumed() => Run(async rig =>
    {
        RecordingProtocol server = new("server");
        server.OnData = _ => server.Transport.PauseProducing();
        Pair pair = await ConnectPair(rig, server);
        pair.Client.Transport.Write(Payload.Make(40_000));
        await rig.Until(() => server.DataCount == 1);
        await rig.NextTurn();
        Assert.Equal(1, server.DataCount);

        server.Transport.ResumeProducing();
        await rig.Until(() => server.DataCount == 2);
        server.OnData = null;
        server.Transport.ResumeProducing();

        await rig.Until(() => server.ReceivedCount == 40_000);
        await Close(rig, pair);
    });

    [Fact, Clause("TLS-44", "TLS-45")]
    public void TlsSession_ApplicationProtocols_AreNegotiated() => Run(async rig =>
    {
        SslServerAuthenticationOptions server = TlsOptions.Server();
        server.ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];
        SslClientAuthenticationOptions client = TlsOptions.Client();
        client.ApplicationProtocols = [SslApplicationProtocol.Http11, SslApplicationProtocol.Http2];
        Pair pair = await ConnectPair(rig, serverContext: new TlsServerContext(server, Engine), clientContext: new TlsClientContext(client, Engine));

        await Talk(rig, pair);

        Assert.Equal(SslApplicationProtocol.Http2, TlsOf(pair.Server).TlsSession!.ApplicationProtocol);
        Assert.Equal(SslApplicationProtocol.Http2, TlsOf(pair.Client).TlsSession!.ApplicationProtocol);
        await Close(rig, pair);
    });

    [Fact, Clause("TLS-46", "TLS-47")]
    public void Factory_Wrapped_IsQuietAndNamesTlsAndHonoursNull() => Run(async rig =>
    {
        RecordingFactory nobody = new(() => null) { Name = "nobody" };
        IListeningPort port = rig.Reactor.ListenSsl(0, nobody, ServerContext(), host: "127.0.0.1");
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));

        Assert.Empty(await rig.Until(peer.Receive(1)));

        Assert.DoesNotContain(rig.Log.Take(), record => record.Text.Contains(nameof(TlsFactory), StringComparison.Ordinal) && record.Text.Contains("factory", StringComparison.Ordinal) && record.Text.StartsWith("Start", StringComparison.Ordinal));
        TlsFactory factory = new(rig.Reactor, new RecordingFactory(() => new RecordingProtocol("echo")), ServerContext(), isClient: false);
        Assert.Equal("echo (TLS)", ((ILoggingContext)factory.BuildProtocol(new IPEndPoint(IPAddress.Loopback, 1))!).LogPrefix);
    });

    [Fact, Clause("TLS-46")]
    public void Transport_OverTcp_KeepsTheAbilitiesBelow() => Run(async rig =>
    {
        Pair pair = await ConnectPair(rig);
        await Talk(rig, pair);

        ITcpTransport tcp = pair.Client.Transport.FindAbility<ITcpTransport>()!;
        tcp.TcpNoDelay = true;

        Assert.True(tcp.TcpNoDelay);
        await Close(rig, pair);
    });
}
