using System.Diagnostics;

namespace Spindle.Kernel;

/// <inheritdoc cref="IClock"/>
internal sealed class LinuxClock : IClock
{
    // Stopwatch is CLOCK_MONOTONIC in nanoseconds on Linux, without the cost of a P/Invoke.
    private static readonly long StampsPerTick = Stopwatch.Frequency / TimeSpan.TicksPerSecond;

    public long MonotonicTicks => Stopwatch.GetTimestamp() / StampsPerTick;

    public DateTimeOffset UtcNow => DateTimeOffset.UtcNow;
}
