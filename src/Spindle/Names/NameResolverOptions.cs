namespace Spindle.Names;

/// <summary>How a <see cref="GetAddrInfoResolver"/> works.</summary>
/// <remarks>Thread: any; it is read when the resolver is made.</remarks>
public sealed class NameResolverOptions
{
    /// <summary>How many names are looked up at a time, each on a thread of its own. 1 to 256, default 8. A server that does not answer holds a thread for as long as the system's resolver waits for it.</summary>
    public int MaxThreads { get; init; } = 8;

    /// <summary>How many further names may wait for a thread; one more fails at once. Zero or more, default 1,000.</summary>
    public int MaxWaiting { get; init; } = 1_000;

    /// <summary>After how long a look-up fails. Default 60 s; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>: when the system gives it up.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a thread without work lives on. Zero or more, default 10 s.</summary>
    public TimeSpan ThreadIdleTime { get; init; } = TimeSpan.FromSeconds(10);

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxThreads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxThreads, 256);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxWaiting);
        ArgumentOutOfRangeException.ThrowIfLessThan(ThreadIdleTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ThreadIdleTime, TimeSpan.FromDays(1));
        if (Timeout < TimeSpan.Zero && Timeout != System.Threading.Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(Timeout), Timeout, "It must be zero or more, or Timeout.InfiniteTimeSpan for no limit.");
        }
    }
}
