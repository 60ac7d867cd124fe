using Spindle.Testing;
using Spindle.Tests.Support;
using Spindle.Timing;

namespace Spindle.Tests.Timing;

/// <summary>One task of a cooperator that takes one step per tick.</summary>
public sealed class CooperativeTaskTests
{
    private readonly Clock _clock = new();
    private readonly List<object> _work = [];
    private readonly IEnumerator<Task?> _iterator;
    private readonly CooperativeTask _task;
    private bool _waitsNext;
    private bool _endsNext;
    private bool _failsNext;
    private bool _isDisposed;

    public CooperativeTaskTests()
    {
        _iterator = Worker();
        _task = new Cooperator(_clock, () => () => true).Cooperate(_iterator);
    }

    [Fact, Clause("TIME-46", "TIME-47")]
    public void Resume_Paused_GoesOnWithTheNextTick()
    {
        Tick();
        Tick();
        Assert.Equal([1, 2], _work);

        _task.Pause();
        Tick();
        Assert.Equal([1, 2], _work);
        Assert.Empty(_clock.GetDelayedCalls());

        _task.Resume();
        Assert.Equal([1, 2], _work);
        Tick();
        Assert.Equal([1, 2, 3], _work);
    }

    [Fact, Clause("TIME-47")]
    public void Resume_NotPaused_Throws()
    {
        Assert.Throws<NotPausedException>(_task.Resume);
        _task.Pause();
        _task.Resume();
        Assert.Throws<NotPausedException>(_task.Resume);
    }

    [Fact, Clause("TIME-47")]
    public void Pause_Twice_TakesTwoResumes()
    {
        _task.Pause();
        _task.Pause();
        Tick();
        _task.Resume();
        Tick();
        Assert.Empty(_work);

        _task.Resume();
        Tick();
        Assert.Equal([1], _work);
    }

    [Fact, Clause("TIME-45", "TIME-47")]
    public void Pause_Waiting_TakesBothToGoOn()
    {
        TaskCompletionSource waited = TickToAWait();
        Assert.Throws<NotPausedException>(_task.Resume); // To wait is not to be paused.
        _task.Pause();
        Tick();
        _task.Resume();
        Tick();
        Assert.Single(_work);

        waited.SetResult();
        Tick();
        Assert.Equal([waited, 2], _work);
    }

    [Fact, Clause("TIME-45", "TIME-47")]
    public void Pause_WaitingAndTheTaskIsDone_WaitsForTheResume()
    {
        TaskCompletionSource waited = TickToAWait();
        _task.Pause();
        waited.SetResult();
        Tick();
        Assert.Single(_work);

        _task.Resume();
        Tick();
        Assert.Equal([waited, 2], _work);
    }

    [Fact, Clause("TIME-46")]
    public void WhenDone_Twice_GivesATaskToEach()
    {
        Task<IEnumerator<Task?>> one = _task.WhenDone();
        Task<IEnumerator<Task?>> other = _task.WhenDone();
        Assert.NotSame(one, other);

        _endsNext = true;
        Tick();

        Assert.Same(_iterator, Finished.ResultOf(one));
        Assert.Same(_iterator, Finished.ResultOf(other));
        Assert.True(_isDisposed);
    }

    [Fact, Clause("TIME-46")]
    public void WhenDone_Done_IsDone()
    {
        _endsNext = true;
        Tick();

        Assert.Same(_iterator, Finished.ResultOf(_task.WhenDone()));
    }

    [Fact, Clause("TIME-46")]
    public void WhenDone_IteratorThrows_FailsWithIt()
    {
        Task before = _task.WhenDone();
        _failsNext = true;
        Tick();

        Assert.IsType<FormatException>(before.Exception!.InnerException);
        Assert.IsType<FormatException>(_task.WhenDone().Exception!.InnerException);
    }

