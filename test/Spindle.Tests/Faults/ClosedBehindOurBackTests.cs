using Spindle.Selectors;
using Spindle.Streams;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Faults;

/// <summary>Somebody closes a descriptor that is ours: whoever had it hears of it once, and whoever gets the number is served.</summary>
[Collection(ExclusiveCollection.Name)]
public sealed class ClosedBehindOurBackTests
{
    /// <summary>Has the garbage collector close now what earlier tests have left, not when a number is expected to be the lowest that is free.</summary>
    public ClosedBehindOurBackTests()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [Theory, EverySelector, Clause("FD-13", "FD-21", "I1", "I2")]
    public void Connection_NumberGoesToANewOne_OldHearsOnceAndNewIsServed(SelectorKind kind) => ReactorRig.Run(kind, async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);
        using RawPeer oldPeer = RawPeer.Connect(ReactorRig.AddressOf(port));
        await rig.Until(() => factory.Built.Count == 1);
        using RawPeer newPeer = RawPeer.Connect(ReactorRig.AddressOf(port)); // Waits in the kernel's queue.
        int number = FdOf(factory.Built[0]);

        RawDescriptors.Close(number);

        await rig.Until(() => factory.Built is [{ LostCount: > 0 }, { MadeCount: 1 }]);
        RecordingProtocol old = factory.Built[0];
        RecordingProtocol fresh = factory.Built[1];
        Assert.Equal(number, FdOf(fresh));
        Assert.IsAssignableFrom<ConnectionLostException>(old.Reason);
        await newPeer.Send(new byte[] { 1, 2, 3 });
        await rig.Until(() => fresh.ReceivedCount == 3);
        fresh.Transport.Write([4]);
        Assert.Equal([4], await rig.Until(newPeer.Receive(1)));
        old.Transport.Write([9]);
        old.Transport.LoseConnection();
        await rig.NextTurn();
        Assert.Equal((1, 0), (old.LostCount, fresh.LostCount));
    });

    [Theory, EverySelector, Clause("FD-13", "FD-21", "I1", "I2")]
    public void ConnectionWithDataWaiting_NumberGoesToANewOne_OldHearsOnceAndNewIsServed(SelectorKind kind) => ReactorRig.Run(kind, async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);
        using RawPeer oldPeer = RawPeer.Connect(ReactorRig.AddressOf(port));
        await rig.Until(() => factory.Built.Count == 1);
        factory.Built[0].Transport.Write(new byte[16 << 20]);
        await rig.NextTurn();
        Assert.Single(rig.Reactor.GetWriters());
        using RawPeer newPeer = RawPeer.Connect(ReactorRig.AddressOf(port));

        RawDescriptors.Close(FdOf(factory.Built[0]));

        await rig.Until(() => factory.Built is [{ LostCount: > 0 }, { MadeCount: 1 }]);
        await newPeer.Send(new byte[] { 1, 2, 3 });
        await rig.Until(() => factory.Built[1].ReceivedCount == 3);
        Assert.Equal((1, 0), (factory.Built[0].LostCount, factory.Built[1].LostCount));
        Assert.Empty(rig.Reactor.GetWriters());
    });

    [Theory, EverySelector, Clause("FD-13", "I1", "I2")]
    public void Connection_NumberGoesToAnAttempt_OldHearsOnceAndTheAttemptConnects(SelectorKind kind) => ReactorRig.Run(kind, async rig =>
    {
        Pair old = await rig.ConnectPair();
        RecordingFactory servers = new();
        IListeningPort port = rig.Listen(servers);
        RecordingFactory clients = new();
        rig.Connect(port, clients);
        int number = FdOf(old.Server);

        RawDescriptors.Close(number);

        await rig.Until(() => old.IsOver && clients.Built.Count == 1 && servers.Built.Count == 1);
        Assert.Equal(number, FdOf(clients.Built[0]));
        servers.Built[0].Transport.Write([1, 2, 3]);
        await rig.Until(() => clients.Built[0].ReceivedCount == 3);
        Assert.Equal((1, 1), (old.Server.LostCount, old.Client.LostCount));
        Assert.Equal(0, old.Server.ReceivedCount);
    });

    [Theory, EverySelector, Clause("TCP-52", "I2")]
    public void Connection_WrittenTo_HearsOnce(SelectorKind kind) => ReactorRig.Run(kind, async rig =>
    {
        Pair pair = await rig.ConnectPair();

        RawDescriptors.Close(FdOf(pair.Server));
        pair.Server.Transport.Write([1]);

        await rig.Until(() => pair.IsOver);
        await rig.NextTurn();
        Assert.Equal(1, pair.Server.LostCount);
        Assert.IsAssignableFrom<ConnectionLostException>(pair.Server.Reason);
    });

    [Theory, EverySelector, Clause("TCP-57", "FD-52", "I2")]
    public void ConnectionWithDataWaiting_Aborted_HearsOnce(SelectorKind kind) => ReactorRig.Run(kind, async rig =>
    {
        Pair pair = await rig.ConnectPair();
        pair.Client.Transport.PauseProducing();
        pair.Server.Transport.Write(new byte[16 << 20]);
        await rig.NextTurn();
        await rig.NextTurn();
        Assert.Single(rig.Reactor.GetWriters());

        RawDescriptors.Close(FdOf(pair.Server));
        pair.Server.Transport.AbortConnection();

        await rig.Until(() => pair.Server.LostCount > 0);
        await rig.NextTurn();
        Assert.Equal(1, pair.Server.LostCount);
        Assert.Empty(rig.Reactor.GetWriters());
    });

    [Theory, EverySelector, Clause("CORE-44", "I2")]
    public void Connection_ReactorStops_HearsOnce(SelectorKind kind) => ReactorRig.Run(kind, async rig =>
    {
        Pair pair = await rig.ConnectPair();
        pair.Server.Transport.PauseProducing();

        RawDescriptors.Close(FdOf(pair.Server));
        await rig.StopAsync();

        Assert.Equal((1, 1), (pair.Server.LostCount, pair.Client.LostCount));
    });

    [Theory, InlineData(SelectorKind.Poll), InlineData(SelectorKind.Select), Clause("FD-21", "I1")]
    public void Port_Selector_EndsItInsteadOfSpinning(SelectorKind kind) => ReactorRig.Run(kind, async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);

        RawDescriptors.Close(((StreamPort)port).Fileno());

        await rig.Until(() => factory.Stops == 1);
        Assert.Empty(rig.Reactor.GetReaders());
        Assert.True(port.StopListening().IsCompletedSuccessfully);
        rig.Kernel.Ledger.Closed(rig.Plan.Calls.Last(call => call.Operation == Operation.Accept).Fd);
        port.StartListening();
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        await rig.Until(() => factory.Built.Count == 1);
    });

    [Theory, EverySelector, Clause("FD-13", "I1")]
    public void Port_NumberGoesToANewOne_OldEndsAndNewServes(SelectorKind kind) => ReactorRig.Run(kind, async rig =>
    {
        RecordingFactory oldFactory = new();
        StreamPort old = (StreamPort)rig.Listen(oldFactory);
        int number = old.Fileno();
        RecordingFactory factory = new();

        RawDescriptors.Close(number);
        StreamPort fresh = (StreamPort)rig.Listen(factory);

        Assert.Equal(number, fresh.Fileno());
        await rig.Until(() => oldFactory.Stops == 1);
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(fresh));
        await rig.Until(() => factory.Built.Count == 1);
        Assert.Equal(number, fresh.Fileno());
    });

    [Theory, EverySelector, Clause("FD-13", "I1")]
    public void Attempt_NumberGoesToAPort_AttemptFailsAndThePortServes(SelectorKind kind) => ReactorRig.Run(kind, async rig =>
    {
        using SilentServer server = new();
        RecordingFactory clients = new();
        rig.Reactor.ConnectTcp("127.0.0.1", server.Port, clients);
        await rig.Until(() => rig.Reactor.GetWriters().Count == 1);
        int number = rig.Reactor.GetWriters()[0].Fileno();
        RecordingFactory factory = new();

        RawDescriptors.Close(number);
        StreamPort port = (StreamPort)rig.Listen(factory);

        Assert.Equal(number, port.Fileno());
        await rig.Until(() => clients.Failures.Count == 1);
        Assert.IsType<DescriptorWentAwayException>(Assert.IsType<ConnectException>(clients.Failures[0]).InnerException);
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        await rig.Until(() => factory.Built.Count == 1);
        Assert.Equal((1, 1), (clients.Starts, clients.Stops));
    });

    private static int FdOf(RecordingProtocol protocol) => ((StreamConnection)protocol.Transport).Fileno();
}
