using System.Net;

namespace Spindle.Testing;

/// <summary>A call of <see cref="MemoryReactor.ConnectTcp"/>: its arguments, and the connector that it was given.</summary>
/// <param name="Host">The host as it was given.</param>
/// <param name="Port">The port.</param>
/// <param name="Factory">The factory.</param>
/// <param name="Timeout">The timeout as it was given; null for the default.</param>
/// <param name="BindAddress">The local end, or null.</param>
/// <param name="Options">The options, or null.</param>
/// <param name="Connector">What the call returned.</param>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record MemoryTcpClient(
    string Host,
    int Port,
    IClientFactory Factory,
    TimeSpan? Timeout,
    IPEndPoint? BindAddress,
    TcpConnectOptions? Options,
    MemoryConnector Connector);
