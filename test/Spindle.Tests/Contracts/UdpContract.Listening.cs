using System.Net;
using System.Net.Sockets;
using Spindle.Datagrams;
using Spindle.Kernel;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Binding and closing.</content>
public abstract partial class UdpContract
{
    [Fact, Clause("UDP-1", "UDP-5", "UDP-7")]
    public void ListenUdp_PortZero_BindsAFreePortOfEveryIpv4Address() => Run(async rig =>
    {
        RecordingDatagrams protocol = new();

        IUdpTransport port = rig.Reactor.ListenUdp(0, protocol);

        IPEndPoint address = AddressOf(port);
        Assert.Equal(IPAddress.Any, address.Address);
        Assert.InRange(address.Port, 1, 65_535);
        Assert.Contains(rig.Reactor.GetReaders(), reader => ReferenceEquals(reader, port) && reader.Fileno() == FdOf(port));
        using Socket peer = RawSocket("127.0.0.5");
        peer.SendTo("hello"u8, new IPEndPoint(IPAddress.Parse("127.0.0.7"), address.Port));
        await rig.Until(() => protocol.Received.Count == 1);
        Assert.Equal(("hello", peer.LocalEndPoint), protocol.Received[0]);
    });

    [Theory, Clause("UDP-2")]
    [InlineData("localhost")]
    [InlineData("127.1")]
    [InlineData("[::1]")]
    public void ListenUdp_InterfaceIsNoLiteral_Throws(string host) => Run(rig =>
    {
        InvalidAddressException refused = Assert.Throws<InvalidAddressException>(() => rig.Reactor.ListenUdp(0, new RecordingDatagrams(), host));

        Assert.Equal(host, refused.Address);
        Assert.Equal(0, rig.Plan.Count(Operation.Socket));
        return Task.CompletedTask;
    });

    [Fact, Clause("UDP-2", "UDP-5", "UDP-14", "UDP-22")]
    public void ListenUdp_Ipv6Literal_TalksIpv6() => Run(async rig =>
    {
        RecordingDatagrams one = new();
        RecordingDatagrams other = new();
        IUdpTransport port = Listen(rig, one, "::1");
        IUdpTransport peer = Listen(rig, other, "::1");
        one.OnDatagram = (_, from) => port.Write("answer"u8, from);

        peer.Write("question"u8, "::1", AddressOf(port).Port);
        await rig.Until(() => other.Received.Count == 1);

        Assert.Equal(("question", AddressOf(peer)), one.Received[0]);
        Assert.Equal(("answer", AddressOf(port)), other.Received[0]);
        Assert.Equal(IPAddress.IPv6Loopback, AddressOf(port).Address);
    });

    [Theory, Clause("UDP-14")]
    [InlineData(0), InlineData(3)]
    public void Address_OfIpv6_KeepsItsScope(int scope)
    {
        IPEndPoint address = new(new IPAddress(IPAddress.Parse("fe80::1").GetAddressBytes(), scope), 77);
        Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];

        IPEndPoint read = InternetAddresses.Read(InternetAddresses.Write(address, raw));

