using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Spindle.Datagrams;
using Spindle.Kernel;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Datagram ports.</content>
public abstract partial class AdoptContract
{
    [Theory, Clause("ADOPT-1", "ADOPT-2", "ADOPT-4", "ADOPT-6", "ADOPT-13")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void AdoptDatagramPort_OriginalClosed_TalksOn(string host) => Run(async unix =>
    {
        RecordingDatagrams protocol = new();
        IUdpTransport port;
        EndPoint address;
        using (Socket socket = Bind(host))
        {
            port = unix.Reactor.Reactor.AdoptDatagramPort(socket.SafeHandle, socket.AddressFamily, protocol, maxPacketSize: 10);
            address = socket.LocalEndPoint!;
            Assert.NotEqual((int)socket.Handle, ((IFileObject)port).Fileno());
        }

        using Socket peer = Bind(host);
        peer.SendTo("a question longer than ten bytes"u8, address);
        await unix.Reactor.Until(() => protocol.Received.Count == 1);
        port.Write("answer"u8, protocol.Received[0].Address);
        byte[] answer = new byte[16];
        await unix.Reactor.NextTurn();

        Assert.Equal(6, peer.Receive(answer));
        Assert.Equal(("a question", peer.LocalEndPoint), protocol.Received[0]);
        Assert.Equal(address, port.GetHost());
        Assert.True(NativeCalls.IsNonBlocking(((IFileObject)port).Fileno()));
        Assert.Equal(1, protocol.Starts);
        Assert.Contains(unix.Reactor.Log.Take(), record => record.Text.StartsWith($"[-] recorder starting on {((IPEndPoint)address).Port}", StringComparison.Ordinal));
        await port.StopListening();
        Assert.Equal(1, protocol.Stops);
        Assert.Throws<InvalidOperationException>(((DatagramPort)port).StartListening);
        Assert.Equal(1, protocol.Starts);
    });

    [Fact, Clause("ADOPT-2", "ADOPT-7", "ADOPT-13")]
    public void StopListening_AdoptedDatagrams_OnlyCloses() => Run(async unix =>
    {
        using Socket socket = Bind("127.0.0.1");
        using Socket peer = Bind("127.0.0.1");
        IUdpTransport port = unix.Reactor.Reactor.AdoptDatagramPort(socket.SafeHandle, AddressFamily.InterNetwork, new RecordingDatagrams());

        await port.StopListening();
        peer.SendTo("hello"u8, socket.LocalEndPoint!);

        Assert.Equal(5, socket.Receive(new byte[16])); // The other owner goes on.
        Assert.Equal(0, unix.Reactor.Plan.Count(Operation.Shutdown));
    });

    [Fact, Clause("ADOPT-13", "UDP-26")]
    public void AdoptDatagramPort_Connected_IsAConnectedPort() => Run(async unix =>
    {
        RecordingDatagrams protocol = new();
        using Socket socket = Bind("127.0.0.1");
        Socket peer = Bind("127.0.0.1");
        socket.Connect(peer.LocalEndPoint!);
        IUdpTransport port = unix.Reactor.Reactor.AdoptDatagramPort(socket.SafeHandle, AddressFamily.InterNetwork, protocol);

        port.Write("hello"u8);
        await unix.Reactor.NextTurn();
        Assert.Equal(5, peer.Receive(new byte[16]));
        peer.Dispose();
        await unix.Reactor.Until(() =>
        {
            port.Write("anybody?"u8); // A child that another test is spawning may hold the peer for a moment.
            return protocol.Refusals > 0;
        });
    });

    [Fact, Clause("ADOPT-13", "UDP-27")]
    public void AdoptDatagramPort_MayBroadcast_StillMay() => Run(unix =>
    {
        using Socket socket = Bind("127.0.0.1");
        IUdpTransport strict = unix.Reactor.Reactor.AdoptDatagramPort(socket.SafeHandle, AddressFamily.InterNetwork, new RecordingDatagrams());
        socket.EnableBroadcast = true;
        IUdpTransport free = unix.Reactor.Reactor.AdoptDatagramPort(socket.SafeHandle, AddressFamily.InterNetwork, new RecordingDatagrams());

        Assert.Throws<SystemCallException>(() => strict.Write("x"u8, "<broadcast>", 9));
        Assert.True(free.BroadcastAllowed);
        unix.Reactor.Plan.FailNext(Operation.SendDatagrams, Errno.EAGAIN); // Nothing leaves this machine.
        free.Write("x"u8, "<broadcast>", 9);
    });

    [Fact, Clause("ADOPT-3", "ADOPT-12", "ADOPT-13", "I7")]
    public void AdoptDatagramPort_WrongSocket_Throws() => Run(unix =>
    {
        RecordingDatagrams protocol = new();
        using TestPipe pipe = new(unix.Reactor);
        using SafeFileHandle closed = new(DescriptorNumbers.Next(), ownsHandle: false);
        using Socket socket = Bind("127.0.0.1");
        using Socket stream = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using Socket local = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        AsyncSelectorReactor reactor = unix.Reactor.Reactor;

        Assert.Equal(Errno.ENOTSOCK, Assert.Throws<SystemCallException>(() => reactor.AdoptDatagramPort(pipe.Write, AddressFamily.InterNetwork, protocol)).Errno);
        Assert.Equal(Errno.EBADF, Assert.Throws<SystemCallException>(() => reactor.AdoptDatagramPort(closed, AddressFamily.InterNetwork, protocol)).Errno);
        Assert.Throws<UnsupportedSocketTypeException>(() => reactor.AdoptDatagramPort(stream.SafeHandle, AddressFamily.InterNetwork, protocol));
        foreach (AddressFamily family in new[] { AddressFamily.Packet, AddressFamily.InterNetworkV6, AddressFamily.Unix })
        {
            Assert.Equal(family, Assert.Throws<UnsupportedAddressFamilyException>(() => reactor.AdoptDatagramPort(socket.SafeHandle, family, protocol)).AddressFamily);
        }

        Assert.Throws<UnsupportedAddressFamilyException>(() => reactor.AdoptDatagramPort(local.SafeHandle, AddressFamily.Unix, protocol));
        Assert.Throws<UnsupportedAddressFamilyException>(() => reactor.AdoptDatagramPort(local.SafeHandle, AddressFamily.InterNetwork, protocol));
        Assert.Throws<ArgumentOutOfRangeException>(() => reactor.AdoptDatagramPort(socket.SafeHandle, AddressFamily.InterNetwork, protocol, maxPacketSize: 0));
        Assert.Equal(0, protocol.Starts);
    });

    [Theory, Clause("ADOPT-3", "ADOPT-13", "I7")]
    [InlineData(Operation.Duplicate)]
    [InlineData(Operation.GetSockOpt)]
    [InlineData(Operation.GetPeerName)]
    [InlineData(Operation.FileControl)]
    [InlineData(Operation.GetSockName)]
    public void AdoptDatagramPort_ACallFails_ThrowsAndLeavesNothing(Operation operation) => Run(unix =>
    {
        RecordingDatagrams protocol = new();
        using Socket socket = Bind("127.0.0.1");
        unix.Reactor.Plan.FailNext(operation, Errno.ENOBUFS);

        SystemCallException failure = Assert.Throws<SystemCallException>(
            () => unix.Reactor.Reactor.AdoptDatagramPort(socket.SafeHandle, AddressFamily.InterNetwork, protocol));

        Assert.Equal(Errno.ENOBUFS, failure.Errno);
        Assert.Equal(0, protocol.Starts);
    });

    [Fact, Clause("ADOPT-13", "I7")]
    public void AdoptDatagramPort_ProtocolThrows_ThrowsItAndLeavesNothing() => Run(unix =>
    {
        NotSupportedException failure = new("no");
        using Socket socket = Bind("127.0.0.1");
        RecordingDatagrams failing = new() { OnStart = () => throw failure };

        Assert.Same(failure, Assert.Throws<NotSupportedException>(
            () => unix.Reactor.Reactor.AdoptDatagramPort(socket.SafeHandle, AddressFamily.InterNetwork, failing)));
        Assert.True(socket.IsBound);
    });

    private static Socket Bind(string host)
    {
        IPAddress address = IPAddress.Parse(host);
        Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 60_000 };
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }
}
