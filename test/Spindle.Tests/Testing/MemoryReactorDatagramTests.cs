using System.Buffers;
using System.Net;
using Spindle.Endpoints;
using Spindle.Kernel;
using Spindle.Testing;

namespace Spindle.Tests.Testing;

public sealed class MemoryReactorDatagramTests
{
    private static readonly IPEndPoint Peer = new(IPAddress.Parse("192.0.2.1"), 53);

    private readonly MemoryReactor _reactor = new();
    private readonly RecordingDatagrams _protocol = new();

    [Fact]
    public void ListenUdp_Always_KeepsTheArgumentsAndStartsTheProtocol()
    {
        UdpOptions options = new() { ReusePort = true };

        IUdpTransport port = _reactor.ListenUdp(0, _protocol, "127.0.0.1", maxPacketSize: 5, options: options);
        IMulticastTransport group = _reactor.ListenMulticast(7000, new RecordingDatagrams(), "::", listenMultiple: true);

        Assert.Equal([port, group], _reactor.UdpPorts);
        MemoryUdpPort first = _reactor.UdpPorts[0];
        Assert.Equal((0, "127.0.0.1", 5, options, false, false), (first.Port, first.Host, first.MaxPacketSize, first.Options, first.IsMulticast, first.ListenMultiple));
        Assert.Equal((true, true), (_reactor.UdpPorts[1].IsMulticast, _reactor.UdpPorts[1].ListenMultiple));
        Assert.NotEqual(0, ((IPEndPoint)port.GetHost()).Port);
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Any, 7000), group.GetHost());
        Assert.Equal((1, true), (_protocol.Starts, _protocol.IsConnected));
    }

    [Theory]
    [InlineData("", "127.0.0.1")]
    [InlineData("::", "::1")]
    [InlineData("127.0.0.9", "127.0.0.9")]
    public void DeliverTo_OtherPort_MovesWhatWasWrittenUntilNow(string host, string from)
    {
        EchoDatagrams echo = new();
        _reactor.ListenUdp(7, echo, host);
        _reactor.ListenUdp(9, _protocol, host);
        MemoryUdpPort server = _reactor.UdpPorts[0];
        MemoryUdpPort client = _reactor.UdpPorts[1];
        IPEndPoint address = new(IPAddress.Parse(from), 7);
        client.Write("one"u8, address);
        client.Write("two"u8, address);

        Assert.Equal(2, client.DeliverTo(server));
        Assert.Equal(2, echo.Count);
        Assert.All(server.Written, answer => Assert.Equal(new IPEndPoint(address.Address, 9), answer.Address));
        Assert.Equal(2, server.DeliverTo(client));
        Assert.Equal(["one", "two"], _protocol.Texts);
        Assert.Equal([address, address], _protocol.Received.Select(each => each.Address));
        Assert.Equal(0, client.DeliverTo(server));

        server.Write("echo"u8, address);
        Assert.Equal(1, server.DeliverTo(server)); // Its own echo waits for the next time.
        Assert.Single(server.Written);
        Assert.True(client.StopListening().IsCompletedSuccessfully);
        Assert.Throws<InvalidOperationException>(() => server.DeliverTo(client));
        Assert.Single(server.Written);
    }

    [Fact]
    public void Write_Always_KeepsWhatARealPortWouldSend()
    {
        MemoryUdpPort port = Listen();

        port.Write("one"u8, Peer);
        port.Write(new ReadOnlySequence<byte>("two"u8.ToArray()), Peer);
        port.Write("three"u8, "192.0.2.1", 53);
        Assert.Equal(4, port.WriteNow("four"u8, Peer));

        Assert.Equal(["one", "two", "three", "four"], port.Written.Select(datagram => datagram.Text));
        Assert.All(port.Written, datagram => Assert.Equal(Peer, datagram.Address));
        Assert.Equal("one", port.Take().Text);
        Assert.Equal(3, port.Written.Count);
    }

    [Fact]
    public void Write_Wrong_ThrowsAsARealPortDoes()
    {
        MemoryUdpPort port = Listen();

        Assert.Throws<InvalidOperationException>(() => port.Write("x"u8));
        Assert.Throws<InvalidAddressException>(() => port.Write("x"u8, "localhost", 53));
        Assert.Throws<InvalidAddressException>(() => port.Write("x"u8, new IPEndPoint(IPAddress.IPv6Loopback, 53)));
        Assert.Throws<InvalidAddressException>(() => port.Write("x"u8, new UnixAddress("/tmp/x")));
        Assert.Throws<MessageLengthException>(() => port.Write(new byte[65_508], Peer));
        Assert.Equal(Errno.EACCES, Assert.Throws<SystemCallException>(() => port.Write("x"u8, "<broadcast>", 53)).Errno);
        port.BroadcastAllowed = true;
        port.Write("x"u8, "<broadcast>", 53);
        Assert.Equal(new IPEndPoint(IPAddress.Broadcast, 53), port.Take().Address);
        Assert.Throws<InvalidOperationException>(port.Take);
    }

    [Fact]
    public void Connect_Once_TalksToThatAddressOnly()
    {
        MemoryUdpPort port = Listen(maxPacketSize: 4);
        Assert.Throws<InvalidOperationException>(port.Refuse);

        port.Connect("192.0.2.1", 53);
        port.Write("x"u8);
        port.Receive("stranger"u8, new IPEndPoint(IPAddress.Loopback, 1));
        port.Receive("peers"u8, Peer);
        port.Refuse();

        Assert.Equal(Peer, port.Take().Address);
        Assert.Equal([("peer", Peer)], _protocol.Received);
        Assert.Equal(1, _protocol.Refusals);
        Assert.Throws<InvalidOperationException>(() => port.Connect("192.0.2.1", 53));
        Assert.Throws<InvalidOperationException>(() => port.Write("x"u8, new IPEndPoint(IPAddress.Loopback, 1)));
    }

    [Fact]
    public void StopListening_Always_StopsTheProtocolAndNothingComesOrGoes()
    {
        MemoryUdpPort port = Listen();

        Assert.True(port.StopListening().IsCompletedSuccessfully);
        Assert.True(port.StopListening().IsCompletedSuccessfully);

        Assert.Equal(1, _protocol.Stops);
        port.Write("x"u8, Peer);
        Assert.Empty(port.Written);
        Assert.Throws<InvalidOperationException>(() => port.Receive("x"u8, Peer));
        port.StartListening();
        Assert.Throws<InvalidOperationException>(port.StartListening);
        Assert.Equal(2, _protocol.Starts);
    }

    [Fact]
    public void ListenUdp_Wrong_ThrowsAsAReactorDoes()
    {
        Assert.Throws<CannotListenException>(() => _reactor.ListenUdp(65_536, _protocol));
        Assert.Throws<InvalidAddressException>(() => _reactor.ListenUdp(1, _protocol, "localhost"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _reactor.ListenUdp(1, _protocol, maxPacketSize: 0));
        Assert.Empty(_reactor.UdpPorts);
        _protocol.OnStart = () => throw new NotSupportedException("no");
        Assert.Throws<NotSupportedException>(() => _reactor.ListenUdp(1, _protocol));
        Assert.False(_reactor.UdpPorts[0].IsListening);
    }

    [Fact]
    public void Groups_JoinedAndLeft_AreKept()
    {
        IMulticastTransport port = _reactor.ListenMulticast(7000, _protocol);

        Assert.True(port.JoinGroup("239.0.0.1").IsCompletedSuccessfully);
        Assert.True(port.JoinGroup("239.0.0.2", "127.0.0.1").IsCompletedSuccessfully);
        Assert.True(port.LeaveGroup("239.0.0.1").IsCompletedSuccessfully);
        Assert.IsType<MulticastJoinException>(port.LeaveGroup("239.0.0.1").Exception!.InnerException);
        Assert.True(port.SetOutgoingInterface("127.0.0.1").IsCompletedSuccessfully);
        Assert.IsType<InvalidAddressException>(port.SetOutgoingInterface("eth0").Exception!.InnerException);

        Assert.Equal([("239.0.0.2", "127.0.0.1")], _reactor.UdpPorts[0].Groups);
        Assert.Equal((IPAddress.Loopback, true, 1), (port.OutgoingInterface, port.LoopbackMode, port.TimeToLive));
        Assert.Throws<ArgumentOutOfRangeException>(() => port.TimeToLive = 256);
    }

    [Fact]
    public void UnixDatagrams_ListeningAndConnected_AreKept()
    {
        UnixDatagrams clients = new();

        IDatagramTransport server = _reactor.ListenUnixDatagram("/run/server", _protocol, mode: UnixFileMode.UserRead);
        IConnectedDatagramTransport client = _reactor.ConnectUnixDatagram("/run/server", clients, bindAddress: "/run/client");
        client.Write("question"u8);
        MemoryDatagram question = _reactor.UnixDatagramPorts[1].Take();
        _reactor.UnixDatagramPorts[0].Receive(question.Data.Span, client.GetHost());

        Assert.Equal([server, client], _reactor.UnixDatagramPorts);
        Assert.Equal((UnixFileMode.UserRead, new UnixAddress("/run/server")), (_reactor.UnixDatagramPorts[0].Mode, server.GetHost()));
        Assert.Equal(new UnixAddress("/run/server"), client.GetPeer());
        Assert.Equal([("question", new UnixAddress("/run/client"))], _protocol.Received);
        Assert.Throws<InvalidAddressException>(() => server.Write("x"u8, UnixAddress.Unnamed));
        Assert.Throws<InvalidOperationException>(((IConnectedDatagramTransport)server).GetPeer);
        Assert.Throws<CannotListenException>(() => _reactor.ListenUnixDatagram("", _protocol));
        Assert.Throws<ArgumentException>(() => _reactor.ConnectUnixDatagram("", clients));
    }

    [Fact]
    public void ConnectUnixDatagram_IsToFail_TellsTheProtocol()
    {
        UnixDatagrams clients = new();
        _reactor.UnixDatagramFailure = new ConnectRefusedException();

        _reactor.ConnectUnixDatagram("/run/server", clients);

        Assert.Same(_reactor.UnixDatagramFailure, Assert.Single(clients.Failures));
        Assert.False(clients.IsConnected);
    }

    [Fact]
    public void ListenUnixAndConnectUnix_Joined_Talk()
    {
        RecordingFactory servers = new(() => new RecordingProtocol("server"));
        RecordingFactory clients = new(() => new RecordingProtocol("client"));
        IListeningPort port = _reactor.ListenUnix("/run/app", servers, backlog: 5, mode: UnixFileMode.UserRead, wantPid: true);
        IConnector connector = _reactor.ConnectUnix("/run/app", clients, TimeSpan.FromSeconds(3), checkPid: true);

        MemoryPump pump = _reactor.UnixClients[0].Connector.Succeed(_reactor.UnixServers[0].Listener)!;
        clients.Built[0].Transport.Write("hello"u8);
        pump.Flush();

        Assert.Equal(new MemoryUnixServer("/run/app", servers, 5, UnixFileMode.UserRead, true, (MemoryPort)port), _reactor.UnixServers[0]);
        Assert.Equal(new MemoryUnixClient("/run/app", clients, TimeSpan.FromSeconds(3), true, (MemoryConnector)connector), _reactor.UnixClients[0]);
        Assert.Equal("hello"u8, servers.Built[0].Received);
        Assert.Equal([UnixAddress.Unnamed], servers.Addresses);
        Assert.Throws<CannotListenException>(() => _reactor.ListenUnix("", servers));
        Assert.Throws<ArgumentException>(() => _reactor.ConnectUnix("", clients));
    }

    [Fact]
    public async Task Endpoints_OfStrings_WorkOnIt()
    {
        await EndpointStrings.ParseDatagramServer(_reactor, "udp:7000").ListenAsync(_protocol);
        await EndpointStrings.ParseDatagramClient(_reactor, "unixgram:/run/log").ConnectAsync(new RecordingDatagrams());
        await EndpointStrings.ParseServer(_reactor, "unix:/run/app").ListenAsync(new RecordingFactory());

        Assert.Equal((7000, "/run/log", "/run/app"), (_reactor.UdpPorts[0].Port, _reactor.UnixDatagramPorts[0].Destination!.ToString(), _reactor.UnixServers[0].Path.ToString()));
    }

    private MemoryUdpPort Listen(int maxPacketSize = 8192) => (MemoryUdpPort)_reactor.ListenUdp(7000, _protocol, maxPacketSize: maxPacketSize);
}
