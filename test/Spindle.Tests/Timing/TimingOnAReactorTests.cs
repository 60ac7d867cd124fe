using Spindle.Loops;
using Spindle.Tests.Support;
using Spindle.Timing;

namespace Spindle.Tests.Timing;

/// <summary>Where the pieces of this room run on a reactor, and how they come back to it.</summary>
public sealed class TimingOnAReactorTests : ManualTimeTest
{
    private readonly List<string> _heard = [];

    [Fact, Clause("TIME-38")]
    public void LoopingCall_IntervalZero_RunsOncePerPass()
    {
        int runs = 0;
        LoopingCall call = new(Reactor, () => runs++);
        _ = call.Start(TimeSpan.Zero);

        for (int turn = 0; turn < 5; turn++)
        {
            Assert.Equal(turn + 1, runs);
            Advance(0);
        }
    }

    [Fact, Clause("TIME-36")]
    public void LoopingCall_TaskIsDoneOnAnotherThread_GoesOnOnTheReactors()
    {
        TaskCompletionSource work = new();
        List<int> threads = [];
        LoopingCall call = new(Reactor, () =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            return threads.Count == 1 ? work.Task : Task.CompletedTask;
        });
        _ = call.Start(Seconds(1)); // Before the loop runs: there is no context to come back to.

        OffThread.Run(work.SetResult);
        Assert.Empty(Reactor.GetDelayedCalls());
        Advance(0.5);
        Assert.Single(Reactor.GetDelayedCalls());
        Advance(0.5);

