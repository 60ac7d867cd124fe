namespace Spindle.Loops;

/// <summary>A callback that an event loop has taken, until it has run or was cancelled.</summary>
/// <remarks>
/// <para>Thread: the loop's.</para>
/// <para>Source: asyncio's <c>Handle</c>.</para>
/// </remarks>
public class Handle
{
    private Action<object?>? _callback;
    private object? _state;

    internal Handle(Action<object?> callback, object? state, ExecutionContext? context)
    {
        _callback = callback;
        _state = state;
        Context = context;
    }

    /// <summary>Whether it stands in the ready queue.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>Whether <see cref="Cancel"/> was called.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>Where the callback was scheduled, if the loop was in debug mode then.</summary>
    public string? CreationStack { get; internal set; }

    /// <summary>What the callback runs in; null for the loop's own context.</summary>
    internal ExecutionContext? Context { get; private set; }

    /// <summary>The name of the callback's method, for reports.</summary>
    internal string Name => LoopErrors.NameOf(_state as Delegate ?? _callback);

    /// <summary>Prevents the run, also of a callback whose turn has already come, and lets go of all that it holds. A second call does nothing.</summary>
    public virtual void Cancel()
    {
        IsCancelled = true;
        _callback = null;
        _state = null;
        Context = null;
    }

    /// <summary>Makes a cancelled handle that nobody else holds as good as new.</summary>
    internal void Reuse(Action<object?> callback, object? state)
    {
        IsCancelled = false;
        _callback = callback;
        _state = state;
    }

    internal void Invoke() => _callback!(_state);
}
