using Spindle.Kernel;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>What wakes the reactor.</content>
public abstract partial class DescriptorContract
{
    [Fact, Clause("CORE-71")]
    public void New_Always_HasOneWaker() => ReactorRig.Run(Kind, async rig =>
    {
        OffThread.Run(() => rig.Reactor.CallFromThread(() => { }));
        await rig.NextTurn();
        OffThread.Run(() => rig.Reactor.CallFromThread(() => { }));
        await rig.NextTurn();

        Assert.Equal(1, rig.Plan.Count(Operation.EventFd));
    });

    [Fact, Clause("CORE-75", "FD-20")]
    public void RemoveAll_Always_LeavesTheWaker() => ReactorRig.Run(Kind, async rig =>
    {
        Assert.Empty(rig.Reactor.RemoveAll());
        bool isCalled = false;
        rig.Plan.OnSleep = () => OffThread.Start(() => rig.Reactor.CallFromThread(() => isCalled = true));

        await rig.Until(() => isCalled);
    });

    [Fact, Clause("CORE-72", "CORE-74")]
    public void CallFromThread_AFloodFromManyThreads_HoldsNobodyUpAndLosesNothing() => ReactorRig.Run(Kind, async rig =>
    {
        const int Threads = 4, Calls = 20_000;
        int[] next = new int[Threads];
        int inOrder = 0;
        OffThread[] flooders = [.. Enumerable.Range(0, Threads).Select(thread => OffThread.Start(() =>
        {
            for (int call = 0; call < Calls; call++)
            {
                int number = call;
                rig.Reactor.CallFromThread(() => inOrder += next[thread]++ == number ? 1 : 0);
            }
        }))];

        await rig.Until(() => next.Sum() == Threads * Calls);

        Assert.Equal(Threads * Calls, inOrder);
        Assert.All(flooders, flooder => flooder.Join());
    });

    [Fact, Clause("CORE-72", "CORE-74")]
    public void CallFromThread_WakerIsFull_WakesAllTheSame() => ReactorRig.Run(Kind, async rig =>
    {
        bool isCalled = false;
        rig.Plan.OnSleep = () => OffThread.Start(() =>
        {
            rig.Plan.FailNext(Operation.EventFdWrite, Errno.EAGAIN); // Somebody else has filled the counter: it is readable.
            rig.Reactor.CallFromThread(() => { });
            rig.Reactor.CallFromThread(() => isCalled = true);
        });

        await rig.Until(() => isCalled);
    });
}
