namespace Spindle.Kernel;

/// <summary>The clocks.</summary>
internal interface IClock
{
    /// <summary>CLOCK_MONOTONIC in ticks of 100 ns, rounded down; its origin means nothing.</summary>
    long MonotonicTicks { get; }

    /// <summary>The time of day.</summary>
    DateTimeOffset UtcNow { get; }
}
