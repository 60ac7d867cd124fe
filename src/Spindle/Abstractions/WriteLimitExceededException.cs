namespace Spindle;

/// <summary>The connection was aborted because more waited to be sent than its limit allows: the peer reads too slowly for what is written.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class WriteLimitExceededException : ConnectionLostException
{
    /// <summary>Makes one.</summary>
    /// <param name="waiting">How many bytes would have waited.</param>
    /// <param name="limit">How many may.</param>
    public WriteLimitExceededException(long waiting, int limit)
        : base("Too much waits to be sent", $"{waiting} bytes, and the limit is {limit}", 0)
    {
        Waiting = waiting;
        Limit = limit;
    }

    /// <summary>How many bytes would have waited.</summary>
    public long Waiting { get; }

    /// <summary>How many may: <see cref="TcpOptions.WriteLimit"/>.</summary>
    public int Limit { get; }
}
