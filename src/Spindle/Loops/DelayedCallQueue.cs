namespace Spindle.Loops;

/// <summary>Calls in the order of their times; whoever makes them derives from it.</summary>
/// <remarks>Thread: that of whoever makes the calls.</remarks>
internal abstract class DelayedCallQueue
{
    private readonly TimerQueue<DelayedCall> _queue = new();

    /// <summary>The time on the clock on which calls are due.</summary>
    public abstract TimeSpan Now { get; }

    /// <summary>The calls that are still to be made.</summary>
    public virtual IEnumerable<DelayedCall> Pending => _queue.Nodes;

    /// <summary>When the queue is to be looked at again: no call is due before; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    protected TimeSpan FirstDue => new(_queue.FirstDue);

    /// <summary>A sum that stays within the range; "never" stays never.</summary>
    public static TimeSpan Add(TimeSpan due, TimeSpan time)
    {
        if (due == TimeSpan.MaxValue || (time > TimeSpan.Zero && due > TimeSpan.MaxValue - time))
        {
            return TimeSpan.MaxValue;
        }

        return time < TimeSpan.Zero && due < TimeSpan.MinValue - time ? TimeSpan.MinValue : due + time;
    }

    public DelayedCall Add(TimeSpan delay, Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        EnsureAccess();
        EnsureOpen();
        DelayedCall call = new(this, After(delay), _queue.NextSequence(), callback, DescribeCreation());
        Enqueue(call);
        return call;
    }

    /// <summary>The time after a delay.</summary>
    public TimeSpan After(TimeSpan delay) => Add(Now, delay);

    public void Remove(DelayedCall call) => _queue.Remove(call);

    /// <summary>Gives a call another time, and a new place among those that are due then.</summary>
    public void Move(DelayedCall call, TimeSpan due)
    {
        bool isLater = due > call.Due;
        call.Due = due;
        call.Sequence = _queue.NextSequence();

        // Putting a call off does not touch the heap; the queue looks again at the old time. Idle timeouts are put off on
        // every read and hardly ever fire, so that is the hot path.
        if (!isLater || !call.IsQueued)
        {
            _queue.Remove(call); // One that was taken out to be made now is not in it.
            Enqueue(call);
        }
    }

    /// <summary>Whether this is for certain the thread that may use the queue: false for one that does not run yet, since any might. Thread: any.</summary>
    public abstract bool IsOnItsThread { get; }

    /// <summary>Throws if this thread may not use the queue now.</summary>
    public abstract void EnsureAccess();

    /// <summary>Throws if no call will be made any more.</summary>
    protected abstract void EnsureOpen();

    /// <summary>Says that all calls that are due at a time will be taken out one after the other.</summary>
    protected void PrepareDue(TimeSpan now) => _queue.PrepareDue(now.Ticks);

    /// <summary>Takes the first call out that is due at a time; calls that were put off are put where they belong on the way.</summary>
    protected DelayedCall? TakeDue(TimeSpan now)
    {
        while (_queue.TryTakeDue(now.Ticks, out DelayedCall? call, out long due))
        {
            if (call.Due.Ticks == due)
            {
                return call;
            }

            PutBack(call);
        }

        return null;
    }

    /// <summary>Puts a call that was taken out where it belongs, with the place among equals that it had.</summary>
    protected void PutBack(DelayedCall call) => _queue.Add(call, call.Due.Ticks, call.Sequence);

    /// <summary>Gives out the next place among equal times: the calls that come in later, or are moved, are behind it.</summary>
    protected long NextSequence() => _queue.NextSequence();

    /// <summary>A call has come in, perhaps the first.</summary>
    protected abstract void Added();

    /// <summary>Where a call is being made, if that is to be remembered.</summary>
    protected virtual string? DescribeCreation() => null;

    private void Enqueue(DelayedCall call)
    {
        PutBack(call);
        Added();
    }
}
