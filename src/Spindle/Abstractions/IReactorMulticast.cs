namespace Spindle;

/// <summary>UDP with multicast groups.</summary>
/// <remarks>
/// <para>Thread: the reactor's; before it runs, any one thread.</para>
/// <para>Source: Twisted's <c>IReactorMulticast</c>.</para>
/// </remarks>
public interface IReactorMulticast
{
    /// <summary>As <see cref="IReactorUdp.ListenUdp"/>, for a port that can be a member of multicast groups.</summary>
    /// <param name="port">0 to 65535; 0 takes a free one.</param>
    /// <param name="protocol">Hears of the datagrams.</param>
    /// <param name="host">An IPv4 or IPv6 address to bind; an IPv6 one makes the groups those of IPv6. Default "": every IPv4 address.</param>
    /// <param name="maxPacketSize">Longer datagrams are cut to so many bytes; from 1. Default 8,192.</param>
    /// <param name="listenMultiple">Whether others may bind the same port, in other processes too. Default false.</param>
    /// <param name="options">What else; null for the defaults.</param>
    /// <inheritdoc cref="IReactorUdp.ListenUdp" path="/exception"/>
    IMulticastTransport ListenMulticast(
        int port,
        IDatagramProtocol protocol,
        string host = "",
        int maxPacketSize = 8192,
        bool listenMultiple = false,
        UdpOptions? options = null);
}
