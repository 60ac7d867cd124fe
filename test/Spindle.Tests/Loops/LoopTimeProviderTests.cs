using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Loops;

public sealed class LoopTimeProviderTests : LoopTest
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Clock_Always_IsTheKernels()
    {
        SelectorEventLoop loop = NewClockedLoop();
        TimeProvider provider = loop.TimeProvider;
        _clock.UtcNow = new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);
        long start = provider.GetTimestamp();

        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(_clock.UtcNow, provider.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(2), provider.GetElapsedTime(start));
    }

    [Fact]
    public void Delay_OnTheLoop_EndsOnItsThreadAndNotEarly()
    {
        TimeSpan delay = TimeSpan.FromMilliseconds(2);

        (TimeSpan took, int thread) = Loop.RunUntilComplete(async () =>
        {
            TimeSpan start = Loop.Time;
            await Task.Delay(delay, Loop.TimeProvider, TestContext.Current.CancellationToken);
            return (Loop.Time - start, Environment.CurrentManagedThreadId);
        });

        Assert.True(took >= delay);
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
    }

    [Fact]
    public void Delay_WaiterThatCapturesNoContext_GoesOnOnTheLoopWithoutTheContext()
    {
        // What the library completes, it completes without the context: else such code is pushed to the pool (I10 (a)).
        (int thread, SynchronizationContext? context) = Loop.RunUntilComplete(async () =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), Loop.TimeProvider, TestContext.Current.CancellationToken).ConfigureAwait(false);
            return (Environment.CurrentManagedThreadId, SynchronizationContext.Current);
        });

        Assert.Equal(Environment.CurrentManagedThreadId, thread);
        Assert.Null(context);
    }

    [Fact]
    public void PeriodicTimer_OnTheLoop_TicksOnItsThread()
    {
        List<int> threads = [];

        Loop.RunUntilComplete(async () =>
        {
            using PeriodicTimer timer = new(TimeSpan.FromMicroseconds(1_500), Loop.TimeProvider);
            while (threads.Count < 3 && await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken))
            {
                threads.Add(Environment.CurrentManagedThreadId);
            }
        });

        Assert.Equal(Enumerable.Repeat(Environment.CurrentManagedThreadId, 3), threads);
    }

    [Fact]
    public void CreateTimer_DueTimeAndPeriod_FiresThenAndAgain()
    {
        SelectorEventLoop loop = NewClockedLoop();
        List<(object? State, TimeSpan Time)> fired = [];
        TimeSpan start = loop.Time;
        using ITimer timer = loop.TimeProvider.CreateTimer(
            state => fired.Add((state, loop.Time - start)), "state", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));

        for (int second = 0; second <= 9; second++)
        {
            RunTurn(loop);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([2, 5, 8], fired.Select(each => (int)each.Time.TotalSeconds));
        Assert.All(fired, each => Assert.Equal("state", each.State));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void CreateTimer_NoPeriod_FiresOnce(int milliseconds)
    {
        SelectorEventLoop loop = NewClockedLoop();
        int fired = 0;
        using ITimer timer = loop.TimeProvider.CreateTimer(_ => fired++, null, TimeSpan.Zero, TimeSpan.FromMilliseconds(milliseconds));

        for (int i = 0; i < 5; i++)
        {
            RunTurn(loop);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, fired);
    }

    [Fact]
    public void CreateTimer_BeforeTheLoopRuns_CountsFromThen()
    {
        SelectorEventLoop loop = NewClockedLoop();
        int fired = 0;
        using ITimer timer = loop.TimeProvider.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);

        _clock.Advance(TimeSpan.FromSeconds(2));
        RunTurn(loop); // The loop hears of the timer.
        RunTurn(loop);

        Assert.Equal(1, fired);
    }

    [Fact]
    public void CreateTimer_LongestTimes_NeverFires()
    {
        int fired = 0;
        using ITimer timer = Loop.TimeProvider.CreateTimer(_ => fired++, null, TimeSpan.MaxValue, TimeSpan.MaxValue);
        using ITimer soon = Loop.TimeProvider.CreateTimer(_ => fired++, null, TimeSpan.Zero, TimeSpan.MaxValue);

        RunTurn();
        RunTurn();
        Assert.Equal(1, fired);

        Loop.CallSoon(() => timer.Change(TimeSpan.MaxValue, TimeSpan.Zero));
        RunTurn();
        Assert.Equal(1, fired);
    }

    [Fact]
    public void CreateTimer_NegativeTime_Throws()
    {
        TimeSpan bad = TimeSpan.FromMilliseconds(-2);

        Assert.Throws<ArgumentOutOfRangeException>(() => Loop.TimeProvider.CreateTimer(_ => { }, null, bad, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Loop.TimeProvider.CreateTimer(_ => { }, null, TimeSpan.Zero, bad));
        Assert.Throws<ArgumentNullException>(() => Loop.TimeProvider.CreateTimer(null!, null, TimeSpan.Zero, TimeSpan.Zero));
    }

    [Fact]
    public void CreateTimer_AmbientContext_IsTheOneOfItsCreation()
    {
        AsyncLocal<string> ambient = new() { Value = "of the timer" };
        string? seen = null;
        using ITimer timer = Loop.TimeProvider.CreateTimer(_ => seen = ambient.Value, null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        ambient.Value = "later";

        RunTurn();
        RunTurn();

        Assert.Equal("of the timer", seen);
    }

    [Fact]
    public void CreateTimer_CallbackFails_IsReportedAndThePeriodGoesOn()
    {
        SelectorEventLoop loop = NewClockedLoop();
        List<LoopError> errors = CollectErrors(loop);
        InvalidOperationException failure = new("The timer fails.");
        using ITimer timer = loop.TimeProvider.CreateTimer(_ => throw failure, null, TimeSpan.Zero, TimeSpan.FromSeconds(1));

        for (int i = 0; i < 3; i++)
        {
            RunTurn(loop);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2, errors.Count); // The first turn hears of the timer.
        Assert.All(errors, error => Assert.Same(failure, error.Exception));
    }

    [Fact]
    public void Change_Armed_CountsAnew()
    {
        SelectorEventLoop loop = NewClockedLoop();
        int fired = 0;
        ITimer timer = loop.TimeProvider.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        RunTurn(loop);

        Assert.True(timer.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan));
        RunTurn(loop);
        _clock.Advance(TimeSpan.FromSeconds(4));
        RunTurn(loop);
        Assert.Equal(0, fired);

        Assert.True(timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        RunTurn(loop);
        _clock.Advance(TimeSpan.FromSeconds(10));
        RunTurn(loop);
        Assert.Equal(0, fired);

        timer.Dispose();
        timer.Dispose();
        Assert.False(timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        RunTurn(loop);
        RunTurn(loop);
        Assert.Equal(0, fired);
    }

    [Fact]
    public void Dispose_InTheSameTurnAsItIsDue_PreventsTheCallback()
    {
        SelectorEventLoop loop = NewClockedLoop();
        int fired = 0;
        ITimer timer = loop.TimeProvider.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        RunTurn(loop);
        _clock.Advance(TimeSpan.FromSeconds(1));
        loop.CallSoon(timer.Dispose);

        RunTurn(loop);

        Assert.Equal(0, fired);
    }

    [Fact]
    public void Dispose_WhileAChangeIsOnItsWay_PreventsTheCallback()
    {
        int fired = 0;
        ITimer timer = Loop.TimeProvider.CreateTimer(_ => fired++, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Loop.CallSoon(() =>
        {
            OffThread.Run(() => timer.Change(TimeSpan.Zero, TimeSpan.FromTicks(1)));
            timer.Dispose(); // At once, before the loop hears of the change.
        });

        RunTurn();
        RunTurn();
        RunTurn();

        Assert.Equal(0, fired);
    }

    [Fact]
    public void Change_WhileAnotherIsOnItsWay_IsTheOneThatCounts()
    {
        int fired = 0;
        using ITimer timer = Loop.TimeProvider.CreateTimer(_ => fired++, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Loop.CallSoon(() =>
        {
            OffThread.Run(() => timer.Change(TimeSpan.Zero, TimeSpan.Zero));
            timer.Change(TimeSpan.FromDays(1), TimeSpan.Zero);
        });

        RunTurn();
        RunTurn();
        RunTurn();

        Assert.Equal(0, fired);
    }

    [Fact]
    public void ChangeAndDispose_FromOtherThreads_AreSafe()
    {
        using LoopThread loopThread = new(Loop);
        int disposedAt = 0;
        int firedLate = 0;

        OffThread[] threads = [.. Enumerable.Range(0, 3).Select(_ => OffThread.Start(() =>
        {
            for (int i = 0; i < 300; i++)
            {
                bool isDisposed = false;
                ITimer timer = Loop.TimeProvider.CreateTimer(
                    _ => Interlocked.Add(ref firedLate, Volatile.Read(ref isDisposed) ? 1 : 0),
                    null,
                    TimeSpan.Zero,
                    TimeSpan.FromTicks(1));
                timer.Change(TimeSpan.Zero, TimeSpan.FromMicroseconds(100));
                timer.Dispose();

                // A callback may be under way as Dispose returns; once the loop has done something else, none may come.
                loopThread.Do(() => Volatile.Write(ref isDisposed, true));
                Interlocked.Increment(ref disposedAt);
            }
        }))];
        Assert.All(threads, thread => thread.Join());
        loopThread.Do(() => { });

        Assert.Equal(900, disposedAt);
        Assert.Equal(0, firedLate);
    }

    [Fact]
    public async Task Timer_LoopIsClosed_NeverFiresAndSaysNothing()
    {
        int fired = 0;
        ITimer timer = Loop.TimeProvider.CreateTimer(_ => fired++, null, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        RunTurn();

        Loop.Close();

        Assert.True(timer.Change(TimeSpan.Zero, TimeSpan.Zero));
        await timer.DisposeAsync();
        Assert.Equal(0, fired);
    }

    private SelectorEventLoop NewClockedLoop() => NewLoop(new KernelDouble(Kernel) { Clock = _clock });
}
