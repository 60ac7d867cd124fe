using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Spindle.Streams;
using Spindle.Tcp;
using Spindle.Udp;
using Spindle.Unix;

namespace Spindle.Reactors;

/// <content>Sockets that others have made.</content>
public abstract partial class PosixReactorBase : IReactorSocket
{
    /// <inheritdoc/>
    public IListeningPort AdoptStreamPort(SafeHandle socket, AddressFamily addressFamily, IFactory factory)
    {
        EnsureAccess();
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(factory);
        int fd = AdoptedSockets.TakeStream(Loop.Kernel, socket, addressFamily, isListening: true);
        StreamPort port = addressFamily == AddressFamily.Unix ? new UnixPort(this, factory, _reserve, fd) : new TcpPort(this, factory, _reserve, fd);
        port.StartListening();
        return port;
    }

    /// <inheritdoc/>
    public ITransport? AdoptStreamConnection(SafeHandle socket, AddressFamily addressFamily, IFactory factory)
    {
        EnsureAccess();
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(factory);
        int fd = AdoptedSockets.TakeStream(Loop.Kernel, socket, addressFamily, isListening: false);
        StreamConnection? connection = null;
        try
        {
            EndPoint peer = AdoptedSockets.ReadPeer(Loop.Kernel, fd, addressFamily);
            IProtocol? protocol = factory.BuildProtocol(peer);
            if (protocol is null)
            {
                _ = Loop.Kernel.Files.Close(fd);
                return null;
            }

            connection = peer is IPEndPoint internet
                ? new TcpConnection(this, fd, peer, internet.Port, TcpListenOptions.Default)
                : new UnixConnection(this, fd, peer, session: 0);
            connection.MakeConnection(protocol, startReading: true);
            return connection;
        }
        catch (Exception failure)
        {
            if (connection is null)
            {
                _ = Loop.Kernel.Files.Close(fd);
            }
            else
            {
                connection.ConnectionLost(failure);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public IUdpTransport AdoptDatagramPort(SafeHandle socket, AddressFamily addressFamily, IDatagramProtocol protocol, int maxPacketSize = 8192)
    {
        CheckDatagramPort(protocol, host: "", maxPacketSize);
        ArgumentNullException.ThrowIfNull(socket);
        int fd = AdoptedSockets.TakeDatagram(Loop.Kernel, socket, addressFamily);
        UdpPort port = new(this, _datagrams, protocol, maxPacketSize, fd, addressFamily);
        port.StartListening();
        return port;
    }
}
