namespace Spindle.Loops;

/// <summary>A reactor's delayed calls: one timer of the loop serves them all (TIME-28).</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class DelayedCallQueue(IEventLoop loop, Action<Exception> onError)
{
    private readonly TimerQueue<DelayedCall> _queue = new();
    private readonly List<DelayedCall> _pass = [];
    private int _passIndex;
    private TimerHandle? _armed;

    public TimeSpan Now => loop.Time;

    /// <summary>The calls that are still to be made.</summary>
    public IEnumerable<DelayedCall> Pending =>
        _queue.Nodes.Concat(_pass.Skip(_passIndex).Where(call => call.IsActive && !call.IsQueued));

    public DelayedCall Add(TimeSpan delay, Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        DelayedCall call = new(this, After(delay), callback) { Sequence = _queue.NextSequence() };
        Enqueue(call);
        return call;
    }

    /// <summary>The time after a delay, without overflow.</summary>
    public TimeSpan After(TimeSpan delay)
    {
        TimeSpan now = Now;
        return delay > TimeSpan.MaxValue - now ? TimeSpan.MaxValue : now + delay;
    }

    public void Remove(DelayedCall call) => _queue.Remove(call);

    /// <summary>A call's time has changed.</summary>
    public void Moved(DelayedCall call)
    {
        call.Sequence = _queue.NextSequence();
        if (!call.IsQueued)
        {
            Enqueue(call); // It was due in the pass that runs now, and no longer is.
        }
        else if (call.Due.Ticks < call.Key)
        {
            // Putting a call off does not touch the heap; the queue looks again at the old time. Idle timeouts are put
            // off on every read and hardly ever fire, so that is the hot path.
            _queue.Remove(call);
            Enqueue(call);
        }
    }

    private void Enqueue(DelayedCall call)
    {
        call.Key = call.Due.Ticks;
        _queue.Add(call, call.Key, call.Sequence);
        Arm();
    }

    private void Arm()
    {
        if (_queue.Count == 0 || _queue.FirstDue >= (_armed?.When.Ticks ?? long.MaxValue))
        {
            return;
        }

        _armed?.Cancel();
        _armed = loop.CallAt(new TimeSpan(_queue.FirstDue), static queue => ((DelayedCallQueue)queue!).RunPass(), this);
    }

    // One pass: every call that is due at one reading of the clock, and none that they schedule (TIME-23).
    private void RunPass()
    {
        _armed = null;
        long now = Now.Ticks;
        while (_queue.TryTakeDue(now, out DelayedCall? call))
        {
            if (call.Due.Ticks > now)
            {
                call.Key = call.Due.Ticks;
                _queue.Add(call, call.Key, call.Sequence);
            }
            else
            {
                _pass.Add(call);
            }
        }

        for (_passIndex = 0; _passIndex < _pass.Count; _passIndex++)
        {
            DelayedCall call = _pass[_passIndex];
            if (call.IsActive && !call.IsQueued)
            {
                Run(call);
            }
        }

        _pass.Clear();
        Arm();
    }

    private void Run(DelayedCall call)
    {
        try
        {
            call.Take()();
        }
        catch (Exception exception)
        {
            onError(exception);
        }
    }
}
