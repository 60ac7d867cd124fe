using System.Diagnostics;
using Spindle.Kernel;
using Spindle.Tests.Support;

namespace Spindle.Tests.Kernel;

/// <summary>The clock, the threads, and error numbers.</summary>
public sealed class LinuxKernelTests : LedgerCheckedTest
{
    [Fact, Clause("LOOP-2")]
    public void MonotonicTicks_Always_AreTicksOfTheMonotonicClock()
    {
        TimeSpan before = Stopwatch.GetElapsedTime(0);
        TimeSpan now = new(Kernel.Clock.MonotonicTicks);
        TimeSpan after = Stopwatch.GetElapsedTime(0);

        Assert.InRange(now, before - TimeSpan.FromTicks(1), after);
    }

    [Fact]
    public void UtcNow_Always_IsTheTimeOfDay()
    {
        DateTimeOffset before = DateTimeOffset.UtcNow.AddSeconds(-1);

        Assert.InRange(Kernel.Clock.UtcNow, before, before.AddMinutes(1));
        Assert.Equal(TimeSpan.Zero, Kernel.Clock.UtcNow.Offset);
    }

    [Fact]
    public void WorkerThreads_Start_RunsOnANamedBackgroundThread()
    {
        using ManualResetEventSlim ran = new();
        (string? Name, bool IsBackground, int Id) thread = default;

        Kernel.WorkerThreads.Start("worker", () =>
        {
            thread = (Thread.CurrentThread.Name, Thread.CurrentThread.IsBackground, Environment.CurrentManagedThreadId);
            ran.Set();
        });

        Wait.For(ran, "The work");
        Assert.Equal("worker", thread.Name);
        Assert.True(thread.IsBackground);
        Assert.NotEqual(Environment.CurrentManagedThreadId, thread.Id);
    }

    [Fact]
    public void Errno_Described_IsTheSystemsText()
    {
        Assert.Equal("Bad file descriptor", Errno.Describe(Errno.EBADF));
        Assert.Equal(3, Errno.OrResult(3));

        SystemCallException failure = new("epoll_ctl", Errno.EPERM);
        Assert.Equal(Errno.EPERM, failure.Errno);
        Assert.Equal("epoll_ctl", failure.Call);
        Assert.Equal("epoll_ctl failed: Operation not permitted (errno 1).", failure.Message);
    }
}
