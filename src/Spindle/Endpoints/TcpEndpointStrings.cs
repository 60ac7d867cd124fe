using System.Net;
using Spindle.Kernel;

namespace Spindle.Endpoints;

/// <summary>
/// Servers: <c>tcp:port[:interface][:backlog]</c>, <c>tcp6:port[:backlog][:interface]</c>.
/// Clients: <c>tcp:host:port[:timeout=30][:bindAddress=]</c> (EP-19, EP-21).
/// </summary>
internal static class TcpEndpointStrings
{
    private const int DefaultBacklog = 50;

    public static IStreamServerEndpoint ParseServer(IReactorCore reactor, EndpointDescription description)
    {
        int port = TakePort(description, "tcp:8080");
        string host = description.Take("interface") ?? "";
        int backlog = description.TakeNumber("backlog", 0, int.MaxValue) ?? DefaultBacklog;
        return new TcpServerEndpoint(description.Require<IReactorTcp>(reactor), port, backlog, CheckInterface(description, host));
    }

    public static IStreamServerEndpoint ParseServer6(IReactorCore reactor, EndpointDescription description)
    {
        int port = TakePort(description, "tcp6:8080");
        int backlog = description.TakeNumber("backlog", 0, int.MaxValue) ?? DefaultBacklog;
        string host = description.Take("interface") ?? "::";
        return new TcpServerEndpoint(description.Require<IReactorTcp>(reactor), port, backlog, CheckInterface(description, host));
    }

    public static IStreamClientEndpoint ParseClient(IReactorCore reactor, EndpointDescription description)
    {
        // A single value without a name is the port if the host has one, else the host (EP-21).
        const string Example = "tcp:127.0.0.1:8080";
        string host = description.TakeRequired("host", Example);
        int port = TakePort(description, Example);
        description.EndValues();
        TimeSpan? timeout = description.TakeSeconds("timeout");
        string? bind = description.Take("bindAddress");
        return new TcpClientEndpoint(
            description.Require<IReactorTcp>(reactor),
            host.Length > 0 ? host : throw description.Wrong($"the host is empty; write it as in \"{Example}\""),
            port,
            timeout,
            ParseBind(description, bind));
    }

    public static int TakePort(EndpointDescription description, string example) =>
        description.TakeNumber("port", IPEndPoint.MinPort, IPEndPoint.MaxPort)
            ?? throw description.Missing("port", example);

    public static string CheckInterface(EndpointDescription description, string host) =>
        host.Length == 0 || InternetAddresses.TryParse(host, out _)
            ? host
            : throw description.Wrong($"the interface is \"{host}\"; it must be an IPv4 or IPv6 address");

    /// <summary>None and an empty one leave it to the kernel.</summary>
    public static IPEndPoint? ParseBind(EndpointDescription description, string? bind) =>
        string.IsNullOrEmpty(bind) ? null : InternetAddresses.TryParse(bind, out IPAddress address)
            ? new IPEndPoint(address, 0)
            : throw description.Wrong($"the bindAddress is \"{bind}\"; it must be an IPv4 or IPv6 address");
}
