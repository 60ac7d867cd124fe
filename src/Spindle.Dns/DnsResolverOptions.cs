using System.Net;

namespace Spindle.Names;

/// <summary>How a <see cref="DnsResolver"/> asks.</summary>
/// <remarks>Thread: any; it is read when the resolver is made.</remarks>
public sealed class DnsResolverOptions
{
    /// <summary>The servers, in the order in which to ask. Empty, the default: those of /etc/resolv.conf.</summary>
    public IReadOnlyList<IPEndPoint> Servers { get; init; } = [];

    /// <summary>After how long a look-up fails, all attempts together. Default 10 s; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>: when all attempts have failed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a server has for an answer before it, or the next one, is asked again. More than zero, default 3 s.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How many times a server is asked again. Zero or more, default 2.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>How long the addresses of one family wait for those of the other, when the server answers for one only. Zero or more, default 0.5 s.</summary>
    public TimeSpan FamilyDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How many names are looked up at a time; each has a socket for each family. At least 1, default 100.</summary>
    public int MaxConcurrent { get; init; } = 100;

    /// <summary>How many further names may wait for their turn, within their time; one more fails at once. Zero or more, default 1,000.</summary>
    public int MaxWaiting { get; init; } = 1_000;

    /// <summary>Whether answers are kept for as long as the server says. Default true.</summary>
    public bool UseCache { get; init; } = true;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(AttemptTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(AttemptTimeout, TimeSpan.FromDays(1));
        ArgumentOutOfRangeException.ThrowIfNegative(Retries);
        ArgumentOutOfRangeException.ThrowIfLessThan(FamilyDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(FamilyDelay, TimeSpan.FromDays(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConcurrent, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxWaiting);
        ArgumentNullException.ThrowIfNull(Servers);
    }
}
