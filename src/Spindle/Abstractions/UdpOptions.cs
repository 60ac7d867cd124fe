namespace Spindle;

/// <summary>What a UDP port does beyond the parameters of <see cref="IReactorUdp.ListenUdp"/>.</summary>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record UdpOptions
{
    internal static UdpOptions Default { get; } = new();

    /// <summary>SO_RCVBUF in bytes, from 1; the kernel doubles it for its own needs and caps it at net.core.rmem_max. Null, the default: as the system is set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int? ReceiveBufferSize { get; init => field = CheckSize(value, nameof(ReceiveBufferSize)); }

    /// <summary>SO_SNDBUF in bytes, from 1; the kernel doubles it for its own needs and caps it at net.core.wmem_max. Null, the default: as the system is set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int? SendBufferSize { get; init => field = CheckSize(value, nameof(SendBufferSize)); }

    /// <summary>SO_REUSEPORT: several sockets share the port and the kernel spreads the senders over them. Default false.</summary>
    public bool ReusePort { get; init; }

    /// <summary>
    /// UDP_SEGMENT and UDP_GRO: datagrams of one length that are written in one turn for one address go to the kernel as one
    /// message, which it, or the network card, cuts into those datagrams; and those that come so are read as one. Default
    /// true; what cannot do it is noticed and sent each by itself. False is for a card or a packet filter that treats such
    /// packets wrongly, and for a socket that others read from, too.
    /// </summary>
    public bool UseSegmentation { get; init; } = true;

    /// <summary>With <see cref="ReusePort"/>: nobody may listen here yet. Only those that come later share the port.</summary>
    internal bool IsFirstToShare { get; init; }

    private static int? CheckSize(int? size, string name) =>
        size is not < 1 ? size : throw new ArgumentOutOfRangeException(name, size, "A buffer has a size of at least 1 byte; null leaves it to the kernel.");
}
