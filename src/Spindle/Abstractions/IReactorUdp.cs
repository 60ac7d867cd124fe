namespace Spindle;

/// <summary>UDP.</summary>
/// <remarks>
/// <para>Thread: the reactor's; before it runs, any one thread.</para>
/// <para>Source: Twisted's <c>IReactorUDP</c>.</para>
/// </remarks>
public interface IReactorUdp
{
    /// <summary>Binds a port; it reads already.</summary>
    /// <param name="port">0 to 65535; 0 takes a free one.</param>
    /// <param name="protocol">Hears of the datagrams.</param>
    /// <param name="host">An IPv4 or IPv6 address of this machine, with an optional %scope. Default "": every IPv4 address.</param>
    /// <param name="maxPacketSize">Longer datagrams are cut to so many bytes; from 1. Default 8,192.</param>
    /// <param name="options">What else; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxPacketSize"/> is less than 1.</exception>
    /// <exception cref="CannotListenException">The address is taken or is not ours; the port is out of range; the system refuses an option.</exception>
    /// <exception cref="InvalidAddressException"><paramref name="host"/> is neither empty nor an address.</exception>
    /// <exception cref="InvalidOperationException">The protocol is used by another port.</exception>
    IUdpTransport ListenUdp(int port, IDatagramProtocol protocol, string host = "", int maxPacketSize = 8192, UdpOptions? options = null);
}
