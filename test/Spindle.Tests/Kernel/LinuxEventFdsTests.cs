using Spindle.Kernel;
using Spindle.Tests.Support;

namespace Spindle.Tests.Kernel;

public sealed class LinuxEventFdsTests : LedgerCheckedTest
{
    private IEventFds EventFds => Kernel.EventFds;

    [Fact, Clause("CORE-71")]
    public void Create_Always_IsListedNonBlockingAndCloseOnExec()
    {
        int fd = EventFds.Create();
        Assert.Equal(1, Kernel.Ledger.Count);
        Own(fd);

        Assert.True(NativeCalls.IsCloseOnExec(fd));
        Assert.True(NativeCalls.IsNonBlocking(fd));
    }

    [Fact, Clause("LOOP-34", "CORE-73")]
    public void Drain_AfterSignals_IsZeroAgain()
    {
        int fd = Own(EventFds.Create());
        Assert.Equal(0, EventFds.Drain(fd));

        Assert.Equal(0, EventFds.Signal(fd));
        Assert.Equal(0, EventFds.Signal(fd));
        byte[] count = new byte[sizeof(ulong)];
        Assert.Equal(count.Length, Kernel.Files.Read(fd, count));
        Assert.Equal(2UL, BitConverter.ToUInt64(count));

        Assert.Equal(0, EventFds.Signal(fd));
        Assert.Equal(0, EventFds.Drain(fd));
        Assert.Equal(-Errno.EAGAIN, Kernel.Files.Read(fd, count));
    }

    [Fact, Clause("LOOP-35", "CORE-72", "CORE-74")]
    public void Signal_CounterIsFull_Succeeds()
    {
        int fd = Own(EventFds.Create());
        Assert.Equal(sizeof(ulong), Kernel.Files.Write(fd, BitConverter.GetBytes(ulong.MaxValue - 1)));

        Assert.Equal(0, EventFds.Signal(fd));
    }

    [Fact]
    public void AnyCall_Closed_IsBadDescriptor()
    {
        int fd = ClosedNumber();

        Assert.Equal(-Errno.EBADF, EventFds.Signal(fd));
        Assert.Equal(-Errno.EBADF, EventFds.Drain(fd));
    }
}
