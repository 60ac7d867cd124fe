namespace Spindle;

/// <summary>What TCP connections do, whichever side made them.</summary>
/// <remarks>Thread: any; it never changes.</remarks>
public abstract record TcpOptions
{
    private protected TcpOptions()
    {
    }

    /// <summary>TCP_NODELAY on every connection. Default false, as the original.</summary>
    public bool NoDelay { get; init; }

    /// <summary>SO_KEEPALIVE on every connection. Default false.</summary>
    public bool KeepAlive { get; init; }

    /// <summary>SO_RCVBUF in bytes, from 1; the kernel doubles it for its own needs and caps it at net.core.rmem_max. Null, the default: the kernel tunes it by itself.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int? ReceiveBufferSize { get; init => field = CheckSize(value, nameof(ReceiveBufferSize)); }

    /// <summary>SO_SNDBUF in bytes, from 1; the kernel doubles it for its own needs and caps it at net.core.wmem_max. Null, the default: the kernel tunes it by itself.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int? SendBufferSize { get; init => field = CheckSize(value, nameof(SendBufferSize)); }

    /// <summary>
    /// How many bytes that the kernel has not taken yet may wait before a push producer is paused; it is resumed when none
    /// wait. From 0, which pauses it whenever one waits. Default 65,536.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int WriteHighWaterMark
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(WriteHighWaterMark));
            field = value;
        }
    }
    = 65_536;

    /// <summary>
    /// How many bytes that the kernel has not taken yet may wait at all: a write that leaves more aborts the connection, with
    /// <see cref="WriteLimitExceededException"/> as the reason. From 1, and not below <see cref="WriteHighWaterMark"/>. Default
    /// <see cref="int.MaxValue"/>: 2 GiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int WriteLimit
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(WriteLimit));
            field = value;
        }
    }
    = int.MaxValue;

    /// <summary>What cannot be seen of one option alone.</summary>
    /// <exception cref="ArgumentException">Options contradict each other.</exception>
    internal void Check()
    {
        if (WriteLimit < WriteHighWaterMark)
        {
            throw new ArgumentException(
                $"{nameof(WriteLimit)} is {WriteLimit} and {nameof(WriteHighWaterMark)} is {WriteHighWaterMark}: "
                + "connections would be aborted before their producers are paused. The limit must be at least the mark.");
        }
    }

    private static int? CheckSize(int? size, string name) =>
        size is not < 1 ? size : throw new ArgumentOutOfRangeException(name, size, "A buffer has a size of at least 1 byte; null leaves it to the kernel.");
}
