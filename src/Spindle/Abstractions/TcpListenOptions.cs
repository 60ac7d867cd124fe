namespace Spindle;

/// <summary>What a TCP port does beyond the parameters of <see cref="IReactorTcp.ListenTcp"/>.</summary>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record TcpListenOptions : TcpOptions
{
    internal static TcpListenOptions Default { get; } = new();

    /// <summary>SO_REUSEPORT: several sockets share the port and the kernel spreads the connections. Default false.</summary>
    public bool ReusePort { get; init; }

    /// <summary>With <see cref="ReusePort"/>: nobody may listen here yet. Only those that come later share the port.</summary>
    internal bool IsFirstToShare { get; init; }

    /// <summary>Whether a socket on "::" also takes IPv4 connections; true is refused for an IPv4 address. Default null: as the system is set.</summary>
    public bool? DualMode { get; init; }
}
