using System.Collections.Concurrent;
using System.Net;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>The end of a group.</content>
public abstract partial class GroupContract
{
    private const int SIGINT = 2;
    private const int SIGTERM = 15;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task StopAsync_ClientsWaitToBeAccepted_ServesThemFirst(bool reusePort) => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        IPEndPoint address = await rig.Listen(_ => Factory.For<EchoProtocol>(), reusePort);
        using ManualResetEventSlim mayGoOn = new();
        foreach (AsyncSelectorReactor reactor in rig.Group.Reactors)
        {
            using ManualResetEventSlim isHeld = new();
            reactor.CallFromThread(() =>
            {
                isHeld.Set();
                Wait.For(mayGoOn, "The release");
            });
            Wait.For(isHeld, "The hold");
        }

        List<RawPeer> peers = [];
        for (int i = 0; i < 20; i++)
        {
            peers.Add(RawPeer.Connect(address)); // The kernel does that alone.
            await peers[i].Send(new byte[] { (byte)i });
        }

        Task stopped = rig.Group.StopAsync(OffThread.Patience);
        mayGoOn.Set();

        for (int i = 0; i < peers.Count; i++)
        {
            Assert.Equal([(byte)i], await GroupRig.Until(peers[i].ReceiveToEnd()));
            peers[i].Dispose();
        }

        await GroupRig.Until(stopped);
    });

    [Fact, Clause("CORE-42")]
    public Task StopAsync_GraceSuffices_SendsWhatWasWritten() => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        byte[] all = Payload.Make(4 << 20);
        ConcurrentBag<RecordingProtocol> protocols = [];
        IPEndPoint address = await rig.Listen(_ => Factory.For(_ =>
        {
            RecordingProtocol protocol = new();
            protocol.OnMade = () => protocol.Transport.Write(all);
            protocols.Add(protocol);
            return protocol;
        }));
        using RawPeer first = RawPeer.Connect(address);
        using RawPeer second = RawPeer.Connect(address);
        Assert.Equal([all[0]], await GroupRig.Until(first.Receive(1)));
        Assert.Equal([all[0]], await GroupRig.Until(second.Receive(1)));

        Task stopped = rig.Group.StopAsync(OffThread.Patience);

        Assert.True((await GroupRig.Until(first.ReceiveToEnd())).AsSpan().SequenceEqual(all.AsSpan(1)));
        Assert.True((await GroupRig.Until(second.ReceiveToEnd())).AsSpan().SequenceEqual(all.AsSpan(1)));
        await GroupRig.Until(stopped);
        Assert.All(protocols, protocol => AssertEnd<ConnectionDoneException>(protocol));
    });

    [Fact, Clause("CORE-42")]
    public Task StopAsync_GraceIsOver_AbortsWhatIsLeft() => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        ConcurrentBag<RecordingProtocol> protocols = [];
        IPEndPoint address = await rig.Listen(_ => Factory.For(_ => Stuck(protocols)));
        using RawPeer first = RawPeer.Connect(address);
        using RawPeer second = RawPeer.Connect(address);
        await GroupRig.Until(first.Receive(1));
        await GroupRig.Until(second.Receive(1));

        await GroupRig.Until(rig.Group.StopAsync(TimeSpan.FromMilliseconds(5)));

        Assert.Equal(2, protocols.Count);
        Assert.All(protocols, protocol => AssertEnd<TransportAbortedException>(protocol));
    });

    [Theory, Clause("CORE-61", "CORE-62")]
    [InlineData(SIGINT)]
    [InlineData(SIGTERM)]
    public Task Signal_Once_StopsTheGroupAndIsRemembered(int signal) => Run(async rig =>
    {
        rig.Group.SignalGrace = OffThread.Patience;
        using ManualResetEventSlim isUp = new();
        OffThread program = OffThread.Start(() => rig.Group.Run(() =>
        {
            isUp.Set();
            return Task.CompletedTask;
        }));
        Wait.For(isUp, "The set-up");
        Assert.Equal([SIGINT, SIGTERM], rig.Signals.Subscribed);
        Assert.Null(rig.Group.ExitSignal);

        rig.Signals.Deliver(signal);

        program.Join();
        Assert.Equal(signal, rig.Group.ExitSignal);
        Assert.Empty(rig.Signals.Subscribed);
        int died = 0;
        rig.Signals.OnDieOf = number => died = number;
        rig.Group.DieOfExitSignal();
        Assert.Equal(signal, died);
        await GroupRig.Until(rig.Group.Stopped);
    });

    [Fact, Clause("CORE-63")]
    public Task Signal_Twice_EndsTheGrace() => Run(async rig =>
    {
        rig.Group.SignalGrace = TimeSpan.FromHours(1);
        await GroupRig.Until(rig.Group.StartAsync(installSignalHandlers: true));
        ConcurrentBag<RecordingProtocol> protocols = [];
        IPEndPoint address = await rig.Listen(_ => Factory.For(_ => Stuck(protocols)));
        using RawPeer first = RawPeer.Connect(address);
        using RawPeer second = RawPeer.Connect(address);
        await GroupRig.Until(first.Receive(1));
        await GroupRig.Until(second.Receive(1));

        rig.Signals.Deliver(SIGTERM);
        rig.Signals.Deliver(SIGINT);

        await GroupRig.Until(rig.Group.Stopped);
        Assert.Equal(SIGTERM, rig.Group.ExitSignal);
        Assert.All(protocols, protocol => Assert.Equal(1, protocol.LostCount));
    });

    [Fact, Clause("CORE-63")]
    public Task Signal_SameTwiceAtOnce_IsOne() => Run(async rig =>
    {
        rig.Group.SignalGrace = OffThread.Patience;
        await GroupRig.Until(rig.Group.StartAsync(installSignalHandlers: true));
        IPEndPoint address = await rig.Listen(_ => Factory.For(_ =>
        {
            RecordingProtocol protocol = new();
            protocol.OnMade = () => protocol.Transport.Write(new byte[8 << 20]);
            return protocol;
        }));
        using RawPeer peer = RawPeer.Connect(address);
        await GroupRig.Until(peer.Receive(1));

        // Held meanwhile, the reactor hears both in one turn.
        using ManualResetEventSlim isHeld = new();
        using ManualResetEventSlim mayGoOn = new();
        rig.Group.Reactors[0].CallFromThread(() =>
        {
            isHeld.Set();
            Wait.For(mayGoOn, "The release");
        });
        Wait.For(isHeld, "The hold");
        rig.Signals.Deliver(SIGTERM);
        rig.Signals.Deliver(SIGTERM);
        mayGoOn.Set();

        Assert.Equal((8 << 20) - 1, (await GroupRig.Until(peer.ReceiveToEnd())).Length);
        await GroupRig.Until(rig.Group.Stopped);
    });

    // Writes more than fits anywhere to a peer that does not read.
    private static RecordingProtocol Stuck(ConcurrentBag<RecordingProtocol> protocols)
    {
        RecordingProtocol protocol = new();
        protocol.OnMade = () => protocol.Transport.Write(new byte[32 << 20]);
        protocols.Add(protocol);
        return protocol;
    }

    private static void AssertEnd<T>(RecordingProtocol protocol)
        where T : Exception
    {
        Assert.Equal(1, protocol.LostCount);
        Assert.IsType<T>(protocol.Reason);
    }
}
