namespace Spindle.Loops;

/// <summary>A reactor's delayed calls: one timer of the loop serves them all (TIME-28).</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class LoopDelayedCallQueue(SelectorEventLoop loop, Action<string, Exception> onError) : DelayedCallQueue
{
    private readonly List<DelayedCall> _waiting = []; // Due, but for the next pass.
    private bool _isInPass;
    private bool _isStopped;
    private TimerHandle? _armed;
    private Action? _atPassEnd;

    public override TimeSpan Now => loop.Time;

    public override IEnumerable<DelayedCall> Pending => base.Pending.Concat(_waiting.Where(IsOut).Distinct());

    public override bool IsOnItsThread => loop.IsRunning && loop.CheckAccess();

    public override void EnsureAccess() => loop.EnsureAccess(nameof(IReactorFromThreads.CallFromThread));

    /// <summary>How many passes have found nothing to do: their call was cancelled or put off.</summary>
    public int IdlePasses { get; private set; }

    /// <summary>Ends it for good: what is pending now stays so (CORE-36).</summary>
    public void Stop()
    {
        _isStopped = true;
        _armed?.Cancel(); // Also one whose turn has come.
        _armed = null;
    }

    /// <summary>Makes a pass soon, also if nothing is due, and calls when all that is due in it has been done.</summary>
    public void CallAtPassEnd(Action call)
    {
        _atPassEnd = call;
        Arm();
    }

    protected override void EnsureOpen() => ObjectDisposedException.ThrowIf(loop.IsClosed, loop);

    protected override void Added() => Arm();

    protected override string? DescribeCreation() => loop.Debug ? Environment.StackTrace : null;

    // Neither cancelled nor moved since it was taken out.
    private static bool IsOut(DelayedCall call) => call.IsActive && !call.IsQueued;

    private void Arm()
    {
        // A pass arms the timer once, at its end.
        TimeSpan due = FirstDue;
        if (_atPassEnd is not null && Now < due)
        {
            due = Now;
        }

        if (_isInPass || _isStopped || due >= (_armed?.When ?? TimeSpan.MaxValue))
        {
            return;
        }

        _armed?.Cancel();
        _armed = loop.CallAtInBaseContext(due, static queue => ((LoopDelayedCallQueue)queue!).RunPass(), this);
    }

    // One pass: every call that is due at one reading of the clock, and none that was scheduled or moved in it (TIME-23).
    private void RunPass()
    {
        _armed = null;
        _isInPass = true;
        TimeSpan now = Now;
        long end = NextSequence();
        bool isIdle = true;
        PrepareDue(now);
        while (TakeDue(now) is { } call)
        {
            isIdle = false;
            if (call.Sequence < end)
            {
                Make(call);
            }
            else
            {
                _waiting.Add(call);
            }
        }

        Action? atPassEnd = _atPassEnd;
        _atPassEnd = null;
        IdlePasses += isIdle && atPassEnd is null ? 1 : 0;
        foreach (DelayedCall call in _waiting)
        {
            if (IsOut(call))
            {
                PutBack(call);
            }
        }

        _waiting.Clear();
        _isInPass = false;
        Arm();
        atPassEnd?.Invoke();
    }

    private void Make(DelayedCall call)
    {
        try
        {
            Action callback = call.Take(out ExecutionContext? context);
            loop.CallWithin(callback, context);
        }
        catch (Exception exception)
        {
            onError(call.CreationStack is { } stack ? $"A delayed call failed that was made at:\n{stack}\n" : "A delayed call failed", exception);
        }
    }
}
