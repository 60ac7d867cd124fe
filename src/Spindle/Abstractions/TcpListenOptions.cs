namespace Spindle;

/// <summary>What a TCP port does beyond the parameters of <see cref="IReactorTcp.ListenTcp"/>.</summary>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record TcpListenOptions
{
    /// <summary>TCP_NODELAY on every connection. Default false, as the original.</summary>
    public bool NoDelay { get; init; }

    /// <summary>SO_KEEPALIVE on every connection. Default false.</summary>
    public bool KeepAlive { get; init; }

    /// <summary>SO_REUSEPORT: several sockets share the port and the kernel spreads the connections. Default false.</summary>
    public bool ReusePort { get; init; }

    /// <summary>With <see cref="ReusePort"/>: nobody may listen here yet. Only those that come later share the port.</summary>
    internal bool IsFirstToShare { get; init; }

    /// <summary>Whether a socket on "::" also takes IPv4 connections. Default null: as the system is set.</summary>
    public bool? DualMode { get; init; }
}
