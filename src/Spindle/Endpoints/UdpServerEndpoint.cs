namespace Spindle.Endpoints;

/// <summary>A UDP port.</summary>
/// <param name="reactor">The reactor to listen on.</param>
/// <param name="port">0 to 65535; 0 takes a free one.</param>
/// <param name="host">An address of this machine. Default "": every IPv4 address.</param>
/// <param name="maxPacketSize">Longer datagrams are cut to so many bytes; from 1. Default 8,192.</param>
/// <param name="options">What else; null for the defaults.</param>
/// <remarks>Thread: the reactor's.</remarks>
public sealed class UdpServerEndpoint(IReactorUdp reactor, int port, string host = "", int maxPacketSize = 8192, UdpOptions? options = null) : IDatagramServerEndpoint
{
    /// <summary>0 to 65535; 0 takes a free one.</summary>
    public int Port => port;

    /// <summary>An address of this machine; "" for every IPv4 address.</summary>
    public string Host => host;

    /// <summary>Longer datagrams are cut to so many bytes.</summary>
    public int MaxPacketSize => maxPacketSize;

    /// <summary>What else; null for the defaults.</summary>
    public UdpOptions? Options => options;

    /// <inheritdoc/>
    public Task<IDatagramTransport> ListenAsync(IDatagramProtocol protocol)
    {
        try
        {
            return Task.FromResult<IDatagramTransport>(reactor.ListenUdp(port, protocol, host, maxPacketSize, options));
        }
        catch (Exception failure)
        {
            return Task.FromException<IDatagramTransport>(failure);
        }
    }
}
