using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Contracts;

/// <content>The end.</content>
public abstract partial class TlsContract
{
    [Theory, InlineData(SslProtocols.Tls12), InlineData(SslProtocols.Tls13), Clause("TLS-21", "TLS-24", "TLS-26")]
    public void LoseConnection_DataWaits_ArrivesAndBothEndInGoodOrder(SslProtocols protocols) => Run(async rig =>
    {
        Pair pair = await ConnectPair(rig, serverContext: ServerContext(protocols));
        await Talk(rig, pair);
        byte[] data = Payload.Make(300_000);

        pair.Client.Transport.Write(data);
        pair.Client.Transport.LoseConnection();
        pair.Client.Transport.LoseConnection();
        pair.Client.Transport.Write("dropped"u8);
        Assert.True(pair.Client.Transport.IsDisconnecting);

        await rig.Until(() => pair.IsOver);
        Assert.Equal(4 + data.Length, pair.Server.ReceivedCount);
        Assert.IsType<ConnectionDoneException>(pair.Server.Reason);
        Assert.IsType<ConnectionDoneException>(pair.Client.Reason);
        Assert.Equal(1, pair.Client.LostCount);
        pair.Client.Transport.LoseConnection();
        pair.Client.Transport.Write("nothing"u8);
    });

    [Fact, Clause("TLS-24")]
    public void LoseConnection_BothAtOnce_EndsBothInGoodOrder() => Run(async rig =>
    {
        Pair pair = await ConnectPair(rig);
        await Talk(rig, pair);

        pair.Client.Transport.LoseConnection();
        pair.Server.Transport.LoseConnection();

        await rig.Until(() => pair.IsOver);
        Assert.IsType<ConnectionDoneException>(pair.Server.Reason);
        Assert.IsType<ConnectionDoneException>(pair.Client.Reason);
    });

    [Fact, Clause("TLS-22")]
    public void LoseConnection_BeforeTheHandshake_IsAnAbort() => Run(async rig =>
    {
        RecordingProtocol client = new("client");
        client.OnMade = () => client.Transport.LoseConnection();

        Pair pair = await ConnectPair(rig, client: client);

        await rig.Until(() => pair.IsOver);
        Assert.IsType<TransportAbortedException>(client.Reason);
    });

    [Fact, Clause("TLS-21")]
    public void LoseConnection_WrittenBeforeTheHandshake_SendsItFirst() => Run(async rig =>
    {
        RecordingProtocol client = new("client");
        client.OnMade = () =>
        {
            client.Transport.Write("all"u8);
            client.Transport.LoseConnection();
        };

        Pair pair = await ConnectPair(rig, client: client);

        await rig.Until(() => pair.IsOver);
        Assert.Equal("all"u8, pair.Server.Received);
        Assert.IsType<ConnectionDoneException>(client.Reason);
    });

    [Fact, Clause("TLS-23")]
    public void LoseConnection_PeerNeverAnswers_IsAbortedAfterATime() => Run(async rig =>
    {
        RecordingProtocol server = new("server");
        TlsServerContext context = new(TlsOptions.Server(), Engine) { ShutdownTimeout = TimeSpan.FromMilliseconds(20) };
        IListeningPort port = rig.Reactor.ListenSsl(0, new RecordingFactory(() => server), context, host: "127.0.0.1");
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        using SslStream stream = new(new NetworkStream(peer.Socket));
        await rig.Until(Authenticate(stream));
        await rig.Until(() => TlsOf(server).TlsSession is not null);

        server.Transport.LoseConnection();

        await rig.Until(() => server.LostCount == 1);
        Assert.Equal(TlsError.ShutdownTimeout, ErrorOf(server));
    });

    [Fact, Clause("TLS-25")]
    public void PeerCloses_WithoutCloseNotify_IsATruncation() => Run(async rig =>
    {
        RecordingProtocol server = new("server");
        IListeningPort port = rig.Reactor.ListenSsl(0, new RecordingFactory(() => server), ServerContext(), host: "127.0.0.1");
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        using SslStream stream = new(new NetworkStream(peer.Socket));
        await rig.Until(Authenticate(stream));
        await stream.WriteAsync("part"u8.ToArray());
        await rig.Until(() => server.ReceivedCount == 4);

        peer.CloseWriting();

        await rig.Until(() => server.LostCount == 1);
        Assert.IsType<TlsTruncatedException>(server.Reason);
    });

    [Fact, Clause("TLS-25")]
    public void PeerCloses_DuringTheHandshake_IsATruncation() => Run(async rig =>
    {
        HalfCloseProtocol server = new("server");
        IListeningPort port = rig.Reactor.ListenSsl(0, new RecordingFactory(() => server), ServerContext(), host: "127.0.0.1");
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        await rig.Until(() => server.MadeCount == 1);

        peer.CloseWriting();

        await rig.Until(() => server.LostCount == 1);
        Assert.Equal(TlsError.Truncated, ErrorOf(server));
        Assert.Equal(0, server.ReadLostCount);
    });

    [Fact, Clause("TLS-28")]
    public void AbortConnection_Always_IsToldAsAnAbort() => Run(async rig =>
    {
        Pair pair = await ConnectPair(rig);
        await Talk(rig, pair);

        pair.Client.Transport.Write("dropped"u8);
        pair.Client.Transport.AbortConnection();
        Assert.Equal(0, pair.Client.LostCount);

        await rig.Until(() => pair.IsOver);
        Assert.IsType<TransportAbortedException>(pair.Client.Reason);
        Assert.Same(pair.Client.Reason, pair.ClientFactory.Losses[0]);
        Assert.IsAssignableFrom<ConnectionLostException>(pair.Server.Reason);
        Assert.Equal(4, pair.Server.ReceivedCount);
    });

