namespace Spindle;

/// <summary>What a TCP connector does beyond the parameters of <see cref="IReactorTcp.ConnectTcp"/>.</summary>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record TcpConnectOptions : TcpOptions
{
    internal static TcpConnectOptions Default { get; } = new();
}
