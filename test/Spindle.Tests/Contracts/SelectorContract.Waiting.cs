using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Support;

namespace Spindle.Tests.Contracts;

/// <content>Waiting.</content>
public abstract partial class SelectorContract
{
    private const int Many = 2_000;

    [Fact, Clause("SEL-19")]
    public void Select_NoTimeout_BlocksUntilSomethingIsReady()
    {
        using ManualResetEventSlim isWaiting = new();
        ScriptedWaits waits = new(Kernel) { BeforeWait = _ => Set(isWaiting) };
        Selector selector = NewSelector(KernelDouble.With(Kernel, waits));
        PipeEnds pipe = CreatePipe();
        selector.Register(pipe.Read, Interest.Read);
        ReadyKey[] ready = [];

        OffThread waiter = OffThread.Start(() => ready = selector.Select(null).ToArray());
        Wait.For(isWaiting, "The wait");
        WriteByte(pipe.Write);
        waiter.Join();

        Assert.Equal(pipe.Read, Assert.Single(ready).Key.Fd);
        Assert.Equal([-1], waits.Timeouts);
    }

    [Theory, Clause("SEL-19")]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void Select_ZeroOrLess_LooksOnce(long ticks)
    {
        ScriptedWaits waits = new(Kernel);
        Selector selector = NewSelector(KernelDouble.With(Kernel, waits));
        PipeEnds pipe = CreatePipe();
        selector.Register(pipe.Read, Interest.Read);

        Assert.Equal(0, selector.Select(new TimeSpan(ticks)).Length);
        Assert.Equal([0], waits.Timeouts);

        WriteByte(pipe.Write);
        Assert.Equal(1, selector.Select(new TimeSpan(ticks)).Length);
    }

    [Fact, Clause("SEL-19")]
    public void Select_LongestTimeout_ReportsWhatIsReady()
    {
        Selector selector = NewSelector();
        selector.Register(CreateFullPipe().Read, Interest.Read);

        Assert.Equal(1, selector.Select(TimeSpan.MaxValue).Length);
    }

    [Theory, Clause("SEL-19", "SEL-20", "SEL-21")]
    [InlineData(1_000, false)] // 0.1 ms
    [InlineData(15_000, false)] // 1.5 ms
    [InlineData(1_000, true)]
    [InlineData(15_000, true)]
    public void Select_NothingReady_NeverEndsEarly(long ticks, bool hasKey)
    {
        Selector selector = NewSelector();
        if (hasKey)
        {
            selector.Register(CreatePipe().Read, Interest.Read);
        }

        for (int i = 0; i < 10; i++)
        {
            long start = Kernel.Clock.MonotonicTicks;
            int count = selector.Select(new TimeSpan(ticks)).Length;
            long took = Kernel.Clock.MonotonicTicks - start;

            Assert.Equal(0, count);
            Assert.True(took >= ticks, $"It ended after {took} of {ticks} ticks.");
        }
    }

    [Theory, Clause("SEL-22")]
    [InlineData(null)]
    [InlineData(0L)]
    public void Select_Interrupted_AsksAgain(long? ticks)
    {
        ScriptedWaits waits = new(Kernel);
        waits.BeforeWait = _ => waits.Timeouts.Count <= 2 ? -Errno.EINTR : null;
        Selector selector = NewSelector(KernelDouble.With(Kernel, waits));
        selector.Register(CreateFullPipe().Read, Interest.Read);

        Assert.Equal(1, selector.Select(ticks is { } some ? new TimeSpan(some) : null).Length);
        Assert.Equal(3, waits.Timeouts.Count);
        Assert.Single(waits.Timeouts.Distinct());
    }

