using Spindle.Datagrams;
using Spindle.Udp;

namespace Spindle.Reactors;

/// <content>Datagrams.</content>
public abstract partial class PosixReactorBase : IReactorUdp, IReactorMulticast
{
    private readonly DatagramMemory _datagrams = new();

    /// <inheritdoc/>
    public IUdpTransport ListenUdp(int port, IDatagramProtocol protocol, string host = "", int maxPacketSize = 8192, UdpOptions? options = null)
    {
        CheckDatagramPort(protocol, host, maxPacketSize);
        UdpPort listener = new(this, _datagrams, port, protocol, host, maxPacketSize, options ?? UdpOptions.Default);
        listener.StartListening();
        return listener;
    }

    /// <inheritdoc/>
    public IMulticastTransport ListenMulticast(
        int port,
        IDatagramProtocol protocol,
        string host = "",
        int maxPacketSize = 8192,
        bool listenMultiple = false,
        UdpOptions? options = null)
    {
        CheckDatagramPort(protocol, host, maxPacketSize);
        MulticastPort listener = new(this, _datagrams, port, protocol, host, maxPacketSize, listenMultiple, options ?? UdpOptions.Default);
        listener.StartListening();
        return listener;
    }

    private void CheckDatagramPort(IDatagramProtocol protocol, string host, int maxPacketSize)
    {
        EnsureAccess();
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentNullException.ThrowIfNull(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPacketSize, 1);
    }
}
