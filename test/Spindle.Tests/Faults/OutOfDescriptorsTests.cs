using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Faults;

/// <summary>accept(2) gives no more descriptors: the waiting clients are sent away with the one in reserve, and the loop does not spin.</summary>
public sealed class OutOfDescriptorsTests
{
    [Theory, EverySelector(Errno.EMFILE, Errno.ENFILE), Clause("TCP-18", "TCP-19")]
    public void Accept_NoMoreDescriptors_SendsThoseWhoWaitAwayAndServesAgain(SelectorKind kind, int errno) => ReactorRig.Run(kind, async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);
        int open = rig.Kernel.Ledger.Count;
        List<RawPeer> peers = [.. Enumerable.Range(0, 5).Select(_ => RawPeer.Connect(ReactorRig.AddressOf(port)))];
        rig.Plan.FailNext(Operation.Accept, errno);

        foreach (RawPeer peer in peers)
        {
            Assert.Empty(await rig.Until(peer.Receive(1)));
            peer.Dispose();
        }

        // One turn: the refusal, five clients, and nobody else.
        Assert.Equal([7], CallsPerTurn(rig, Operation.Accept));
        Assert.Empty(factory.Addresses);
        Assert.Equal(open, rig.Kernel.Ledger.Count);
        Assert.Empty(rig.TakeErrors());
        using RawPeer next = RawPeer.Connect(ReactorRig.AddressOf(port));
        await rig.Until(() => factory.Built.Count == 1);
    });

    [Theory, EverySelector, Clause("TCP-18", "TCP-19")]
    public void Accept_NoMoreDescriptors_LeavesConnectionsAlone(SelectorKind kind) => ReactorRig.Run(kind, async rig =>
    {
        Pair pair = await rig.ConnectPair();
        rig.Plan.FailNext(Operation.Accept, Errno.EMFILE);
        using RawPeer refused = RawPeer.Connect(ReactorRig.AddressOf(pair.Port));
        Assert.Empty(await rig.Until(refused.Receive(1)));

        pair.Client.Transport.Write([1, 2, 3]);

        await rig.Until(() => pair.Server.ReceivedCount == 3);
    });

    [Theory, EverySelector, Clause("TCP-19")]
    public void Accept_NoMoreDescriptorsAgainAndAgain_ShedsEachTime(SelectorKind kind) => ReactorRig.Run(kind, async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);
        int open = rig.Kernel.Ledger.Count;
        for (int round = 0; round < 20; round++)
        {
            rig.Plan.FailNext(Operation.Accept, Errno.EMFILE);
            using RawPeer refused = RawPeer.Connect(ReactorRig.AddressOf(port));
            Assert.Empty(await rig.Until(refused.Receive(1)));
        }

        Assert.Equal(Enumerable.Repeat(3, 20), CallsPerTurn(rig, Operation.Accept));
        Assert.Equal(open, rig.Kernel.Ledger.Count);
        Assert.Empty(factory.Addresses);
    });

    [Theory, EverySelector, Clause("TCP-19")]
    public void Accept_NoMoreDescriptors_LogsWhenTheReserveIsBack(SelectorKind kind) => ReactorRig.Run(kind, async rig =>
    {
        // A logger may need a descriptor itself; until the reserve is back there is none to lose, after it nothing is lost.
        IListeningPort port = rig.Listen(new RecordingFactory());
        int opens = rig.Plan.Count(Operation.Open);
        int opensAtTheRecord = -1;
        rig.Log.OnRecord = _ => opensAtTheRecord = rig.Plan.Count(Operation.Open);
        rig.Plan.FailNext(Operation.Accept, Errno.EMFILE);

        using RawPeer refused = RawPeer.Connect(ReactorRig.AddressOf(port));
        Assert.Empty(await rig.Until(refused.Receive(1)));

        Assert.Equal(opens + 1, opensAtTheRecord);
    });

    [Theory, EverySelector, Clause("TCP-19", "TCP-20")]
    public void Accept_TheReserveIsGone_IsTakenAgainWhenThereAreDescriptors(SelectorKind kind) => ReactorRig.Run(kind, async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);
        rig.Plan.FailNext(Operation.Accept, Errno.EMFILE);
        rig.Plan.FailNext(Operation.Open, Errno.EMFILE); // Somebody else has taken what was released.
        using (RawPeer refused = RawPeer.Connect(ReactorRig.AddressOf(port)))
        {
            Assert.Empty(await rig.Until(refused.Receive(1)));
        }

        using RawPeer served = RawPeer.Connect(ReactorRig.AddressOf(port));
        await rig.Until(() => factory.Built.Count == 1);

        rig.Plan.FailNext(Operation.Accept, Errno.EMFILE);
        using RawPeer refusedAgain = RawPeer.Connect(ReactorRig.AddressOf(port));
        Assert.Empty(await rig.Until(refusedAgain.Receive(1)));
        Assert.Single(factory.Addresses);
    });

    [Theory, EverySelector, Clause("TCP-19", "I1")]
    public void Accept_NoReserveAndNoDescriptors_DoesNotSpin(SelectorKind kind) => ReactorRig.Run(kind, async rig =>
    {
        RecordingFactory factory = new();
        rig.Plan.FailNext(Operation.Open, Errno.EMFILE, times: 3);
        IListeningPort port = rig.Listen(factory);
        rig.Plan.FailNext(Operation.Accept, Errno.EMFILE, times: 2);
        using RawPeer waiting = RawPeer.Connect(ReactorRig.AddressOf(port));
        TimeSpan start = rig.Loop.Time;

        await rig.Until(() => factory.Built.Count == 1);

        // The client waits in the kernel's queue; the port looks again a while later.
        Assert.Equal(waiting.LocalAddress, factory.Addresses[0]);
        Assert.InRange(rig.Loop.Time - start, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10));
        Assert.InRange(rig.Plan.Turns, 3, 15);
    });

    [Theory, EverySelector, Clause("TCP-9", "TCP-18")]
    public void StopListening_PortRests_ClosesIt(SelectorKind kind) => ReactorRig.Run(kind, async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);
        rig.Plan.FailNext(Operation.Accept, Errno.ENOMEM);
        using RawPeer waiting = RawPeer.Connect(ReactorRig.AddressOf(port));
        await rig.Until(() => rig.Plan.Fired == 1);
        Assert.Empty(rig.Reactor.GetReaders());

        await port.StopListening();

        Assert.Empty(rig.Reactor.GetDelayedCalls());
        Assert.Equal(1, factory.Stops);
        port.StartListening();
        using RawPeer served = RawPeer.Connect(ReactorRig.AddressOf(port));
        await rig.Until(() => factory.Built.Count == 1);
    });

    [Theory, EverySelector, Clause("TCP-18", "CORE-44")]
    public void Stop_PortRests_ClosesIt(SelectorKind kind) => ReactorRig.Run(kind, async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);
        rig.Plan.FailNext(Operation.Accept, Errno.ENOBUFS);
        using RawPeer waiting = RawPeer.Connect(ReactorRig.AddressOf(port));
        await rig.Until(() => rig.Plan.Fired == 1);

        await rig.StopAsync();

        Assert.Equal(1, factory.Stops);
        Assert.Empty(factory.Built);
    });

    private static int[] CallsPerTurn(ReactorRig rig, Operation operation) =>
        [.. rig.Plan.Calls.Where(call => call.Operation == operation).GroupBy(call => call.Turn).Select(turn => turn.Count())];
}