    [Fact, Clause("SEL-22")]
    public void Select_InterruptedAfterAWhile_GoesOnWithTheTimeThatIsLeft()
    {
        const long Ticks = 30_000;
        ScriptedWaits waits = new(Kernel);
        waits.BeforeWait = _ => waits.Timeouts.Count > 1 ? null : SpinThenInterrupt(Ticks / 3);
        Selector selector = NewSelector(KernelDouble.With(Kernel, waits));

        long start = Kernel.Clock.MonotonicTicks;
        Assert.Equal(0, selector.Select(new TimeSpan(Ticks)).Length);

        Assert.True(Kernel.Clock.MonotonicTicks - start >= Ticks);
        Assert.Equal(2, waits.Timeouts.Count);
        Assert.Equal(Ticks * 100, waits.Timeouts[0]);
        Assert.InRange(waits.Timeouts[1], 0, Ticks * 2 / 3 * 100);
    }

    [Fact, Clause("SEL-22")]
    public void Select_RealSignals_DoNotEndTheWaitEarly()
    {
        const long Ticks = 20_000;
        int signal = SignalNumbers.Next();
        using SemaphoreSlim handled = new(0);
        using IDisposable? subscription = Kernel.Signals.Subscribe(signal, () => handled.Release());
        using ManualResetEventSlim isWaiting = new();
        using ManualResetEventSlim isOver = new();
        using ManualResetEventSlim mayEnd = new();
        ScriptedWaits waits = new(Kernel) { BeforeWait = _ => Set(isWaiting) };
        Selector selector = NewSelector(KernelDouble.With(Kernel, waits));
        int threadId = 0;
        int selects = 0;
        long shortest = long.MaxValue;

        OffThread waiter = OffThread.Start(() =>
        {
            threadId = NativeCalls.ThreadId();
            long end = Kernel.Clock.MonotonicTicks + OffThread.Patience.Ticks;
            while (waits.Timeouts.Count == selects && Kernel.Clock.MonotonicTicks < end)
            {
                selects++;
                long start = Kernel.Clock.MonotonicTicks;
                _ = selector.Select(new TimeSpan(Ticks));
                shortest = Math.Min(shortest, Kernel.Clock.MonotonicTicks - start);
            }

            isOver.Set();
            Wait.For(mayEnd, "The last signal"); // A thread that ends takes the signals that wait for it with it.
        });
        Wait.For(isWaiting, "The wait");
        int raised = 0;
        while (!Wait.Briefly(isOver))
        {
            NativeCalls.RaiseIn(threadId, signal);
            raised++;
        }

        Wait.For(handled, raised, "The delivery of a signal");
        mayEnd.Set();
        waiter.Join();
        Assert.True(waits.Timeouts.Count > selects, "No signal interrupted a wait.");
        Assert.True(shortest >= Ticks, $"A wait ended after {shortest} of {Ticks} ticks.");
    }

    [Fact]
    public void Select_KernelFails_ThrowsAndWorksAgainAfterwards()
    {
        ScriptedWaits waits = new(Kernel);
        waits.BeforeWait = _ => waits.Timeouts.Count == 1 ? -Errno.ENOMEM : null;
        Selector selector = NewSelector(KernelDouble.With(Kernel, waits));
        PipeEnds pipe = CreateFullPipe();
        selector.Register(pipe.Read, Interest.Read);

        AssertErrno(Errno.ENOMEM, () => Poll(selector));
        AssertReady(selector, pipe.Read, Interest.Read);
    }

    [Theory, Clause("SEL-23")]
    [InlineData(Interest.Read)]
    [InlineData(Interest.Write)]
    [InlineData(Interest.Read | Interest.Write)]
    public void Select_PeerHungUp_WakesEachDirectionThatIsAskedFor(Interest asked)
    {
        Selector selector = NewSelector();
        (int fd, int peer) = CreateSocketPair();
        selector.Register(fd, asked);
        CloseOwn(peer);

        AssertBecomesReady(selector, fd, asked);
    }

