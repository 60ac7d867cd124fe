namespace Spindle;

/// <summary>What a TCP connector does beyond the parameters of <see cref="IReactorTcp.ConnectTcp"/>.</summary>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record TcpConnectOptions
{
    /// <summary>TCP_NODELAY on the connection. Default false, as the original.</summary>
    public bool NoDelay { get; init; }

    /// <summary>SO_KEEPALIVE on the connection. Default false.</summary>
    public bool KeepAlive { get; init; }
}
