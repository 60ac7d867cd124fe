using Spindle.Selectors;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Faults;

/// <summary>The peer resets the connection at every stage: the protocol hears of it once and the port serves the next.</summary>
public sealed class PeerResetTests
{
    private const int Much = 8 << 20;

    [Theory, EverySelector, Clause("TCP-18", "TCP-55", "I2")]
    public void BeforeAccept(SelectorKind kind) => ReactorRig.Run(kind, async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);

        RawPeer.Connect(ReactorRig.AddressOf(port)).Reset();

        // Linux hands it out all the same.
        await rig.Until(() => factory.Built is [{ LostCount: 1 }]);
        Assert.IsType<ConnectionLostException>(factory.Built[0].Reason);
        await AssertServes(rig, port, factory);
    });

    [Theory, EverySelector, Clause("TCP-55", "I2")]
    public void BeforeData(SelectorKind kind) => RunWithServer(kind, new RecordingProtocol(), async (rig, pair) =>
    {
        pair.Peer.Reset();

        await AssertLost(rig, pair.Server);
    });

    [Theory, EverySelector, Clause("TCP-55", "I2")]
    public void WithDataThatWasNotRead(SelectorKind kind) => RunWithServer(kind, new RecordingProtocol(), async (rig, pair) =>
    {
        byte[] sent = Payload.Make(1000);
        pair.Peer.Socket.Send(sent);

        pair.Peer.Reset();

        await AssertLost(rig, pair.Server);
        Assert.True(sent.AsSpan().StartsWith(pair.Server.Received));
    });

    [Theory, EverySelector, Clause("TCP-52", "TCP-55", "FD-52", "I2")]
    public void InTheMiddleOfALargeWrite(SelectorKind kind) => RunWithServer(kind, new RecordingProtocol(), async (rig, pair) =>
    {
        pair.Server.Transport.Write(new byte[Much]);
        Assert.Equal(100_000, (await rig.Until(pair.Peer.Receive(100_000))).Length);
        Assert.Single(rig.Reactor.GetWriters());

        pair.Peer.Reset();

        await AssertLost(rig, pair.Server);
        Assert.Empty(rig.Reactor.GetWriters());
    });

    [Theory, EverySelector, Clause("FD-57", "FD-52", "I2")]
    public void InTheMiddleOfALargeWriteWhilePaused(SelectorKind kind) => RunWithServer(kind, new RecordingProtocol(), async (rig, pair) =>
    {
        pair.Server.Transport.PauseProducing();
        pair.Server.Transport.Write(new byte[Much]);
        await rig.NextTurn();
        Assert.Single(rig.Reactor.GetWriters());

        pair.Peer.Reset();

        await AssertLost(rig, pair.Server);
    });

    [Theory, EverySelector, Clause("FD-48", "TCP-55", "I2")]
    public void WhileClosing(SelectorKind kind) => RunWithServer(kind, new RecordingProtocol(), async (rig, pair) =>
    {
        pair.Server.Transport.Write(new byte[Much]);
        pair.Server.Transport.LoseConnection();
        await rig.NextTurn();
        Assert.Equal(0, pair.Server.LostCount);

        pair.Peer.Reset();

        await AssertLost(rig, pair.Server);
    });

    [Theory, EverySelector, Clause("TCP-63", "TCP-55", "I2")]
    public void WhileTheHalfCloseWaitsForTheFlush(SelectorKind kind)
    {
        HalfCloseProtocol server = new();
        RunWithServer(kind, server, async (rig, pair) =>
        {
            server.Transport.Write(new byte[Much]);
            server.Transport.LoseWriteConnection();
            await rig.NextTurn();

            pair.Peer.Reset();

            await AssertLost(rig, server);
            Assert.Equal((0, 0), (server.ReadLostCount, server.WriteLostCount));
        });
    }

    [Theory, EverySelector, Clause("TCP-62", "TCP-55", "I2")]
    public void AfterThePeerHasHalfClosed(SelectorKind kind)
    {
        HalfCloseProtocol server = new();
        RunWithServer(kind, server, async (rig, pair) =>
        {
            pair.Peer.CloseWriting();
            await rig.Until(() => server.ReadLostCount == 1);
            server.Transport.Write(new byte[Much]);
            await rig.NextTurn();

            pair.Peer.Reset();

            await AssertLost(rig, server);
            Assert.Equal(1, server.ReadLostCount);
        });
    }

    [Theory, EverySelector, Clause("FD-56", "TCP-55", "I2")]
    public void WhilePaused(SelectorKind kind) => RunWithServer(kind, new RecordingProtocol(), async (rig, pair) =>
    {
        pair.Server.Transport.PauseProducing();
        await rig.NextTurn();

        pair.Peer.Reset();
        int turns = rig.Plan.Turns;
        await rig.NextTurn();
        await rig.NextTurn();

        Assert.Equal(0, pair.Server.LostCount);
        Assert.InRange(rig.Plan.Turns - turns, 2, 3); // It is not watched: a reset of it wakes nobody.
        pair.Server.Transport.ResumeProducing();
        await AssertLost(rig, pair.Server);
    });

    [Theory, EverySelector, Clause("TCP-55", "FD-57", "I2")]
    public void WhilePausedAndThenWrittenTo(SelectorKind kind) => RunWithServer(kind, new RecordingProtocol(), async (rig, pair) =>
    {
        pair.Server.Transport.PauseProducing();
        pair.Peer.Reset();

        // A child that another test is spawning may hold the peer for a moment: a write before its reset is taken.
        Task isLost = AssertLost(rig, pair.Server);
        while (!isLost.IsCompleted)
        {
            pair.Server.Transport.Write([1]);
            await rig.NextTurn();
        }

        await isLost;
    });

    [Theory, EverySelector, Clause("TCP-57", "I2")]
    public void WhileAborting(SelectorKind kind) => RunWithServer(kind, new RecordingProtocol(), async (rig, pair) =>
    {
        pair.Server.Transport.AbortConnection();

        pair.Peer.Reset();

        await rig.Until(() => pair.Server.LostCount == 1);
        await rig.NextTurn();
        Assert.Equal(1, pair.Server.LostCount);
        Assert.IsType<TransportAbortedException>(pair.Server.Reason);
    });

    [Theory, EverySelector, Clause("TCP-55", "TCP-47", "I2")]
    public void OfAClient(SelectorKind kind) => ReactorRig.Run(kind, async rig =>
    {
        Pair pair = await rig.ConnectPair();

        pair.Server.Transport.AbortConnection();

        await rig.Until(() => pair.IsOver);
        Assert.IsType<ConnectionLostException>(pair.Client.Reason);
        Assert.Same(pair.Client.Reason, Assert.Single(pair.ClientFactory.Losses));
    });

    private static void RunWithServer(SelectorKind kind, RecordingProtocol server, Func<ReactorRig, RawPair, Task> test) =>
        ReactorRig.Run(kind, async rig =>
        {
            RecordingFactory? factory = null;
            factory = new RecordingFactory(() => factory!.Built.Count == 0 ? server : new RecordingProtocol());
            IListeningPort port = rig.Listen(factory);
            RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
            await rig.Until(() => server.MadeCount == 1);
            await test(rig, new RawPair(port, server, peer));
            await AssertServes(rig, port, factory);
        });

    private static async Task AssertLost(ReactorRig rig, RecordingProtocol server)
    {
        await rig.Until(() => server.LostCount > 0);
        await rig.NextTurn();
        Assert.Equal(1, server.LostCount);
        Assert.IsType<ConnectionLostException>(server.Reason);
    }

    private static async Task AssertServes(ReactorRig rig, IListeningPort port, RecordingFactory factory)
    {
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        await peer.Send(new byte[] { 1, 2, 3 });
        await rig.Until(() => factory.Built[^1].ReceivedCount == 3 && factory.Built[^1].Transport.GetPeer().Equals(peer.LocalAddress));
    }
}