    [Theory, Clause("SEL-23")]
    [InlineData(Interest.Read)]
    [InlineData(Interest.Write)]
    [InlineData(Interest.Read | Interest.Write)]
    public void Select_Error_WakesEachDirectionThatIsAskedFor(Interest asked)
    {
        Selector selector = NewSelector();
        PipeEnds pipe = CreatePipe();
        selector.Register(pipe.Write, asked);
        CloseOwn(pipe.Read); // EPOLLERR.

        AssertBecomesReady(selector, pipe.Write, asked);
    }

    [Fact, Clause("SEL-23")]
    public void Select_OneDirectionReady_ReportsThatOneOnly()
    {
        Selector selector = NewSelector();
        (int fd, int peer) = CreateSocketPair();
        selector.Register(fd, Both);
        AssertReady(selector, fd, Interest.Write);

        WriteByte(peer);
        AssertReady(selector, fd, Both);

        selector.Modify(fd, Interest.Read);
        AssertReady(selector, fd, Interest.Read);
    }

    [Fact, Clause("SEL-24")]
    public void Select_ConditionHolds_ReportsItEveryTime()
    {
        Selector selector = NewSelector();
        PipeEnds pipe = CreateFullPipe();
        selector.Register(pipe.Read, Interest.Read);

        AssertReady(selector, pipe.Read, Interest.Read);
        AssertReady(selector, pipe.Read, Interest.Read);

        ReadByte(pipe.Read);
        Assert.Empty(Poll(selector));
    }

    [Fact, Clause("SEL-25")]
    public void Select_SomeReady_ReportsThoseAndNoOthers()
    {
        Selector selector = NewSelector();
        HashSet<int> expected = [];
        for (int i = 0; i < 200; i++)
        {
            PipeEnds pipe = CreatePipe();
            selector.Register(pipe.Read, Interest.Read, i);
            if (i % 3 == 0)
            {
                WriteByte(pipe.Write);
                expected.Add(pipe.Read);
            }
        }

        // A removal in the middle moves others about in a list.
        int removed = expected.First();
        expected.Remove(removed);
        selector.Unregister(removed);

        ReadyKey[] ready = Poll(selector);
        Assert.Equal(expected.Order(), ready.Select(each => each.Key.Fd).Order());
        Assert.All(ready, each => Assert.Equal(selector.GetKey(each.Key.Fd), each.Key));
    }

    [Fact, Clause("SEL-26")]
    public void Select_PipeWriteEndForReading_IsSilentUntilTheReaderCloses()
    {
        Selector selector = NewSelector();
        PipeEnds pipe = CreatePipe();
        int otherReader = Own(Kernel.Files.Duplicate(pipe.Read));
        selector.Register(pipe.Write, Interest.Read);
        Assert.Empty(Poll(selector));

        WriteByte(pipe.Write);
        CloseOwn(otherReader);
        Assert.Empty(Poll(selector));

        CloseOwn(pipe.Read);
        AssertBecomesReady(selector, pipe.Write, Interest.Read);
    }

    [Fact, Clause("SEL-27")]
    public void Select_ThousandsAbove1024_ReportsTheReadyOnes()
    {
        Selector selector = NewSelector();
        PipeEnds silent = CreatePipe();
        PipeEnds full = CreateFullPipe();
        HashSet<int> expected = [];
        for (int i = 0; i < Many; i++)
        {
            bool isReady = i % 100 == 99;
            int fd = Own(NativeCalls.DuplicateFrom(isReady ? full.Read : silent.Read, DescriptorNumbers.FirstShared));
            selector.Register(fd, Interest.Read);
            if (isReady)
            {
                expected.Add(fd);
            }
        }

        Assert.Equal(expected.Order(), Poll(selector).Select(each => each.Key.Fd).Order());
        ReadByte(full.Read);
        Assert.Empty(Poll(selector));
    }

    private static int? Set(ManualResetEventSlim happened)
    {
        happened.Set();
        return null;
    }

    private int SpinThenInterrupt(long ticks)
    {
        long end = Kernel.Clock.MonotonicTicks + ticks;
        SpinWait.SpinUntil(() => Kernel.Clock.MonotonicTicks >= end);
        return -Errno.EINTR;
    }
}
