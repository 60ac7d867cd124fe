using System.Net;
using Spindle.Tls;

namespace Spindle.Testing;

/// <summary>A call of <see cref="MemoryReactor.ConnectSsl"/>: its arguments, and the connector that it was given.</summary>
/// <param name="Host">The host as it was given.</param>
/// <param name="Port">The port.</param>
/// <param name="Factory">The factory.</param>
/// <param name="Context">Whom to trust, and the client's own certificate.</param>
/// <param name="Timeout">The timeout as it was given; null for the default.</param>
/// <param name="BindAddress">The local end, or null.</param>
/// <param name="Options">The options, or null.</param>
/// <param name="Connector">What the call returned.</param>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record MemorySslClient(
    string Host,
    int Port,
    IClientFactory Factory,
    TlsContext Context,
    TimeSpan? Timeout,
    IPEndPoint? BindAddress,
    TcpConnectOptions? Options,
    MemoryConnector Connector);
