namespace Spindle.Loops;

/// <summary>A callback that an event loop will run at a time.</summary>
/// <remarks>
/// <para>Thread: the loop's.</para>
/// <para>Source: asyncio's <c>TimerHandle</c>.</para>
/// </remarks>
public sealed class TimerHandle : Handle, ITimerNode
{
    private readonly SelectorEventLoop _loop;
    private int _timerSlot = -1;

    internal TimerHandle(SelectorEventLoop loop, TimeSpan when, Action<object?> callback, object? state, ExecutionContext? context)
        : base(callback, state, context)
    {
        _loop = loop;
        When = when;
    }

    /// <summary>When it is due, on the loop's clock (<see cref="IEventLoop.Time"/>).</summary>
    public TimeSpan When { get; }

    int ITimerNode.TimerSlot
    {
        get => _timerSlot;
        set => _timerSlot = value;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The loop runs on another thread.</exception>
    public override void Cancel()
    {
        _loop.CancelTimer(this);
        base.Cancel();
    }
}
