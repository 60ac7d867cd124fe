using System.Collections.Concurrent;

namespace Spindle.Endpoints;

/// <summary>The one place that lists the endpoint types. A new one is its own files and a line here.</summary>
/// <remarks>Thread: any.</remarks>
internal static class EndpointTypes
{
    /// <summary>Built-in server types must be written in lower case, as in the original; client types may be written in any.</summary>
    public static ConcurrentDictionary<string, Func<IReactorCore, EndpointDescription, IStreamServerEndpoint>> Servers { get; } = new(StringComparer.Ordinal)
    {
        ["tcp"] = TcpEndpointStrings.ParseServer,
        ["tcp6"] = TcpEndpointStrings.ParseServer6,
        ["stdio"] = StandardIOEndpointStrings.ParseServer,
        ["unix"] = UnixEndpointStrings.ParseServer,
        ["systemd"] = SystemdEndpointStrings.ParseServer,
        ["ssl"] = TlsEndpointStrings.ParseServer,
        ["haproxy"] = HaProxyEndpointStrings.ParseServer,
    };

    public static ConcurrentDictionary<string, Func<IReactorCore, EndpointDescription, IStreamClientEndpoint>> Clients { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["tcp"] = TcpEndpointStrings.ParseClient,
        ["unix"] = UnixEndpointStrings.ParseClient,
        ["ssl"] = TlsEndpointStrings.ParseSslClient,
        ["tls"] = TlsEndpointStrings.ParseTlsClient,
        ["exec"] = ProcessEndpointStrings.ParseExec,
        ["pty"] = ProcessEndpointStrings.ParsePty,
        ["stdio"] = StandardIOEndpointStrings.ParseClient,
        ["serial"] = SerialEndpointStrings.ParseClient,
    };

    public static ConcurrentDictionary<string, Func<IReactorCore, EndpointDescription, IDatagramServerEndpoint>> DatagramServers { get; } = new(StringComparer.Ordinal)
    {
        ["udp"] = UdpEndpointStrings.ParseServer,
        ["unixgram"] = UnixDatagramEndpointStrings.ParseServer,
    };

    public static ConcurrentDictionary<string, Func<IReactorCore, EndpointDescription, IDatagramClientEndpoint>> DatagramClients { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["udp"] = UdpEndpointStrings.ParseClient,
        ["unixgram"] = UnixDatagramEndpointStrings.ParseClient,
    };
}