    [Fact, Clause("TLS-29")]
    public void LoseWriteConnection_Tls13_ClosesOneDirectionAfterTheOther() => Run(async rig =>
    {
        HalfCloseProtocol client = new("client");
        HalfCloseProtocol server = new("server");
        Pair pair = await ConnectPair(rig, server, client, serverContext: ServerContext(SslProtocols.Tls13));
        await Talk(rig, pair);

        client.Transport.LoseWriteConnection();
        await rig.Until(() => client.WriteLostCount == 1 && server.ReadLostCount == 1);
        client.Transport.Write("dropped"u8);
        server.Transport.Write("more"u8);
        await rig.Until(() => client.ReceivedCount == 8);
        Assert.Equal(0, client.LostCount + server.LostCount);

        server.Transport.LoseConnection();
        await rig.Until(() => pair.IsOver);
        Assert.IsType<ConnectionDoneException>(client.Reason);
        Assert.IsType<ConnectionDoneException>(server.Reason);
        Assert.Equal(4, server.ReceivedCount);
    });

    [Fact, Clause("TLS-29")]
    public void LoseWriteConnection_Tls12_EndsBoth() => Run(async rig =>
    {
        HalfCloseProtocol client = new("client");
        HalfCloseProtocol server = new("server");
        Pair pair = await ConnectPair(rig, server, client, serverContext: ServerContext(SslProtocols.Tls12));
        await Talk(rig, pair);

        client.Transport.Write("last"u8);
        client.Transport.LoseWriteConnection();

        await rig.Until(() => pair.IsOver);
        Assert.Equal(8, server.ReceivedCount);
        Assert.IsType<ConnectionDoneException>(server.Reason);
        Assert.IsType<ConnectionDoneException>(client.Reason);
    });

    [Fact, Clause("TLS-17", "TLS-27")]
    public void DataReceived_Throws_ReachesProtocolFactoryAndLogAsTheSameObject() => Run(async rig =>
    {
        InvalidDataException failure = new("the protocol's own");
        RecordingProtocol client = new("client") { OnData = _ => throw failure };
        Pair pair = await ConnectPair(rig, client: client);
        await rig.Until(() => TlsOf(pair.Server).TlsSession is not null);

        pair.Server.Transport.Write("x"u8);

        await rig.Until(() => pair.IsOver);
        Assert.Same(failure, client.Reason);
        Assert.Same(failure, pair.ClientFactory.Losses[0]);
        Assert.Same(failure, rig.TakeError().Exception);
    });

    [Fact, Clause("TLS-18", "TLS-21")]
    public void ResumeProducing_SomethingWasThrownAwayWhileClosing_DeliversNothingBehindIt() => Run(async rig =>
    {
        Pair pair = await ConnectPair(rig);
        await Talk(rig, pair);
        int received = pair.Client.ReceivedCount;
        pair.Client.Transport.RegisterProducer(new PushProducer(), streaming: true);
        pair.Client.Transport.LoseConnection(); // Waits for the producer, and reads on so as not to miss the peer's end.
        pair.Client.Transport.PauseProducing();
        pair.Server.Transport.Write("thrown away"u8);
        for (int turns = 0; turns < 4; turns++)
        {
            await rig.NextTurn();
        }

        pair.Client.Transport.ResumeProducing();
        pair.Server.Transport.Write("more"u8);
        pair.Server.Transport.LoseConnection();

        await rig.Until(() => pair.IsOver);
        Assert.Equal(received, pair.Client.ReceivedCount);
        Assert.IsType<ConnectionDoneException>(pair.Server.Reason);
    });

    [Fact, Clause("TLS-33", "FD-58", "FD-64")]
    public void RegisterProducer_InStopProducingOfAnother_IsStoppedAtOnce() => Run(async rig =>
    {
        Pair pair = await ConnectPair(rig);
        await Talk(rig, pair);
        PushProducer late = new();
        PullProducer producer = new() { OnStop = () => pair.Client.Transport.RegisterProducer(late, streaming: true) };
        pair.Client.Transport.RegisterProducer(producer, streaming: false);

        pair.Client.Transport.AbortConnection();

        await rig.Until(() => pair.IsOver);
        Assert.Equal(1, producer.Stopped);
        Assert.Equal(["stop"], late.Journal);
    });

    [Fact, Clause("TLS-30")]
    public void End_Always_LetsGoOfEngineAndProtocol() => Run(async rig =>
    {
        Pair pair = await ConnectPair(rig);
        await Talk(rig, pair);
        ITransport transport = pair.Client.Transport;

        await Close(rig, pair);

        Assert.Null(Assert.IsAssignableFrom<Streams.StreamConnection>(transport).Protocol);
        transport.PauseProducing();
        transport.ResumeProducing();
        transport.AbortConnection();
        Assert.NotNull(transport.GetPeer());
    });

    [Fact, Clause("TLS-21", "TCP-57")]
    public void StopAsync_ConnectionsAreOpen_EndsThemInGoodOrder() => Run(async rig =>
    {
        Pair pair = await ConnectPair(rig);
        await Talk(rig, pair);

        await rig.Until(Stop(rig));

        Assert.IsType<ConnectionDoneException>(pair.Client.Reason);
        Assert.IsType<ConnectionDoneException>(pair.Server.Reason);

        static async Task<bool> Stop(ReactorRig rig)
        {
            await rig.Reactor.StopAsync(TimeSpan.FromSeconds(9));
            return true;
        }
    });

    private static async Task<bool> Authenticate(SslStream stream)
    {
        await stream.AuthenticateAsClientAsync(TlsOptions.Client());
        return true;
    }
}
