using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Loops;

public sealed class WakerTests : LedgerCheckedTest
{
    [Fact, Clause("LOOP-34", "CORE-73")]
    public void Drain_AfterWake_IsNotReadableAnyMore()
    {
        Waker waker = new(Kernel);
        AtEnd(waker.Close);

        waker.Wake();
        waker.Wake();
        waker.Drain();

        Assert.Equal(-Errno.EAGAIN, Kernel.Files.Read(waker.Fd, new byte[sizeof(ulong)]));
    }

    [Fact, Clause("LOOP-35", "CORE-72", "CORE-73")]
    public void Wake_AfterClose_LeavesTheNumberAlone()
    {
        ScriptedEventFds eventFds = new(Kernel);
        Waker waker = new(new KernelDouble(Kernel) { EventFds = eventFds });
        waker.Wake();

        waker.Close();
        waker.Close();
        waker.Wake(); // The number may be someone else's by now.

        Assert.Equal(1, eventFds.Signals);
        Assert.Equal(0, Kernel.Ledger.Count);
    }
}
