namespace Spindle.Loops;

/// <summary>A timer of <see cref="LoopTimeProvider"/>. Thread: any; the callback runs on the loop.</summary>
internal sealed class LoopTimer(SelectorEventLoop loop, TimerCallback callback, object? state) : ITimer
{
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private readonly Lock _lock = new();
    private int _version; // A change that is on its way to the loop is void once another one follows.
    private bool _isDisposed;
    private TimerHandle? _armed; // The loop's thread only.

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        int version;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return false;
            }

            version = ++_version;
        }

        // From now on, and not from when the loop gets to it.
        TimeSpan? due = dueTime == Timeout.InfiniteTimeSpan ? null : LoopTime.After(loop.Time, dueTime);
        OnLoop(() => Arm(version, due, period));
        return true;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _version++;
        }

        OnLoop(Disarm);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Check(TimeSpan time, string name)
    {
        if (time < TimeSpan.Zero && time != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, time, "It must be zero or more, or Timeout.InfiniteTimeSpan for never.");
        }
    }

    private void OnLoop(Action action)
    {
        if (loop.IsClosed)
        {
            return; // Its timers are gone and will never fire.
        }

        if (loop.IsRunning && loop.CheckAccess())
        {
            action();
        }
        else
        {
            loop.SynchronizationContext.Post(static run => ((Action)run!)(), action);
        }
    }

    private void Disarm()
    {
        _armed?.Cancel();
        _armed = null;
    }

    private void Arm(int version, TimeSpan? due, TimeSpan period)
    {
        if (version != Volatile.Read(ref _version))
        {
            return;
        }

        Disarm();
        if (due is { } when)
        {
            _armed = loop.CallAt(when, () => Fire(version, period));
        }
    }

    private void Fire(int version, TimeSpan period)
    {
        if (version != Volatile.Read(ref _version))
        {
            return;
        }

        TimeSpan due = _armed!.When;
        _armed = null;
        if (period > TimeSpan.Zero)
        {
            Arm(version, LoopTime.After(due, period), period);
        }

        // The library completes tasks in here that foreign code may await (design I10 (a)).
        SynchronizationContext.SetSynchronizationContext(null);
        if (_context is null)
        {
            callback(state);
        }
        else
        {
            ExecutionContext.Run(_context, static timer => ((LoopTimer)timer!).Invoke(), this);
        }
    }

    private void Invoke() => callback(state);
}
