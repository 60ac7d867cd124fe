using Spindle.Kernel;
using Spindle.Tests.Support;

namespace Spindle.Tests.Kernel;

/// <summary>epoll, poll and select below the selectors.</summary>
public sealed class LinuxWaitsTests : LedgerCheckedTest
{
    private const uint EPOLLIN = 1;
    private const short POLLIN = 1;
    private const short POLLNVAL = 0x20;
    private const long Nanoseconds = 1_500_000;

    [Fact]
    public void EpollCreate_Always_IsListedAndCloseOnExec()
    {
        int epoll = Kernel.Epolls.Create();
        Assert.Equal(1, Kernel.Ledger.Count);
        Own(epoll);

        Assert.True(NativeCalls.IsCloseOnExec(epoll));
    }

    [Fact]
    public void EpollWait_Ready_GivesMaskAndData()
    {
        const ulong Data = 0xFEDC_BA98_7654_3210;
        int epoll = Own(Kernel.Epolls.Create());
        int fd = CreateFullPipe().Read;
        EpollEvents events = new(4);

        Assert.Equal(0, Kernel.Epolls.Control(epoll, EpollOperation.Add, fd, EPOLLIN, Data));
        Assert.Equal(1, Kernel.Epolls.Wait(epoll, events, -1));
        Assert.Equal(EPOLLIN, events.Mask(0));
        Assert.Equal(Data, events.Data(0));

        Assert.Equal(0, Kernel.Epolls.Control(epoll, EpollOperation.Modify, fd, EPOLLIN, Data + 1));
        Assert.Equal(1, Kernel.Epolls.Wait(epoll, events, 0));
        Assert.Equal(Data + 1, events.Data(0));

        Assert.Equal(0, Kernel.Epolls.Control(epoll, EpollOperation.Delete, fd, 0, 0));
        Assert.Equal(0, Kernel.Epolls.Wait(epoll, events, 0));
    }

    [Fact]
    public void EpollWait_SeveralReady_GivesEachItsOwnData()
    {
        int epoll = Own(Kernel.Epolls.Create());
        foreach (ulong data in new ulong[] { 1, 2, 3 })
        {
            Assert.Equal(0, Kernel.Epolls.Control(epoll, EpollOperation.Add, CreateFullPipe().Read, EPOLLIN, data));
        }

        EpollEvents events = new(8);
        Assert.Equal(3, Kernel.Epolls.Wait(epoll, events, 0));
        Assert.Equal(new ulong[] { 1, 2, 3 }, Enumerable.Range(0, 3).Select(events.Data).Order());
    }

    [Fact, Clause("SEL-7", "SEL-30")]
    public void EpollControl_Refused_IsTheErrorOfTheKernel()
    {
        int epoll = Own(Kernel.Epolls.Create());
        int fd = CreatePipe().Read;

        Assert.Equal(-Errno.EPERM, Add(OpenRegularFile()));
        Assert.Equal(-Errno.EBADF, Add(ClosedNumber()));
        Assert.Equal(-Errno.ENOENT, Kernel.Epolls.Control(epoll, EpollOperation.Modify, fd, EPOLLIN, 0));
        Assert.Equal(-Errno.ENOENT, Kernel.Epolls.Control(epoll, EpollOperation.Delete, fd, 0, 0));
        Assert.Equal(0, Add(fd));
        Assert.Equal(-Errno.EEXIST, Add(fd));
        Assert.Equal(-Errno.EBADF, Kernel.Epolls.Wait(ClosedNumber(), new EpollEvents(1), 0));

        int Add(int added) => Kernel.Epolls.Control(epoll, EpollOperation.Add, added, EPOLLIN, 0);
    }

    [Theory, Clause("SEL-20")]
    [InlineData(true)]
    [InlineData(false)]
    public void EpollWait_NothingReady_NeverEndsEarly(bool hasPwait2)
    {
        LinuxEpolls epolls = new(Kernel.Ledger, hasPwait2);
        int epoll = Own(epolls.Create());

        AssertNeverEarly(() => epolls.Wait(epoll, new EpollEvents(1), Nanoseconds));
    }

