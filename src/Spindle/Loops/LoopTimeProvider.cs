namespace Spindle.Loops;

/// <summary>A loop's clock and timers as a <see cref="TimeProvider"/>; <c>Task.Delay(time, provider)</c> uses no other thread.</summary>
internal sealed class LoopTimeProvider(SelectorEventLoop loop) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => loop.Kernel.Clock.UtcNow;

    public override long GetTimestamp() => loop.Kernel.Clock.MonotonicTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        LoopTimer timer = new(loop, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}
