using Spindle.Loops;

namespace Spindle.Testing;

/// <summary>The calls of a <see cref="Clock"/>, and its time.</summary>
internal sealed class ClockQueue : DelayedCallQueue
{
    private TimeSpan _now;

    public override TimeSpan Now => _now;

    public override bool IsOnItsThread => true;

    public override void EnsureAccess()
    {
    }

    public void Advance(TimeSpan time)
    {
        _now = After(time);

        // The time is read anew for each call: calls may move it.
        while (TakeDue(_now) is { } call)
        {
            Action callback = call.Take(out ExecutionContext? context);
            if (context is null)
            {
                callback();
            }
            else
            {
                ExecutionContext.Run(context, static callback => ((Action)callback!)(), callback);
            }
        }
    }

    protected override void EnsureOpen()
    {
    }

    protected override void Added()
    {
    }
}