        Assert.Equal(address, read);
        Assert.Equal(scope, read.Address.ScopeId);
    }

    [Fact, Clause("UDP-3", "OVR-13")]
    public void ListenUdp_AddressTaken_Throws() => Run(rig =>
    {
        RecordingDatagrams protocol = new();
        IUdpTransport first = Listen(rig, new RecordingDatagrams());
        int port = AddressOf(first).Port;

        CannotListenException taken = Assert.Throws<CannotListenException>(() => rig.Reactor.ListenUdp(port, protocol, "127.0.0.1"));

        Assert.Equal((Errno.EADDRINUSE, port, 0), (taken.Errno, taken.Port, protocol.Starts));
        foreach (int option in new[] { SocketConstants.SO_REUSEADDR, SocketConstants.SO_REUSEPORT })
        {
            Assert.Equal(0, rig.Kernel.Sockets.GetOption(FdOf(first), SocketConstants.SOL_SOCKET, option, out int isReused));
            Assert.Equal(0, isReused);
        }

        Assert.Throws<CannotListenException>(() => rig.Reactor.ListenUdp(65_536, protocol));
        Assert.Throws<CannotListenException>(() => rig.Reactor.ListenUdp(-1, protocol));
        return Task.CompletedTask;
    });

    [Fact, Clause("UDP-4", "UDP-6")]
    public void ListenUdp_Succeeds_LogsThenStartsTheProtocolThenReads() => Run(rig =>
    {
        RecordingDatagrams protocol = new();
        string? startedWith = null;
        int readers = -1;
        protocol.OnStart = () =>
        {
            startedWith = Assert.Single(rig.Log.Take(), record => record.Text.Contains("starting on", StringComparison.Ordinal)).Text;
            readers = rig.Reactor.GetReaders().Count;
        };

        IUdpTransport port = Listen(rig, protocol);

        Assert.EndsWith($"] recorder starting on {AddressOf(port).Port}", startedWith, StringComparison.Ordinal);
        Assert.Equal((1, 0), (protocol.Starts, readers));
        Assert.Same(port, protocol.Transport);
        Assert.Single(rig.Reactor.GetReaders());
        return Task.CompletedTask;
    });

    [Fact, Clause("UDP-4")]
    public void ListenUdp_ProtocolFailsToStart_ThrowsAndLeavesNothing() => Run(rig =>
    {
        RecordingDatagrams protocol = new() { OnStart = () => throw new FormatException("no") };

        Assert.Throws<FormatException>(() => Listen(rig, protocol));

        Assert.False(protocol.IsConnected);
        Assert.Empty(rig.Reactor.GetReaders());
        return Task.CompletedTask;
    });

    [Fact, Clause("UDP-6")]
    public void LogPrefixAndText_Always_NameProtocolAndPort() => Run(async rig =>
    {
        IUdpTransport port = Listen(rig, new RecordingDatagrams());

        Assert.Equal("recorder (UDP)", ((DatagramPort)port).LogPrefix);
        Assert.Equal($"<UdpPort of recorder on {AddressOf(port).Port}>", port.ToString());
        await port.StopListening();
        Assert.Equal("<UdpPort of recorder not connected>", port.ToString());
    });

    [Fact, Clause("UDP-8", "UDP-10")]
    public void StopListening_Always_ClosesInALaterTurnAndTellsAllWhoAsk() => Run(async rig =>
    {
        RecordingDatagrams protocol = new();
        IUdpTransport port = Listen(rig, protocol);
        int number = AddressOf(port).Port;
        protocol.OnStop = () => Assert.False(protocol.IsConnected);

        Task stopped = port.StopListening();

        Assert.Same(stopped, port.StopListening());
        Assert.Equal(0, protocol.Stops);
        Assert.Empty(rig.Reactor.GetReaders());
        await stopped;
        Assert.Equal(1, protocol.Stops);
        Assert.Equal(-1, FdOf(port));
        Assert.EndsWith($"] (UDP Port {number} Closed)", rig.Log.Take()[^1].Text, StringComparison.Ordinal);
        Assert.True(port.StopListening().IsCompletedSuccessfully);
        Assert.Equal(number, AddressOf(port).Port);
        port.Write("too late"u8, AddressOf(port));
        Assert.Equal(0, port.WriteNow("too late"u8, AddressOf(port)));
    });

    [Fact, Clause("UDP-8")]
    public void StopListening_StopProtocolThrows_FailsTheTask() => Run(async rig =>
    {
        IUdpTransport port = Listen(rig, new RecordingDatagrams { OnStop = () => throw new FormatException("no") });

        await Assert.ThrowsAsync<FormatException>(port.StopListening);

        Assert.IsType<FormatException>(rig.TakeError().Exception);
    });

    [Fact, Clause("UDP-9")]
    public void LoseConnection_Deprecated_StopsListening() => Run(async rig =>
    {
        RecordingDatagrams protocol = new();
        DatagramPort port = (DatagramPort)Listen(rig, protocol);

#pragma warning disable CS0618 // What is tested: the compiler warns.
        port.LoseConnection();
#pragma warning restore CS0618

        await rig.Until(() => protocol.Stops == 1);
        Assert.NotNull(Attribute.GetCustomAttribute(typeof(DatagramPort).GetMethod(nameof(DatagramPort.LoseConnection))!, typeof(ObsoleteAttribute)));
    });

    [Fact, Clause("UDP-11", "PROTO-9")]
    public void ListenUdp_ProtocolUsedAgain_OnlyOnePortAtATime() => Run(async rig =>
    {
        RecordingDatagrams protocol = new();
        IUdpTransport port = Listen(rig, protocol);

        Assert.Throws<InvalidOperationException>(() => Listen(rig, protocol));
        Assert.Same(port, protocol.Transport);

        await port.StopListening();
        IUdpTransport next = Listen(rig, protocol);
        Assert.Equal((2, 1), (protocol.Starts, protocol.Stops));
        await next.StopListening();
        next.StartListening();
        Assert.Throws<InvalidOperationException>(next.StartListening);
        Assert.Equal((3, 2), (protocol.Starts, protocol.Stops));
    });

    [Fact, Clause("UDP-12")]
    public void Shutdown_Always_ClosesPortsAndSendsLastWords() => Run(async rig =>
    {
        using Socket peer = RawSocket();
        RecordingDatagrams protocol = new();
        IUdpTransport port = Listen(rig, protocol);
        protocol.OnStop = () => port.Write("bye"u8, peer.LocalEndPoint);
        Task stopping = Listen(rig, new RecordingDatagrams()).StopListening();

        await rig.StopAsync();

        Assert.Equal(1, protocol.Stops);
        Assert.True(stopping.IsCompleted);
        Assert.Equal("bye", Receive(peer));
    });

    [Fact, Clause("UDP-12", "UDP-21")]
    public void DatagramReceived_StopsOrShutsDown_HearsNothingMore() => Run(async rig =>
    {
        using Socket peer = RawSocket();
        RecordingDatagrams stopped = new();
        RecordingDatagrams shut = new();
        IUdpTransport port = Listen(rig, stopped);
        IUdpTransport last = Listen(rig, shut);
        stopped.OnDatagram = (_, _) => port.StopListening();
        shut.OnDatagram = (_, _) => ((DatagramPort)last).ConnectionLost(ConnectionDoneException.Instance);
        for (int i = 0; i < 5; i++)
        {
            peer.SendTo("x"u8, port.GetHost());
            peer.SendTo("x"u8, last.GetHost());
        }

        await rig.Until(() => stopped.Stops + shut.Stops == 2);

        Assert.Equal((1, 1), (stopped.Received.Count, shut.Received.Count));
    });

    [Fact, Clause("UDP-1")]
    public void ListenUdp_AnotherThread_Throws() => Run(rig =>
    {
        IUdpTransport port = Listen(rig, new RecordingDatagrams());

        Assert.IsType<InvalidOperationException>(OffThread.Run(() => Record.Exception(() => Listen(rig, new RecordingDatagrams()))));
        Assert.IsType<InvalidOperationException>(OffThread.Run(() => Record.Exception(() => port.Write("x"u8, new IPEndPoint(IPAddress.Loopback, 7)))));
        return Task.CompletedTask;
    });

    [Fact, Clause("UDP-1")]
    public void ListenUdp_Options_AreSet() => Run(rig =>
    {
        UdpOptions options = new() { ReusePort = true, ReceiveBufferSize = 100_000, SendBufferSize = 50_000 };
        IUdpTransport one = rig.Reactor.ListenUdp(0, new RecordingDatagrams(), "127.0.0.1", options: options);
        IUdpTransport other = rig.Reactor.ListenUdp(AddressOf(one).Port, new RecordingDatagrams(), "127.0.0.1", options: options);

        Assert.Equal(one.GetHost(), other.GetHost());
        rig.Kernel.Sockets.GetOption(FdOf(one), SocketConstants.SOL_SOCKET, SocketConstants.SO_RCVBUF, out int receive);
        rig.Kernel.Sockets.GetOption(FdOf(one), SocketConstants.SOL_SOCKET, SocketConstants.SO_SNDBUF, out int send);
        Assert.Equal((200_000, 100_000), (receive, send));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UdpOptions { ReceiveBufferSize = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Listen(rig, new RecordingDatagrams(), maxPacketSize: 0));
        return Task.CompletedTask;
    });
}
