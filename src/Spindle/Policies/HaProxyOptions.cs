using Microsoft.Extensions.Logging;

namespace Spindle.Policies;

/// <summary>How strict a <see cref="HaProxyFactory"/> is.</summary>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record HaProxyOptions
{
    /// <summary>How long a connection may take to send its header. Default 5 s; <see cref="Timeout.InfiniteTimeSpan"/> for no limit. Less than 3 s is too short for a packet that is lost on the way.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many bytes a header of version 2 may have after its first 16: addresses and further values. 0 to 65,535; default 4,096.</summary>
    public int MaxHeaderLength { get; init; } = 4_096;

    /// <summary>Where refused connections are reported. Null: to standard error.</summary>
    public ILogger? Logger { get; init; }
}
