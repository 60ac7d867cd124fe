using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Spindle.Testing;

namespace Spindle.Tests.Testing;

public sealed class MemoryReactorAdoptTests : IDisposable
{
    private readonly MemoryReactor _reactor = new();
    private readonly SafeFileHandle _socket = new(); // Any handle will do.
    private readonly RecordingProtocol _protocol = new();
    private readonly RecordingFactory _factory;

    public MemoryReactorAdoptTests() => _factory = new RecordingFactory(() => _protocol);

    public void Dispose() => _socket.Dispose();

    [Theory]
    [InlineData(AddressFamily.InterNetwork, typeof(IPEndPoint))]
    [InlineData(AddressFamily.InterNetworkV6, typeof(IPEndPoint))]
    [InlineData(AddressFamily.Unix, typeof(UnixAddress))]
    public void AdoptStreamPort_Always_KeepsTheArgumentsAndListens(AddressFamily family, Type address)
    {
        IListeningPort port = _reactor.AdoptStreamPort(_socket, family, _factory);

        MemoryAdoptedPort adopted = Assert.Single(_reactor.AdoptedPorts);
        Assert.Equal(new MemoryAdoptedPort(_socket, family, _factory, adopted.Listener), adopted);
        Assert.Same(port, adopted.Listener);
        Assert.Equal(1, _factory.Starts);
        Assert.IsType(address, port.GetHost());
        Assert.Equal(family, port.GetHost().AddressFamily);
        Assert.Same(_protocol, adopted.Listener.Accept(new StringTransport()));
    }

    [Fact]
    public void AdoptStreamConnection_Always_ConnectsAProtocolOfTheFactory()
    {
        ITransport? transport = _reactor.AdoptStreamConnection(_socket, AddressFamily.InterNetworkV6, _factory);

        MemoryAdoptedConnection adopted = Assert.Single(_reactor.AdoptedConnections);
        Assert.Equal(new MemoryAdoptedConnection(_socket, AddressFamily.InterNetworkV6, _factory, adopted.Transport), adopted);
        Assert.Same(transport, adopted.Transport);
        Assert.Same(transport, _protocol.Transport);
        Assert.Equal(transport!.GetPeer(), Assert.Single(_factory.Addresses));
        Assert.Equal(0, _factory.Starts);
    }

    [Fact]
    public void AdoptStreamConnection_FactoryWantsNone_IsNoted()
    {
        Assert.Null(_reactor.AdoptStreamConnection(_socket, AddressFamily.InterNetwork, new RecordingFactory(() => null)));

        Assert.Null(Assert.Single(_reactor.AdoptedConnections).Transport);
    }

    [Fact]
    public void AdoptDatagramPort_Always_KeepsTheArgumentsAndReads()
    {
        RecordingDatagrams datagrams = new();

        IUdpTransport port = _reactor.AdoptDatagramPort(_socket, AddressFamily.InterNetwork, datagrams, 3);

        MemoryAdoptedDatagramPort adopted = Assert.Single(_reactor.AdoptedDatagramPorts);
        Assert.Equal(new MemoryAdoptedDatagramPort(_socket, AddressFamily.InterNetwork, datagrams, 3, adopted.Port), adopted);
        Assert.Same(port, adopted.Port);
        Assert.Same(port, datagrams.Transport);
        Assert.True(adopted.Port.IsListening);
        Assert.Equal(3, adopted.Port.MaxPacketSize);
    }

    [Fact]
    public void Adopt_OtherFamily_ThrowsAsAReactorDoes()
    {
        Assert.Throws<UnsupportedAddressFamilyException>(() => _reactor.AdoptStreamPort(_socket, AddressFamily.AppleTalk, _factory));
        Assert.Throws<UnsupportedAddressFamilyException>(() => _reactor.AdoptStreamConnection(_socket, AddressFamily.AppleTalk, _factory));
        Assert.Throws<UnsupportedAddressFamilyException>(() => _reactor.AdoptDatagramPort(_socket, AddressFamily.Unix, new RecordingDatagrams()));
        Assert.Empty(_reactor.AdoptedPorts);
        Assert.Empty(_reactor.AdoptedConnections);
        Assert.Empty(_reactor.AdoptedDatagramPorts);
    }
}
