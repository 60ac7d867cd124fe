namespace Spindle.Loops;

/// <summary>A reactor's delayed calls: one timer of the loop serves them all (TIME-28).</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class LoopDelayedCallQueue(SelectorEventLoop loop, Action<string, Exception> onError) : DelayedCallQueue
{
    private const int KeptPass = 4096;

    private readonly List<DelayedCall> _pass = [];
    private int _passIndex;
    private bool _isInPass;
    private bool _isStopped;
    private TimerHandle? _armed;

    public override TimeSpan Now => loop.Time;

    public override IEnumerable<DelayedCall> Pending => base.Pending.Concat(_pass.Skip(_passIndex).Where(IsToBeMade));

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

    protected override void Added() => Arm();

    protected override string? DescribeCreation() => loop.Debug ? Environment.StackTrace : null;

    // Cancelled, or moved away from this pass.
    private static bool IsToBeMade(DelayedCall call) => call.IsActive && !call.IsQueued;

    private void Arm()
    {
        // A pass arms the timer once, at its end.
        if (_isInPass || _isStopped || FirstDue >= (_armed?.When ?? TimeSpan.MaxValue))
        {
            return;
        }

        _armed?.Cancel();
        _armed = loop.CallAtInBaseContext(FirstDue, static queue => ((LoopDelayedCallQueue)queue!).RunPass(), this);
    }

    // One pass: every call that is due at one reading of the clock, and none that they schedule (TIME-23).
    private void RunPass()
    {
        _armed = null;
        _isInPass = true;
        _passIndex = 0;
        TimeSpan now = Now;
        while (TakeDue(now) is { } call)
        {
            _pass.Add(call);
        }

        IdlePasses += _pass.Count == 0 ? 1 : 0;
        while (_passIndex < _pass.Count)
        {
            DelayedCall call = _pass[_passIndex++];
            if (IsToBeMade(call))
            {
                Make(call);
            }
        }

        _pass.Clear();
        if (_pass.Capacity > KeptPass)
        {
            _pass.Capacity = 0;
        }

        _isInPass = false;
        Arm();
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
