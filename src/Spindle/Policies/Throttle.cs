using Spindle.Loops;

namespace Spindle.Policies;

/// <summary>Counts bytes, and closes for a while after a second in which there were too many.</summary>
/// <param name="reactor">Has the time.</param>
/// <param name="limit">Bytes a second.</param>
/// <param name="apply">Told true when it closes and false when it opens.</param>
internal sealed class Throttle(IReactorTime reactor, long limit, Action<bool> apply)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly double LongestClosure = TimeSpan.FromDays(10_000).TotalSeconds; // A limit of 1 byte must not overflow the time.

    private long _count;
    private DelayedCall? _check;
    private DelayedCall? _opening;
    private TimeSpan _opensAt;

    public bool IsClosed => _opening is not null;

    public void Count(long bytes) => _count += bytes;

    public void Start()
    {
        _count = 0;
        _check = reactor.CallLater(Period, Check);
    }

    public void Stop()
    {
        Cancel(ref _check);
        Cancel(ref _opening);
    }

    private void Check()
    {
        long count = _count;
        _count = 0;
        _check = reactor.CallLater(Period, Check);
        if (count > limit)
        {
            Close(TimeSpan.FromSeconds(Math.Min(((double)count / limit) - 1, LongestClosure)));
        }
    }

    private void Close(TimeSpan time)
    {
        TimeSpan end = reactor.Seconds() + time;
        if (_opening is null)
        {
            _opensAt = end;
            _opening = reactor.CallLater(time, Open);
            apply(true);
        }
        else if (end > _opensAt)
        {
            _opensAt = end; // Too much again while it was closed: what was written directly counts too.
            _opening.Reset(time);
        }
    }

    private void Open()
    {
        _opening = null;
        apply(false);
    }

    private static void Cancel(ref DelayedCall? call)
    {
        if (call is { IsActive: true })
        {
            call.Cancel();
        }

        call = null;
    }
}
