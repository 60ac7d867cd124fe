using Spindle.Loops;

namespace Spindle.Timing;

/// <summary>Divides the reactor's time between pieces of work that would each hold it up for too long.</summary>
/// <remarks>
/// <para>
/// A piece of work is an iterator: what it does between one <c>yield</c> and the next is a step. The tasks take turns, one
/// step each, for at most 10 ms in one pass of the reactor (the step that is then going on is not cut short), and at least
/// one step. An iterator that yields a <see cref="Task"/> is not called again before that is done; null lets it go on with
/// its next turn.
/// </para>
/// <example>
/// <code>
/// IEnumerator&lt;Task?&gt; Index(IEnumerable&lt;Document&gt; documents)
/// {
///     foreach (Document document in documents)
///     {
///         _index.Add(document);
///         yield return null;          // Let others have a turn.
///     }
///
///     yield return _index.SaveAsync(); // Wait.
/// }
///
/// await cooperator.Cooperate(Index(documents)).WhenDone();
/// </code>
/// </example>
/// <para>Thread: the reactor's.</para>
/// <para>
/// Source: Twisted's <c>internet/task.py</c>, <c>Cooperator</c>. Stopping ends paused tasks at once, too; the original ended
/// them when they were resumed.
/// </para>
/// </remarks>
public sealed class Cooperator
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(10);

    // Not zero, so that a manual clock that runs all that is due comes to an end (TIME-44).
    private static readonly TimeSpan UntilNextTick = new(1);

    private readonly IReactorTime _clock;
    private readonly Func<Func<bool>> _slices;
    private readonly LinkedList<CooperativeTask> _runnable = new();
    private readonly LinkedList<CooperativeTask> _paused = new();
    private LinkedListNode<CooperativeTask>? _next; // Whose turn it is; null for the first one's.
    private DelayedCall? _tick;
    private bool _isTicking;
    private bool _isStarted;
    private bool _isStopped;

    /// <summary>Makes one.</summary>
    /// <param name="clock">What makes the calls: a reactor, in a test a manual clock.</param>
    /// <param name="slices">
    /// Called at the beginning of each slice, gives a function that is asked after each step whether the slice is over. Null:
    /// it is after 10 ms on the clock. A clock that stands still needs one, for on it 10 ms never pass.
    /// </param>
    /// <param name="isStarted">Whether tasks run as soon as they are there. If not, they wait for <see cref="Start"/>.</param>
    public Cooperator(IReactorTime clock, Func<Func<bool>>? slices = null, bool isStarted = true)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _clock = clock;
        _slices = slices ?? TimedSlice;
        _isStarted = isStarted;
    }

    /// <summary>Whether it is started and not stopped.</summary>
    public bool IsRunning => _isStarted && !_isStopped;

    internal IReactorTime Clock => _clock;

    /// <summary>Lets the tasks run; after <see cref="Stop"/>, takes new ones again.</summary>
    public void Start()
    {
        EnsureAccess();
        _isStopped = false;
        _isStarted = true;
        Schedule();
    }

    /// <summary>Runs an iterator as a task. Nothing of it runs within this call.</summary>
    /// <param name="iterator">The work. It is disposed of when the task ends.</param>
    /// <returns>The task. If the cooperator is stopped it has failed already, with <see cref="SchedulerStoppedException"/>.</returns>
    public CooperativeTask Cooperate(IEnumerator<Task?> iterator)
    {
        ArgumentNullException.ThrowIfNull(iterator);
        EnsureAccess();
        CooperativeTask task = new(this, iterator);
        if (_isStopped)
        {
            task.EndWithScheduler();
        }
        else
        {
            Run(task.Node);
        }

        return task;
    }

    /// <inheritdoc cref="Cooperate(IEnumerator{Task})"/>
    /// <param name="work">The work; it is enumerated once.</param>
    public CooperativeTask Cooperate(IEnumerable<Task?> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Cooperate(work.GetEnumerator());
    }

    /// <summary>As <see cref="Cooperate(IEnumerator{Task})"/>, for whoever wants to know no more than the end.</summary>
    /// <returns>As <see cref="CooperativeTask.WhenDone"/>.</returns>
    public Task<IEnumerator<Task?>> Coiterate(IEnumerator<Task?> iterator) => Cooperate(iterator).WhenDone();

    /// <inheritdoc cref="Coiterate(IEnumerator{Task})"/>
    public Task<IEnumerator<Task?>> Coiterate(IEnumerable<Task?> work) => Cooperate(work).WhenDone();

    /// <summary>Ends all tasks, paused or not: they fail with <see cref="SchedulerStoppedException"/>, as do new ones from now on.</summary>
    /// <exception cref="AggregateException">Iterators failed while they were disposed of; all tasks have ended nevertheless.</exception>
    public void Stop()
    {
        EnsureAccess();
        _isStopped = true;
        List<Exception> failures = [];
        foreach (CooperativeTask task in _runnable.Concat(_paused).ToArray())
        {
            try
            {
                task.EndWithScheduler();
            }
            catch (Exception exception)
            {
                failures.Add(exception);
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }

    internal void EnsureAccess() => Resumption.EnsureAccess(_clock);

    /// <summary>Gives a task turns that is new or paused; it comes after all others.</summary>
    internal void Run(LinkedListNode<CooperativeTask> task)
    {
        task.List?.Remove(task);
        _runnable.AddLast(task);
        _next ??= task;
        Schedule();
    }

    /// <summary>Gives a task no more turns, but keeps it.</summary>
    internal void Pause(LinkedListNode<CooperativeTask> task)
    {
        Remove(task);
        _paused.AddLast(task);
    }

    /// <summary>Forgets a task.</summary>
    internal void Remove(LinkedListNode<CooperativeTask> task)
    {
        if (_next == task)
        {
            _next = task.Next;
        }

        task.List?.Remove(task);
        if (_runnable.Count == 0 && _tick is not null)
        {
            _tick.Cancel();
            _tick = null;
        }
    }

    private Func<bool> TimedSlice()
    {
        TimeSpan end = _clock.Seconds() + Slice;
        return () => _clock.Seconds() >= end;
    }

    private void Schedule()
    {
        if (IsRunning && !_isTicking && _tick is null && _runnable.Count > 0)
        {
            _tick = _clock.CallLater(UntilNextTick, Tick);
        }
    }

    private void Tick()
    {
        _tick = null;
        _isTicking = true;
        try
        {
            Func<bool> isSliceOver = _slices();
            do
            {
                LinkedListNode<CooperativeTask>? task = _next ?? _runnable.First;
                if (task is null)
                {
                    break;
                }

                _next = task.Next;
                task.Value.Step();
            }
            while (!isSliceOver());
        }
        finally
        {
            // Whatever the predicate or an iterator's end throws is for the reactor's log; the others go on.
            _isTicking = false;
            Schedule();
        }
    }
}
