using Spindle.Loops;

namespace Spindle.Timing;

/// <summary>A piece of work that takes turns with others in a <see cref="Cooperator"/>.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>
/// Source: Twisted's <c>internet/task.py</c>, <c>CooperativeTask</c>. Waiting for a task that was yielded is no pause that
/// <see cref="Resume"/> could end. If a task fails and nobody has asked for <see cref="WhenDone"/>, the failure is reported to
/// the event loop; the original dropped it.
/// </para>
/// </remarks>
public sealed class CooperativeTask
{
    private readonly Cooperator _cooperator;
    private readonly IEnumerator<Task?> _iterator;
    private readonly List<TaskCompletionSource<IEnumerator<Task?>>> _waiters = [];
    private int _pauses;
    private bool _isWaiting; // For a task that the iterator yielded.
    private bool _isStepping;
    private Func<SchedulerException>? _end; // How it has ended: what is thrown at whoever would go on with it.
    private Exception? _failure; // What those who wait for the end get; null if it is done.

    internal CooperativeTask(Cooperator cooperator, IEnumerator<Task?> iterator)
    {
        _cooperator = cooperator;
        _iterator = iterator;
        Node = new LinkedListNode<CooperativeTask>(this);
    }

    internal LinkedListNode<CooperativeTask> Node { get; }

    /// <summary>Gives it no more turns until <see cref="Resume"/>. Pauses nest: each takes a resume of its own.</summary>
    /// <exception cref="TaskFinishedException">It has come to its end: done, failed or stopped.</exception>
    /// <exception cref="SchedulerStoppedException">The cooperator was stopped.</exception>
    public void Pause()
    {
        ThrowIfEnded();
        _pauses++;
        _cooperator.Pause(Node);
    }

    /// <summary>Takes one <see cref="Pause"/> back. For a task that has ended meanwhile this does nothing more.</summary>
    /// <exception cref="NotPausedException">It is not paused.</exception>
    public void Resume()
    {
        _cooperator.EnsureAccess();
        if (_pauses == 0)
        {
            throw new NotPausedException();
        }

        _pauses--;
        RunIfFree();
    }

    /// <summary>Ends it before its time: it takes no turn any more, and those who wait for its end get a <see cref="TaskStoppedException"/>.</summary>
    /// <exception cref="TaskFinishedException">It has come to its end already: done, failed or stopped.</exception>
    /// <exception cref="SchedulerStoppedException">The cooperator was stopped.</exception>
    public void Stop()
    {
        ThrowIfEnded();
        End(static () => new TaskStoppedException(), new TaskStoppedException());
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>
    /// A task of the caller's own. It is done, with the iterator, when that has no more to do; it fails with what the iterator
    /// or a task that it yielded has failed with, with <see cref="TaskStoppedException"/> or with <see cref="SchedulerStoppedException"/>.
    /// </returns>
    public Task<IEnumerator<Task?>> WhenDone()
    {
        _cooperator.EnsureAccess();
        TaskCompletionSource<IEnumerator<Task?>> waiter = new();
        if (_end is null)
        {
            _waiters.Add(waiter);
        }
        else
        {
            Tell(waiter);
        }

        return waiter.Task;
    }

    /// <summary>Takes one turn.</summary>
    internal void Step()
    {
        bool isDone = false;
        Task? yielded = null;
        Exception? failure = null;
        _isStepping = true;
        try
        {
            isDone = !_iterator.MoveNext();
            yielded = isDone ? null : _iterator.Current;
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        _isStepping = false;
        if (_end is not null)
        {
            _iterator.Dispose(); // It was stopped within its own step, when that could not be done.
        }
        else if (failure is not null)
        {
            Fail(failure);
        }
        else if (isDone)
        {
            End(static () => new TaskDoneException(), failure: null);
        }
        else if (yielded is not null)
        {
            WaitFor(yielded);
        }
    }

    /// <summary>Ends it because the cooperator was stopped, if it has not ended.</summary>
    internal void EndWithScheduler()
    {
        if (_end is null)
        {
            End(static () => new SchedulerStoppedException(), new SchedulerStoppedException());
        }
    }

    private void WaitFor(Task yielded)
    {
        if (yielded.IsCompletedSuccessfully)
        {
            return;
        }

        _isWaiting = true;
        _cooperator.Pause(Node);
        Resumption.WhenDone(yielded, _cooperator.Clock, Waited);
    }

    private void Waited(Task yielded)
    {
        _isWaiting = false;
        if (_end is not null)
        {
            return;
        }

        if (Resumption.FailureOf(yielded) is { } failure)
        {
            Fail(failure);
        }
        else
        {
            RunIfFree();
        }
    }

    private void RunIfFree()
    {
        if (_pauses == 0 && !_isWaiting && _end is null)
        {
            _cooperator.Run(Node);
        }
    }

    private void Fail(Exception failure)
    {
        if (_waiters.Count == 0)
        {
            // On a manual clock there is no loop; there the test looks for itself.
            EventLoop.Current?.CallExceptionHandler(new LoopError("A cooperative task failed that nobody waits for", failure));
        }

        End(() => new TaskFailedException(failure), failure);
    }

    // Everything is in order before anyone is told: whoever waits may stop other tasks, or the cooperator.
    private void End(Func<SchedulerException> end, Exception? failure)
    {
        _end = end;
        _failure = failure;
        _cooperator.Remove(Node);
        foreach (TaskCompletionSource<IEnumerator<Task?>> waiter in _waiters)
        {
            Tell(waiter);
        }

        _waiters.Clear();
        if (!_isStepping)
        {
            _iterator.Dispose();
        }
    }

    private void Tell(TaskCompletionSource<IEnumerator<Task?>> waiter)
    {
        if (_failure is null)
        {
            LoopTasks.Complete(waiter, _iterator);
        }
        else
        {
            LoopTasks.Fail(waiter, _failure);
        }
    }

    private void ThrowIfEnded()
    {
        _cooperator.EnsureAccess();
        if (_end is not null)
        {
            throw _end();
        }
    }
}
