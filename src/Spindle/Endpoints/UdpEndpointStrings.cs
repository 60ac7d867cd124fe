using System.Net;

namespace Spindle.Endpoints;

/// <summary>Servers: <c>udp:port[:interface]</c>. Clients: <c>udp:host:port</c>.</summary>
internal static class UdpEndpointStrings
{
    private const int LargestPacket = 65_535;

    public static IDatagramServerEndpoint ParseServer(IReactorCore reactor, EndpointDescription description)
    {
        int port = TcpEndpointStrings.TakePort(description, "udp:7000");
        string host = TcpEndpointStrings.CheckInterface(description, description.Take("interface") ?? "");
        return new UdpServerEndpoint(description.Require<IReactorUdp>(reactor), port, host, LargestPacket);
    }

    public static IDatagramClientEndpoint ParseClient(IReactorCore reactor, EndpointDescription description)
    {
        const string Example = "udp:127.0.0.1:7000";
        string host = description.TakeRequired("host", Example);
        int port = description.TakeNumber("port", 1, IPEndPoint.MaxPort) ?? throw description.Wrong($"the port is missing; write it as in \"{Example}\"");
        return host.Length > 0
            ? new UdpClientEndpoint(description.Require<IReactorUdp>(reactor), host, port, LargestPacket)
            : throw description.Wrong($"the host is empty; write it as in \"{Example}\"");
    }
}