    [Fact, Clause("SEL-20")]
    public void EpollWait_LongestTimeout_IsNoError()
    {
        foreach (bool hasPwait2 in new[] { true, false })
        {
            LinuxEpolls epolls = new(Kernel.Ledger, hasPwait2);
            int epoll = Own(epolls.Create());
            Assert.Equal(0, epolls.Control(epoll, EpollOperation.Add, CreateFullPipe().Read, EPOLLIN, 0));

            Assert.Equal(1, epolls.Wait(epoll, new EpollEvents(1), long.MaxValue));
        }
    }

    [Fact]
    public void PollWait_Entries_AreAnsweredOneByOne()
    {
        PollFd[] fds =
        [
            new() { Fd = CreateFullPipe().Read, Asked = POLLIN },
            new() { Fd = CreatePipe().Read, Asked = POLLIN },
            new() { Fd = ClosedNumber(), Asked = POLLIN },
        ];

        Assert.Equal(2, Kernel.Polls.Wait(fds, -1));
        Assert.Equal([POLLIN, 0, POLLNVAL], fds.Select(each => each.Returned));
    }

    [Fact, Clause("SEL-20", "SEL-21")]
    public void PollWait_NothingReady_NeverEndsEarly()
    {
        PollFd[] fds = [new() { Fd = CreatePipe().Read, Asked = POLLIN }];

        AssertNeverEarly(() => Kernel.Polls.Wait(fds, Nanoseconds));
        AssertNeverEarly(() => Kernel.Polls.Wait([], Nanoseconds));
        Assert.Equal(0, Kernel.Polls.Wait(fds, 0));
    }

    [Fact, Clause("SEL-27")]
    public void SelectWait_Maps_HoldWhatIsReadyAtAnyNumber()
    {
        int fd = DuplicateToOwnNumber(CreateFullPipe().Read); // Above 1,024.
        Assert.True(fd > 1024);
        ulong[] read = new ulong[(fd / 64) + 1];
        ulong[] write = new ulong[read.Length];
        read[fd / 64] = 1UL << (fd % 64);

        Assert.Equal(1, Kernel.Selects.Wait(fd + 1, read, write, -1));
        Assert.Equal(1UL << (fd % 64), read[fd / 64]);
        Assert.All(write, word => Assert.Equal(0UL, word));

        ReadByte(fd);
        Assert.Equal(0, Kernel.Selects.Wait(fd + 1, read, write, 0));
        Assert.All(read, word => Assert.Equal(0UL, word));
    }

    [Fact]
    public void SelectWait_ClosedDescriptor_FailsTheCallAndLeavesTheMapsAlone()
    {
        int fd = ClosedNumber();
        DuplicateToOwnNumber(CreatePipe().Read); // A higher one: the kernel does not look beyond its table of the process.
        ulong[] read = new ulong[(fd / 64) + 1];
        read[fd / 64] = 1UL << (fd % 64);

        Assert.Equal(-Errno.EBADF, Kernel.Selects.Wait(fd + 1, read, new ulong[read.Length], 0));
        Assert.Equal(1UL << (fd % 64), read[fd / 64]);
    }

    [Fact, Clause("SEL-20", "SEL-21")]
    public void SelectWait_NothingReady_NeverEndsEarly() =>
        AssertNeverEarly(() => Kernel.Selects.Wait(0, [], [], Nanoseconds));

    private void AssertNeverEarly(Func<int> wait)
    {
        int result;
        long took;
        do
        {
            long start = Kernel.Clock.MonotonicTicks;
            result = wait();
            took = Kernel.Clock.MonotonicTicks - start;
        }
        while (result == -Errno.EINTR); // Another test raises signals.

        Assert.Equal(0, result);
        Assert.True(took >= Nanoseconds / 100, $"It ended after {took} ticks.");
    }
}
