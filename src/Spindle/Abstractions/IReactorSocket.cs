using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Spindle;

/// <summary>Sockets that others have made: a service manager, another process, other code of this one.</summary>
/// <remarks>
/// <para>
/// Every call duplicates the socket: the caller keeps the original and closes it when it likes. Both are one socket in the
/// kernel, so that the non-blocking mode, for example, is common to them.
/// </para>
/// <para>Thread: the reactor's; before it runs, any one thread.</para>
/// <para>Source: Twisted's <c>IReactorSocket</c>.</para>
/// </remarks>
public interface IReactorSocket
{
    /// <summary>Accepts connections of a socket that is bound and listens.</summary>
    /// <param name="socket">The socket; it is set to non-blocking mode.</param>
    /// <param name="addressFamily"><see cref="AddressFamily.InterNetwork"/>, <see cref="AddressFamily.InterNetworkV6"/> or <see cref="AddressFamily.Unix"/>, as it was made.</param>
    /// <param name="factory">Makes a protocol for each connection.</param>
    /// <returns>
    /// The port; it accepts already. Its end closes the duplicate and no more: another process may go on with the socket, and
    /// a file in the file system stays.
    /// </returns>
    /// <exception cref="UnsupportedAddressFamilyException">It is another family, or not the socket's.</exception>
    /// <exception cref="UnsupportedSocketTypeException">It is no stream socket, or does not listen.</exception>
    /// <exception cref="SystemCallException">It is no socket (ENOTSOCK), or not open (EBADF).</exception>
    IListeningPort AdoptStreamPort(SafeHandle socket, AddressFamily addressFamily, IFactory factory);

    /// <summary>Serves a connection that exists.</summary>
    /// <param name="socket">The socket; it is set to non-blocking mode.</param>
    /// <param name="addressFamily">As in <see cref="AdoptStreamPort"/>.</param>
    /// <param name="factory">Makes the protocol; it gets the peer's address. It is neither started nor stopped.</param>
    /// <returns>The transport, connected to its protocol; null if the factory has none: then the duplicate is closed.</returns>
    /// <exception cref="UnsupportedAddressFamilyException">It is another family, or not the socket's.</exception>
    /// <exception cref="UnsupportedSocketTypeException">It is no stream socket.</exception>
    /// <exception cref="SystemCallException">It is no socket (ENOTSOCK), not open (EBADF), or not connected (ENOTCONN).</exception>
    ITransport? AdoptStreamConnection(SafeHandle socket, AddressFamily addressFamily, IFactory factory);

    /// <summary>Reads the datagrams of a UDP socket that is bound.</summary>
    /// <param name="socket">The socket; it is set to non-blocking mode. If it is connected, so is the port.</param>
    /// <param name="addressFamily"><see cref="AddressFamily.InterNetwork"/> or <see cref="AddressFamily.InterNetworkV6"/>, as it was made.</param>
    /// <param name="protocol">Hears of the datagrams.</param>
    /// <param name="maxPacketSize">Longer datagrams are cut to so many bytes; from 1. Default 8,192.</param>
    /// <returns>The port; it reads already. Its end closes the duplicate and no more.</returns>
    /// <exception cref="UnsupportedAddressFamilyException">It is another family, UNIX among them, or not the socket's.</exception>
    /// <exception cref="UnsupportedSocketTypeException">It is no socket for datagrams.</exception>
    /// <exception cref="SystemCallException">It is no socket (ENOTSOCK), or not open (EBADF).</exception>
    /// <exception cref="InvalidOperationException">The protocol is used by another port.</exception>
    IUdpTransport AdoptDatagramPort(SafeHandle socket, AddressFamily addressFamily, IDatagramProtocol protocol, int maxPacketSize = 8192);
}