    [Fact, Clause("TIME-47")]
    public void WhenDone_Stopped_FailsWithTaskStopped()
    {
        Task done = _task.WhenDone();

        _task.Stop();

        Assert.IsType<TaskStoppedException>(done.Exception!.InnerException);
    }

    [Fact, Clause("TIME-47")]
    public void Stop_Running_StopsForGood()
    {
        Tick();
        _task.Stop();
        Tick();

        Assert.Equal([1], _work);
        Assert.True(_isDisposed);
        Assert.Throws<TaskStoppedException>(_task.Stop);
        Assert.Throws<TaskStoppedException>(_task.Pause);
        Tick();
        Assert.Equal([1], _work);
    }

    [Fact, Clause("TIME-47")]
    public void Resume_PausedAndStopped_DoesNothing()
    {
        _task.Pause();
        _task.Stop();
        _task.Resume();
        Tick();

        Assert.Empty(_work);
        Assert.Empty(_clock.GetDelayedCalls());
    }

    [Fact, Clause("TIME-45", "TIME-47")]
    public void Stop_Waiting_StaysStoppedWhenTheTaskIsDone()
    {
        TaskCompletionSource waited = TickToAWait();
        _task.Stop();

        waited.SetResult();
        Tick();

        Assert.Equal([waited], _work);
        Assert.True(_isDisposed);
    }

    [Fact, Clause("TIME-45", "TIME-47")]
    public void Stop_WaitingAndTheTaskFails_HasEndedOnce()
    {
        TaskCompletionSource waited = TickToAWait();
        Task done = _task.WhenDone();
        _task.Stop();

        waited.SetException(new FormatException());

        Assert.IsType<TaskStoppedException>(done.Exception!.InnerException);
        Assert.Throws<TaskStoppedException>(_task.Stop);
    }

    [Fact, Clause("TIME-47")]
    public void StopOrPause_Done_ThrowsTaskDone()
    {
        _endsNext = true;
        Tick();

        Assert.Throws<TaskDoneException>(_task.Stop);
        Assert.Throws<TaskDoneException>(_task.Pause);
        Assert.Throws<NotPausedException>(_task.Resume);
    }

    [Fact, Clause("TIME-47")]
    public void StopOrPause_Failed_ThrowsTaskFailedWithTheCause()
    {
        _failsNext = true;
        Tick();

        Assert.IsType<FormatException>(Assert.Throws<TaskFailedException>(_task.Stop).InnerException);
        Assert.Throws<TaskFailedException>(_task.Pause);
    }

    [Fact, Clause("TIME-47")]
    public void Exceptions_Always_HaveTheirFamily()
    {
        Assert.All(
            new Exception[] { new TaskDoneException(), new TaskFailedException(), new TaskStoppedException() },
            each => Assert.IsAssignableFrom<TaskFinishedException>(each));
        Assert.All(
            new Exception[] { new TaskDoneException(), new NotPausedException(), new SchedulerStoppedException() },
            each => Assert.IsAssignableFrom<SchedulerException>(each));
        Assert.IsNotAssignableFrom<TaskFinishedException>(new SchedulerStoppedException());
    }

    private TaskCompletionSource TickToAWait()
    {
        _waitsNext = true;
        Tick();
        Tick();
        return Assert.IsType<TaskCompletionSource>(Assert.Single(_work));
    }

    private void Tick() => _clock.Advance(TimeSpan.FromTicks(1));

    private IEnumerator<Task?> Worker()
    {
        try
        {
            for (int i = 1; !_endsNext; i++)
            {
                if (_failsNext)
                {
                    throw new FormatException();
                }

                if (_waitsNext)
                {
                    _waitsNext = false;
                    TaskCompletionSource waited = new();
                    _work.Add(waited);
                    yield return waited.Task;
                }
                else
                {
                    _work.Add(i);
                    yield return null;
                }
            }
        }
        finally
        {
            _isDisposed = true;
        }
    }
}
