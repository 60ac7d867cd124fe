namespace Spindle.Loops;

/// <summary>Arithmetic of times on a loop's clock.</summary>
internal static class LoopTime
{
    /// <summary>The time after a delay; <see cref="TimeSpan.MaxValue"/>, which never comes, instead of an overflow.</summary>
    /// <param name="time">Zero or more.</param>
    /// <param name="delay">Less than zero counts as zero.</param>
    public static TimeSpan After(TimeSpan time, TimeSpan delay) =>
        delay > TimeSpan.MaxValue - time ? TimeSpan.MaxValue : time + (delay < TimeSpan.Zero ? TimeSpan.Zero : delay);
}
