using Spindle.Kernel;

namespace Spindle.Tests.Support;

/// <summary>A clock that stands still until a test moves it. Waits of the kernel know nothing of it.</summary>
internal sealed class ManualClock : IClock
{
    public long MonotonicTicks { get; private set; } = 1_000_000;

    public DateTimeOffset UtcNow { get; set; } = DateTimeOffset.UnixEpoch;

    public void Advance(TimeSpan time) => MonotonicTicks += time.Ticks;
}
