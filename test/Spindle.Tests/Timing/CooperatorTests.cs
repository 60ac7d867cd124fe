using Spindle.Loops;
using Spindle.Testing;
using Spindle.Tests.Support;
using Spindle.Timing;

namespace Spindle.Tests.Timing;

public sealed class CooperatorTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly Clock _clock = new();
    private readonly List<string> _steps = [];

    [Fact, Clause("TIME-44")]
    public void Tick_SeveralTasks_TakeTurns()
    {
        Cooperator cooperator = new(_clock);
        Task[] tasks = [.. "abc 123 def 456".Split(' ').Select(each => cooperator.Coiterate(Work(each)))];
        Assert.Empty(_steps);

        _clock.Advance(Tick);

        Assert.Equal("a1d4b2e5c3f6".Select(step => step.ToString()), _steps);
        Assert.All(tasks, task => Assert.True(task.IsCompletedSuccessfully));
        Assert.Empty(_clock.GetDelayedCalls());
    }

    [Fact, Clause("TIME-44")]
    public void Tick_PredicateEndsTheSlice_GoesOnWithTheNextTaskInTheNextTick()
    {
        int steps = 0;
        Cooperator cooperator = new(_clock, () => () => ++steps % 3 == 0);
        cooperator.Cooperate(Work("abcd"));
        cooperator.Cooperate(Work("1234"));

        Advance();
        Assert.Equal(["a", "1", "b"], _steps);
        Advance();
        Assert.Equal(["a", "1", "b", "2", "c", "3"], _steps);
    }

    [Fact, Clause("TIME-44")]
    public void Tick_SliceIsOverFromTheBeginning_TakesOneStepNevertheless()
    {
        Cooperator cooperator = OneStepPerTick();
        cooperator.Cooperate(Work("abc"));

        Advance();
        Assert.Equal(["a"], _steps);
        Advance();
        Assert.Equal(["a", "b"], _steps);
    }

    [Fact, Clause("TIME-44")]
    public void Tick_PredicateThrows_TheOthersGoOn()
    {
        bool fails = true;
        Cooperator cooperator = new(_clock, () => () => fails ? throw new FormatException() : true);
        cooperator.Cooperate(Work("ab"));

        Assert.Throws<FormatException>(Advance);
        fails = false;
        Advance();

        Assert.Equal(["a", "b"], _steps);
    }

    [Fact, Clause("TIME-44")]
    public void Tick_TaskEndsOrWaits_NobodyLosesATurn()
    {
        Cooperator cooperator = OneStepPerTick();
        TaskCompletionSource work = new();
        cooperator.Cooperate(Waiting());
        cooperator.Cooperate(Work("1"));
        cooperator.Cooperate(Work("xyz"));

        Advance(times: 6); // The second one has no more to do in its second turn.
        Assert.Equal(["wait", "1", "x", "y", "z"], _steps);

        IEnumerator<Task?> Waiting()
        {
            _steps.Add("wait");
            yield return work.Task;
        }
    }

    [Fact, Clause("TIME-44")]
    public void Cooperate_WithinAStep_ComesAfterTheOthers()
    {
        Cooperator cooperator = OneStepPerTick();
        cooperator.Cooperate(Adding());
        cooperator.Cooperate(Work("12"));

        Advance(times: 5);
        Assert.Equal(["add", "1", "x", "added", "2"], _steps);

        IEnumerator<Task?> Adding()
        {
            _steps.Add("add");
            cooperator.Cooperate(Work("xy"));
            yield return null;
            _steps.Add("added");
            yield return null;
        }
    }

    [Fact, Clause("TIME-45")]
    public void Coiterate_YieldedTask_PausesUntilItIsDone()
    {
        TaskCompletionSource work = new();
        Task done = new Cooperator(_clock).Coiterate(Waiting());
        Advance(times: 3);
        Assert.Equal(["before"], _steps);
        Assert.Empty(_clock.GetDelayedCalls()); // Nothing to do, nothing scheduled.

        work.SetResult();
        Assert.Equal(["before"], _steps); // To resume is not to run.
        Advance();
        Assert.Equal(["before", "after"], _steps);
        Assert.True(done.IsCompletedSuccessfully);

        IEnumerable<Task?> Waiting()
        {
            _steps.Add("before");
            yield return work.Task;
            _steps.Add("after");
        }
    }

    [Fact, Clause("TIME-45")]
    public void Coiterate_YieldedTaskIsDoneAlready_GoesOn()
    {
        Task done = new Cooperator(_clock).Coiterate(Enumerable.Repeat(Task.CompletedTask, 3));

        Advance();

        Assert.True(done.IsCompletedSuccessfully);
    }

    [Fact, Clause("TIME-45")]
    public void Coiterate_YieldedTaskFails_EndsTheTask()
    {
        TaskCompletionSource work = new();
        Task done = new Cooperator(_clock).Coiterate([work.Task, null]);
        Advance();

        work.SetException(new FormatException());

        Assert.IsType<FormatException>(done.Exception!.InnerException);
        Assert.Empty(_clock.GetDelayedCalls());
    }

    [Fact, Clause("TIME-45")]
    public void Coiterate_YieldedTaskHasFailedOrIsCancelled_EndsTheTask()
    {
        Cooperator cooperator = new(_clock);
        Task failed = cooperator.Coiterate([Task.FromException(new FormatException())]);
        Task cancelled = cooperator.Coiterate([Task.FromCanceled(new CancellationToken(canceled: true))]);

        Advance();

        Assert.IsType<FormatException>(failed.Exception!.InnerException);
        Assert.IsType<TaskCanceledException>(cancelled.Exception!.InnerException);
    }

    [Fact, Clause("TIME-46")]
    public void Coiterate_IteratorThrows_FailsWithIt()
    {
        Task done = new Cooperator(_clock).Coiterate(Failing());

        Advance();

        Assert.IsType<FormatException>(done.Exception!.InnerException);
        Assert.Empty(_clock.GetDelayedCalls());

        static IEnumerator<Task?> Failing()
        {
            yield return null;
            throw new FormatException();
        }
    }

    [Fact, Clause("TIME-46")]
    public void Coiterate_Done_GivesTheIterator()
    {
        IEnumerator<Task?> iterator = Work("a");
        Task<IEnumerator<Task?>> done = new Cooperator(_clock).Coiterate(iterator);

        Advance();

        Assert.Same(iterator, Finished.ResultOf(done));
    }

    [Fact, Clause("TIME-48")]
    public void Cooperate_Stopped_FailsAtOnce()
    {
        Cooperator cooperator = new(_clock);
        cooperator.Stop();

        Task done = cooperator.Coiterate(Work("a"));

        Assert.IsType<SchedulerStoppedException>(done.Exception!.InnerException);
        Assert.Empty(_clock.GetDelayedCalls());
        Assert.Throws<SchedulerStoppedException>(cooperator.Cooperate(Work("a")).Pause);
    }

    [Fact, Clause("TIME-48")]
    public void Stop_SeveralTasks_FailsThemAll()
    {
        Cooperator cooperator = OneStepPerTick();
        Task[] tasks = [.. Enumerable.Range(0, 5).Select(_ => cooperator.Coiterate(Work("abc")))];
        Advance();

        cooperator.Stop();
        Advance(times: 5);

        Assert.Equal(["a"], _steps);
        Assert.All(tasks, task => Assert.IsType<SchedulerStoppedException>(task.Exception!.InnerException));
        Assert.Empty(_clock.GetDelayedCalls());
    }

    // The original ends it only when what it waits for is done.
    [Fact, Clause("TIME-48")]
    public void Stop_TaskWaits_FailsItAtOnceAndForGood()
    {
        Cooperator cooperator = new(_clock);
        TaskCompletionSource work = new();
        Task done = cooperator.Coiterate([work.Task]);
        Advance();

        cooperator.Stop();
        Assert.IsType<SchedulerStoppedException>(done.Exception!.InnerException);

        work.SetResult();
        Assert.Empty(_clock.GetDelayedCalls());
    }

    [Fact, Clause("TIME-48")]
    public void Stop_WithinAStep_EndsTheTick()
    {
        Cooperator cooperator = new(_clock);
        Task stopping = cooperator.Coiterate(Stopping());
        Task other = cooperator.Coiterate(Work("a"));

        Advance();

        Assert.Equal(["disposed of"], _steps);
        Assert.IsType<SchedulerStoppedException>(stopping.Exception!.InnerException);
        Assert.IsType<SchedulerStoppedException>(other.Exception!.InnerException);

        IEnumerator<Task?> Stopping()
        {
            try
            {
                cooperator.Stop();
                yield return null;
                _steps.Add("never");
            }
            finally
            {
                _steps.Add("disposed of");
            }
        }
    }

    [Fact, Clause("TIME-48")]
    public void Stop_WhenATaskIsDone_FindsItGone()
    {
        Cooperator cooperator = new(_clock);
        Task<IEnumerator<Task?>> done = cooperator.Coiterate(Work(""));
        Task other = cooperator.Coiterate(Work("a"));
        Task watching = done.ContinueWith(
            _ => cooperator.Stop(),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

        Advance();

        Assert.True(watching.IsCompletedSuccessfully);
        Assert.True(done.IsCompletedSuccessfully);
        Assert.IsType<SchedulerStoppedException>(other.Exception!.InnerException);
    }

    [Fact, Clause("TIME-48")]
    public void Stop_IteratorsFailWhenDisposedOf_EndsAllAndThrows()
    {
        Cooperator cooperator = OneStepPerTick();
        Task[] tasks = [cooperator.Coiterate(FailingAtTheEnd()), cooperator.Coiterate(FailingAtTheEnd()), cooperator.Coiterate(Work("ab"))];
        Advance(times: 2);

        AggregateException thrown = Assert.Throws<AggregateException>(cooperator.Stop);

        Assert.Equal(2, thrown.InnerExceptions.Count);
        Assert.All(tasks, task => Assert.IsType<SchedulerStoppedException>(task.Exception!.InnerException));

        static IEnumerator<Task?> FailingAtTheEnd()
        {
            using IDisposable failing = new Failing();
            yield return null;
        }
    }

    [Fact, Clause("TIME-48")]
    public void Start_Stopped_TakesTasksAgain()
    {
        Cooperator cooperator = new(_clock);
        cooperator.Stop();
        cooperator.Start();

        cooperator.Cooperate(Work("a"));
        Advance();

        Assert.Equal(["a"], _steps);
    }

    [Fact, Clause("TIME-49")]
    public void New_NotStarted_QueuesUntilStart()
    {
        Cooperator cooperator = new(_clock, isStarted: false);
        Assert.False(cooperator.IsRunning);
        cooperator.Cooperate(Work("a"));
        Assert.Empty(_clock.GetDelayedCalls());

        cooperator.Start();
        Assert.True(cooperator.IsRunning);
        Advance();
        Assert.Equal(["a"], _steps);

        cooperator.Stop();
        Assert.False(cooperator.IsRunning);
        Assert.True(new Cooperator(_clock).IsRunning);
    }

    [Fact, Clause("TIME-49")]
    public void Stop_LastTask_CancelsThePendingTick()
    {
        Cooperator cooperator = new(_clock);
        CooperativeTask one = cooperator.Cooperate(Work("a"));
        CooperativeTask other = cooperator.Cooperate(Work("b"));
        DelayedCall tick = Assert.Single(_clock.GetDelayedCalls());

        one.Stop();
        Assert.True(tick.IsActive);
        other.Stop();
        Assert.True(tick.IsCancelled);

        cooperator.Cooperate(Work("c"));
        Assert.Single(_clock.GetDelayedCalls());
    }

    [Fact, Clause("TIME-49")]
    public void Cooperate_WhenATaskIsDone_SchedulesOneTick()
    {
        Cooperator cooperator = OneStepPerTick();
        Task again = cooperator.Coiterate(Work("")).ContinueWith(
            _ => cooperator.Coiterate(Work("")),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default).Unwrap();
        Assert.Single(_clock.GetDelayedCalls());

        Advance();
        Assert.Single(_clock.GetDelayedCalls());
        Advance();
        Assert.True(again.IsCompletedSuccessfully);
        Assert.Empty(_clock.GetDelayedCalls());
    }

    private Cooperator OneStepPerTick() => new(_clock, () => () => true);

    private void Advance() => _clock.Advance(Tick);

    private void Advance(int times) => _clock.Pump(Enumerable.Repeat(Tick, times));

    private IEnumerator<Task?> Work(string steps)
    {
        foreach (char step in steps)
        {
            _steps.Add(step.ToString());
            yield return null;
        }
    }

    private sealed class Failing : IDisposable
    {
        public void Dispose() => throw new FormatException();
    }
}
