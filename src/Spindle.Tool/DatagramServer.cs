using Spindle.Endpoints;

namespace Spindle.Tool;

/// <summary>Where datagrams are received, on every loop if the kernel can spread them.</summary>
internal sealed class DatagramServer(ReactorGroup group, string text)
{
    private readonly IDatagramServerEndpoint _endpoint = EndpointStrings.ParseDatagramServer(group.Reactors[0], text);

    /// <summary>Listens and says where.</summary>
    /// <param name="protocol">Called for each loop that serves, on its thread.</param>
    public async Task ListenAsync(Func<AsyncSelectorReactor, IDatagramProtocol> protocol)
    {
        if (_endpoint is UdpServerEndpoint udp)
        {
            ReactorGroupPort port = await group.ListenUdpAsync(udp.Port, protocol, udp.Host, udp.MaxPacketSize, udp.Options).ConfigureAwait(true);
            Runner.SayListening("udp", port.Address);
        }
        else
        {
            // A UNIX socket is one; the kernel has no way to spread what comes.
            IDatagramTransport port = await _endpoint.ListenAsync(protocol(group.Reactors[0])).ConfigureAwait(true);
            Runner.SayListening("unixgram", port.GetHost());
        }
    }
}
