using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Spindle.Testing;

/// <content>Sockets that others have made.</content>
public sealed partial class MemoryReactor : IReactorSocket
{
    private readonly List<MemoryAdoptedPort> _adoptedPorts = [];
    private readonly List<MemoryAdoptedConnection> _adoptedConnections = [];
    private readonly List<MemoryAdoptedDatagramPort> _adoptedDatagramPorts = [];

    /// <summary>The calls of <see cref="AdoptStreamPort"/>, in order.</summary>
    public IReadOnlyList<MemoryAdoptedPort> AdoptedPorts => _adoptedPorts;

    /// <summary>The calls of <see cref="AdoptStreamConnection"/>, in order.</summary>
    public IReadOnlyList<MemoryAdoptedConnection> AdoptedConnections => _adoptedConnections;

    /// <summary>The calls of <see cref="AdoptDatagramPort"/>, in order.</summary>
    public IReadOnlyList<MemoryAdoptedDatagramPort> AdoptedDatagramPorts => _adoptedDatagramPorts;

    /// <summary>Notes the call and starts the factory. The socket may be anything; its address is made up.</summary>
    /// <inheritdoc cref="IReactorSocket.AdoptStreamPort"/>
    public IListeningPort AdoptStreamPort(SafeHandle socket, AddressFamily addressFamily, IFactory factory)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(factory);
        ThrowIfListeningFails();
        MemoryPort listener = new(this, factory, MakeUpAddress(addressFamily, isDatagram: false));
        _adoptedPorts.Add(new MemoryAdoptedPort(socket, addressFamily, factory, listener));
        listener.StartListening();
        return listener;
    }

    /// <summary>Notes the call, and connects the factory's protocol to a <see cref="StringTransport"/>. The socket may be anything.</summary>
    /// <inheritdoc cref="IReactorSocket.AdoptStreamConnection"/>
    public ITransport? AdoptStreamConnection(SafeHandle socket, AddressFamily addressFamily, IFactory factory)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(factory);
        EndPoint host = MakeUpAddress(addressFamily, isDatagram: false);
        EndPoint peer = MakeUpAddress(addressFamily, isDatagram: false);
        IProtocol? protocol = factory.BuildProtocol(peer);
        StringTransport? transport = protocol is null ? null : new StringTransport(host, peer) { IsClient = false };
        _adoptedConnections.Add(new MemoryAdoptedConnection(socket, addressFamily, factory, transport));
        transport?.Connect(protocol!);
        return transport;
    }

    /// <summary>Notes the call and connects the protocol. The socket may be anything; its address is made up.</summary>
    /// <inheritdoc cref="IReactorSocket.AdoptDatagramPort"/>
    public IUdpTransport AdoptDatagramPort(SafeHandle socket, AddressFamily addressFamily, IDatagramProtocol protocol, int maxPacketSize = 8192)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPacketSize, 1);
        ThrowIfListeningFails();
        IPEndPoint address = (IPEndPoint)MakeUpAddress(addressFamily, isDatagram: true);
        MemoryUdpPort port = new(protocol, address, maxPacketSize)
        {
            Port = address.Port,
            Host = "",
            Options = null,
            IsMulticast = false,
            ListenMultiple = false,
        };
        _adoptedDatagramPorts.Add(new MemoryAdoptedDatagramPort(socket, addressFamily, protocol, maxPacketSize, port));
        port.StartListening();
        return port;
    }

    private EndPoint MakeUpAddress(AddressFamily addressFamily, bool isDatagram) => addressFamily switch
    {
        AddressFamily.InterNetwork => new IPEndPoint(IPAddress.Any, FirstMadeUpPort + _madeUpPorts++),
        AddressFamily.InterNetworkV6 => new IPEndPoint(IPAddress.IPv6Any, FirstMadeUpPort + _madeUpPorts++),
        AddressFamily.Unix when !isDatagram => UnixAddress.Unnamed,
        _ => throw new UnsupportedAddressFamilyException(addressFamily, isDatagram ? "it must be IPv4 or IPv6" : "it must be IPv4, IPv6 or UNIX"),
    };
}