        Assert.Equal(Enumerable.Repeat(Environment.CurrentManagedThreadId, 2), threads);
    }

    [Fact, Clause("TIME-39")]
    public void LoopingCall_StoppedByADelayedCall_RunsNoMore()
    {
        LoopingCall call = new(Reactor, () => _heard.Add("run"));
        Task finished = call.Start(Seconds(1), now: false);
        Reactor.CallLater(TimeSpan.Zero, call.Stop);

        Advance(0);
        Advance(2);

        Assert.Empty(_heard);
        Assert.True(finished.IsCompletedSuccessfully);
    }

    [Fact, Clause("TIME-35")]
    public void LoopingCall_Finished_TellsWaitersOnTheLoopInALaterTurn()
    {
        LoopingCall call = new(Reactor, () => throw new FormatException());
        TimedLoop.Spawn(async () =>
        {
            Task finished = call.Start(Seconds(1), now: false);
            try
            {
                await finished;
            }
            catch (FormatException)
            {
                _heard.Add(SynchronizationContext.Current == TimedLoop.SynchronizationContext ? "on the loop" : "elsewhere");
            }
        });
        RunTurn(TimedLoop);

        Advance(1);
        RunTurn(TimedLoop);

        Assert.Equal(["on the loop"], _heard);
    }

    [Fact]
    public void LoopingCall_ReactorIsGone_FailsInsteadOfWaitingForEver()
    {
        AsyncSelectorReactor reactor = new(new EventLoopOptions { LoggerFactory = Log });
        reactor.Dispose();

        Task finished = new LoopingCall(reactor, () => { }).Start(Seconds(1));

        Assert.IsType<ObjectDisposedException>(finished.Exception!.InnerException);
    }

    [Fact]
    public void AnyMember_FromAnotherThread_Throws()
    {
        LoopingCall call = new(Reactor, () => _heard.Add("run"));
        Cooperator cooperator = new(Reactor);
        CooperativeTask task = cooperator.Cooperate(Endless());
        Action[] calls =
        [
            () => _ = call.Start(Seconds(1)), call.Stop, call.Reset,
            cooperator.Start, cooperator.Stop, () => cooperator.Cooperate(Endless()), () => _ = cooperator.Coiterate(Endless()),
            task.Pause, task.Resume, task.Stop, () => _ = task.WhenDone(),
            () => _ = Reactor.DeferLater(Seconds(1)),
        ];
        int thrown = 0;
        TimedLoop.CallSoon(() => OffThread.Run(() =>
        {
            foreach (Action each in calls)
            {
                Assert.Contains("CallFromThread", Assert.Throws<InvalidOperationException>(each).Message, StringComparison.Ordinal);
                thrown++;
            }
        }));

        task.Pause();
        RunTurn(TimedLoop);

        Assert.Equal(calls.Length, thrown);
        Assert.Empty(_heard);
    }

    [Fact, Clause("TIME-42")]
    public void DeferLater_CancelledOnTheLoop_TakesTheCallOutAtOnce()
    {
        using CancellationTokenSource cancellation = new();
        Task task = null!;
        TimedLoop.CallSoon(() =>
        {
            task = Reactor.DeferLater(Seconds(1), cancellation.Token);
            cancellation.Cancel();
            Assert.True(task.IsCanceled);
            Assert.Empty(Reactor.GetDelayedCalls());
            _heard.Add("checked");
        });

        RunTurn(TimedLoop);

        Assert.Equal(["checked"], _heard);
    }

    [Fact, Clause("TIME-42")]
    public void DeferLater_CancelledOnAnotherThread_IsCancelledAtOnceAndTakenOutSoon()
    {
        using CancellationTokenSource cancellation = new();
        Task task = Reactor.DeferLater(Seconds(1), () => _heard.Add("made"), cancellation.Token);

        OffThread.Run(cancellation.Cancel);

        Assert.True(task.IsCanceled);
        Advance(0);
        Assert.Empty(Reactor.GetDelayedCalls());
        Advance(2);
        Assert.Empty(_heard);
    }

    [Fact, Clause("TIME-42")]
    public void DeferLater_CancelledOnAThreadWithAContext_LeavesThatInPlace()
    {
        using CancellationTokenSource cancellation = new();
        Task task = Reactor.DeferLater(Seconds(1), cancellation.Token);
        SynchronizationContext context = new();
        SynchronizationContext? left = null;

        OffThread.Run(() =>
        {
            SynchronizationContext.SetSynchronizationContext(context);
            cancellation.Cancel();
            left = SynchronizationContext.Current;
        });

        Assert.True(task.IsCanceled);
        Assert.Same(context, left);
        Advance(0);
    }

    [Fact, Clause("TIME-42")]
    public void DeferLater_CancelledOnAnotherThreadWhenDue_IsNotCalled()
    {
        using CancellationTokenSource cancellation = new();
        Task task = Reactor.DeferLater(Seconds(1), () => _heard.Add("made"), cancellation.Token);
        OffThread.Run(cancellation.Cancel);

        Advance(1); // Due in the very turn in which the call that takes it out comes.

        Assert.True(task.IsCanceled);
        Assert.Empty(_heard);
        Assert.Empty(Log.Take());
    }

    [Fact, Clause("TIME-42")]
    public void DeferLater_ManyCancellationsFromAnotherThread_EachEndsOneWay()
    {
        AsyncSelectorReactor reactor = new(Loop);
        AtEnd(reactor.Dispose);
        int made = 0;
        List<Task> tasks = [];
        List<CancellationTokenSource> cancellations = [];
        for (int i = 0; i < 500; i++)
        {
            CancellationTokenSource cancellation = new();
            cancellations.Add(cancellation);
            tasks.Add(reactor.DeferLater(TimeSpan.FromMicroseconds(i * 20), () => made++, cancellation.Token));
        }

        reactor.CallLater(TimeSpan.FromMilliseconds(10), Loop.Stop);
        OffThread canceller = OffThread.Start(() => cancellations.ForEach(each => each.Cancel()));
        Run(Loop);
        canceller.Join();
        RunTurn(Loop); // What was still to be taken out.

        Assert.All(tasks, task => Assert.True(task.IsCompleted));
        Assert.Equal(made, tasks.Count(task => task.IsCompletedSuccessfully));
        Assert.Empty(reactor.GetDelayedCalls());
        cancellations.ForEach(each => each.Dispose());
    }

    [Fact, Clause("TIME-45")]
    public void Cooperator_YieldedTaskIsDoneOnAnotherThread_GoesOnOnTheReactors()
    {
        TaskCompletionSource work = new();
        int thread = 0;
        IEnumerator<Task?> Work()
        {
            yield return work.Task;
            thread = Environment.CurrentManagedThreadId;
        }

        Task done = new Cooperator(Reactor).Coiterate(Work());
        Advance(1);
        OffThread.Run(work.SetResult);
        Assert.False(done.IsCompleted);
        Advance(1); // It comes back,
        Advance(1); // and has its turn.

        Assert.True(done.IsCompletedSuccessfully);
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
    }

    [Fact, Clause("TIME-44")]
    public void Cooperator_Slices_EndAfterTenMilliseconds()
    {
        int steps = 0;
        IEnumerator<Task?> Work()
        {
            while (true)
            {
                steps++;
                Clock.Advance(TimeSpan.FromMilliseconds(3));
                yield return null;
            }
        }

        CooperativeTask task = new Cooperator(Reactor).Cooperate(Work());
        Assert.Equal(0, steps);
        Assert.Equal(1e-7, NextWait());

        Advance(1);
        Assert.Equal(4, steps);
        Advance(1);
        Assert.Equal(8, steps);
        task.Stop();
    }

    [Fact, Clause("TIME-46")]
    public void CooperativeTask_FailsAndNobodyWaits_IsReported()
    {
        IEnumerator<Task?> Work()
        {
            yield return Task.FromException(new FormatException("It failed."));
        }

        CooperativeTask task = new Cooperator(Reactor).Cooperate(Work());
        Advance(1);

        LogRecord record = Assert.Single(Log.Take());
        Assert.IsType<FormatException>(record.Exception);
        Assert.IsType<FormatException>(task.WhenDone().Exception!.InnerException);
    }

    private static IEnumerator<Task?> Endless()
    {
        while (true)
        {
            yield return null;
        }
    }
}
