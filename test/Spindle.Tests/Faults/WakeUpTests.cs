using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Faults;

/// <summary>The eventfd that wakes the loop fails.</summary>
public sealed class WakeUpTests
{
    [Theory, EverySelector(Errno.EINVAL, Errno.EIO), Clause("LOOP-35")]
    public void CallFromThread_WakeUpFails_TheNextOneBringsBoth(SelectorKind kind, int errno) => ReactorRig.Run(kind, async rig =>
    {
        int calls = 0;
        Task waiting = rig.Until(() => calls == 2);
        OffThread thread = OffThread.Start(() =>
        {
            rig.Plan.FailNext(Operation.EventFdWrite, errno);
            rig.WaitUntilAsleep();
            rig.Reactor.CallFromThread(() => calls++);
            rig.Reactor.CallFromThread(() => calls++);
        });

        await waiting;

        thread.Join();
        Assert.Equal(1, rig.Plan.Fired);
        Assert.Equal(2, rig.Plan.Count(Operation.EventFdWrite));
    });

    [Theory, EverySelector(Errno.EINVAL, Errno.EIO), Clause("LOOP-35")]
    public void CallFromThread_DrainFails_IsDrainedInTheNextTurn(SelectorKind kind, int errno) => ReactorRig.Run(kind, async rig =>
    {
        int calls = 0;
        rig.Plan.FailNext(Operation.EventFdRead, errno);
        OffThread thread = OffThread.Start(() =>
        {
            rig.WaitUntilAsleep();
            rig.Reactor.CallFromThread(() => calls++);
        });

        await rig.Until(() => calls == 1);
        await rig.Until(() => rig.Plan.Count(Operation.EventFdRead) == 2);

        thread.Join();
        Assert.Equal(1, rig.Plan.Fired);
    });
}
