using System.Runtime.CompilerServices;

namespace Spindle.Loops;

/// <content>Callbacks, timers and work.</content>
public sealed partial class SelectorEventLoop
{
    private static readonly Action<object?> InvokeAction = static state => ((Action)state!)();

    private readonly LoopExecutor _executor;

    /// <inheritdoc/>
    public Handle CallSoon(Action callback) => CallSoon(InvokeAction, NotNull(callback));

    /// <inheritdoc/>
    public Handle CallSoon(Action<object?> callback, object? state)
    {
        EnsureCanSchedule(nameof(CallSoonThreadSafe));
        Handle handle = Remember(new Handle(NotNull(callback), state, ExecutionContext.Capture()));
        _ready.Add(handle);
        return handle;
    }

    /// <inheritdoc/>
    public Handle CallSoonThreadSafe(Action callback) => CallSoonThreadSafe(InvokeAction, NotNull(callback));

    /// <inheritdoc/>
    public Handle CallSoonThreadSafe(Action<object?> callback, object? state)
    {
        Handle handle = Remember(new Handle(NotNull(callback), state, ExecutionContext.Capture()));
        ObjectDisposedException.ThrowIf(!TryPost(new ReadyQueue.Entry(handle, null)), this);
        return handle;
    }

    /// <inheritdoc/>
    public TimerHandle CallLater(TimeSpan delay, Action callback) => CallLater(delay, InvokeAction, NotNull(callback));

    /// <inheritdoc/>
    public TimerHandle CallLater(TimeSpan delay, Action<object?> callback, object? state) =>
        CallAt(LoopTime.After(Time, delay), callback, state);

    /// <inheritdoc/>
    public TimerHandle CallAt(TimeSpan when, Action callback) => CallAt(when, InvokeAction, NotNull(callback));

    /// <inheritdoc/>
    public TimerHandle CallAt(TimeSpan when, Action<object?> callback, object? state)
    {
        EnsureCanSchedule(nameof(CallSoonThreadSafe));
        TimerHandle timer = Remember(new TimerHandle(this, when, NotNull(callback), state, ExecutionContext.Capture()));
        _timers.Add(timer, when.Ticks);
        return timer;
    }

    /// <summary>As <see cref="CallAt(TimeSpan, Action{object}, object)"/>, but the callback brings no context of its own.</summary>
    internal TimerHandle CallAtInBaseContext(TimeSpan when, Action<object?> callback, object? state)
    {
        EnsureCanSchedule(nameof(CallSoonThreadSafe));
        TimerHandle timer = Remember(new TimerHandle(this, when, callback, state, context: null));
        _timers.Add(timer, when.Ticks);
        return timer;
    }

    /// <summary>Makes one of several calls that share a callback of the loop's: in a context of its own, which nothing of is left afterwards.</summary>
    internal void CallWithin(Action call, ExecutionContext? context)
    {
        Enter(context);
        try
        {
            call();
        }
        finally
        {
            RestoreContexts();
        }
    }

    /// <inheritdoc/>
    public void CallAtTurnEnd(ITurnEnd item)
    {
        ArgumentNullException.ThrowIfNull(item);
        EnsureCanSchedule(nameof(CallSoonThreadSafe));
        _turnEnds.Add(item);
    }

    /// <inheritdoc/>
    public Task<T> RunInExecutor<T>(Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        ObjectDisposedException.ThrowIf(_isClosed, this);
        return _executor.Run(work);
    }

    /// <inheritdoc/>
    public void Spawn(
        Func<Task> work,
        [CallerMemberName] string member = "",
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(work);
        Post(static async state => await ((SpawnedWork)state!).Run().ConfigureAwait(false), new SpawnedWork(this, work, $"{member} in {file}:line {line}"));
    }

    /// <summary>Queues a callback that brings no context of its own, from any thread.</summary>
    /// <exception cref="ObjectDisposedException">The loop is closed.</exception>
    internal void Post(SendOrPostCallback callback, object? state)
    {
        ReadyQueue.Entry entry = new(callback, state);
        if (IsOnLoopThread)
        {
            _ready.Add(entry);
        }
        else
        {
            ObjectDisposedException.ThrowIf(!TryPost(entry), this);
        }
    }

    /// <summary>
    /// As <see cref="CallSoonThreadSafe(Action)"/>, but it cannot be cancelled; in return nothing is allocated for a caller
    /// whose execution context is the one that the loop was started in, as that of nearly all threads is. Thread: any.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The loop is closed.</exception>
    internal void PostFromThread(SendOrPostCallback callback, object? state)
    {
        ExecutionContext? context = ExecutionContext.Capture();
        ReadyQueue.Entry entry = context is null || context == _baseContext
            ? new ReadyQueue.Entry(callback, state)
            : new ReadyQueue.Entry(new Handle(new Action<object?>(callback), state, context), null);
        ObjectDisposedException.ThrowIf(!TryPost(entry), this);
    }

    internal void CancelTimer(TimerHandle timer)
    {
        EnsureAccess(nameof(CallSoonThreadSafe));
        _timers.Remove(timer);
    }

    private bool TryPost(in ReadyQueue.Entry entry)
    {
        bool isOpen = _posted.TryAdd(entry, out bool mustWake);
        if (mustWake && !_waker.Wake())
        {
            _posted.SleepOn();
        }

        return isOpen;
    }

    private void EnsureCanSchedule(string instead)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        EnsureAccess(instead);
    }

    private static T NotNull<T>(T callback, [CallerArgumentExpression(nameof(callback))] string? name = null)
        where T : class => callback ?? throw new ArgumentNullException(name);
}
