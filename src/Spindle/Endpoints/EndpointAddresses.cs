using System.Net;
using Spindle.Kernel;

namespace Spindle.Endpoints;

/// <summary>The address of an endpoint, for people and for <see cref="ConnectingCancelledException"/>.</summary>
internal static class EndpointAddresses
{
    /// <summary>A literal as an <see cref="IPEndPoint"/>, anything else as a <see cref="DnsEndPoint"/>.</summary>
    public static EndPoint Parse(string host, int port) =>
        InternetAddresses.TryParse(host, out IPAddress address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port);
}
