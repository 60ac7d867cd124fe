namespace Spindle.Loops;

/// <summary>A call that a reactor will make once, when its time has come.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted 24.10, <c>internet/base.py</c>, <c>DelayedCall</c>.</para>
/// </remarks>
public sealed class DelayedCall : ITimerNode
{
    private readonly DelayedCallQueue _queue;
    private Action? _callback;
    private int _heapIndex = -1;

    internal DelayedCall(DelayedCallQueue queue, TimeSpan due, Action callback)
    {
        _queue = queue;
        _callback = callback;
        Due = due;
    }

    /// <summary>When the call is due, on the loop's monotonic clock (<see cref="IEventLoop.Time"/>).</summary>
    public TimeSpan Due { get; private set; }

    /// <summary>Whether the call is still to be made. Already false within the call itself.</summary>
    public bool IsActive => _callback is not null;

    /// <summary>Whether <see cref="Cancel"/> was called.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>Where the queue has this call: at or before <see cref="Due"/>.</summary>
    internal long Key { get; set; }

    /// <summary>The place among equal times.</summary>
    internal long Sequence { get; set; }

    int ITimerNode.HeapIndex
    {
        get => _heapIndex;
        set => _heapIndex = value;
    }

    internal bool IsQueued => _heapIndex >= 0;

    /// <summary>Prevents the call and lets go of what it holds.</summary>
    /// <exception cref="InvalidOperationException">The call was already made or cancelled.</exception>
    public void Cancel()
    {
        ThrowIfInactive();
        IsCancelled = true;
        _callback = null;
        _queue.Remove(this);
    }

    /// <summary>Makes the call due <paramref name="delay"/> from now, sooner or later than it was.</summary>
    /// <param name="delay">Zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">The call was already made or cancelled.</exception>
    public void Reset(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ThrowIfInactive();
        MoveTo(_queue.After(delay));
    }

    /// <summary>Adds to the time at which the call is due.</summary>
    /// <param name="time">Negative makes it due earlier, possibly at once.</param>
    /// <exception cref="InvalidOperationException">The call was already made or cancelled.</exception>
    public void Delay(TimeSpan time)
    {
        ThrowIfInactive();
        MoveTo(time > TimeSpan.MaxValue - Due ? TimeSpan.MaxValue : Due + time);
    }

    /// <summary>Type, time and state, for people.</summary>
    public override string ToString()
    {
        string state = IsActive ? LoopErrors.NameOf(_callback) : IsCancelled ? "cancelled" : "called";
        return $"<DelayedCall due in {(Due - _queue.Now).TotalSeconds:0.000} s: {state}>";
    }

    internal Action Take()
    {
        Action callback = _callback!;
        _callback = null;
        return callback;
    }

    private void MoveTo(TimeSpan due)
    {
        Due = due;
        _queue.Moved(this);
    }

    private void ThrowIfInactive()
    {
        if (!IsActive)
        {
            throw new InvalidOperationException(IsCancelled ? "The call was cancelled already." : "The call was made already.");
        }
    }
}
