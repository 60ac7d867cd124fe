namespace Spindle;

/// <summary>A UDP port.</summary>
/// <remarks>
/// <para>Its addresses are <see cref="System.Net.IPEndPoint"/>s; those of IPv6 have their scope.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IUDPTransport</c>.</para>
/// </remarks>
public interface IUdpTransport : IDatagramTransport
{
    /// <summary>As <see cref="IDatagramTransport.Write(ReadOnlySpan{byte}, System.Net.EndPoint?)"/>, to an address as text.</summary>
    /// <param name="data">The datagram.</param>
    /// <param name="host">An address of the port's family, or "&lt;broadcast&gt;" for 255.255.255.255. A name is refused: look it up first.</param>
    /// <param name="port">0 to 65535.</param>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    /// <inheritdoc cref="IDatagramTransport.Write(ReadOnlySpan{byte}, System.Net.EndPoint?)" path="/exception"/>
    void Write(ReadOnlySpan<byte> data, string host, int port);

    /// <summary>Talks to one address only from now on, and hears when nobody listens there.</summary>
    /// <param name="host">An address of the port's family.</param>
    /// <param name="port">0 to 65535.</param>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    /// <exception cref="InvalidAddressException">It is no address of this port's family.</exception>
    /// <exception cref="InvalidOperationException">It is connected already, or closed.</exception>
    /// <exception cref="SystemCallException">The kernel refuses: there is no way to the address, for example.</exception>
    void Connect(string host, int port);

    /// <summary>SO_BROADCAST: whether datagrams may be sent to a broadcast address. Default false.</summary>
    /// <exception cref="InvalidOperationException">The port is closed.</exception>
    bool BroadcastAllowed { get; set; }
}
