using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Sending.</content>
public abstract partial class UdpContract
{
    [Fact, Clause("UDP-22")]
    public void Write_NoAddressOfThisFamily_Throws() => Run(rig =>
    {
        IUdpTransport port = Listen(rig, new RecordingDatagrams());
        IUdpTransport port6 = Listen(rig, new RecordingDatagrams(), "::1");

        Assert.Equal("localhost", Assert.Throws<InvalidAddressException>(() => port.Write("x"u8, "localhost", 7)).Address);
        Assert.Throws<InvalidAddressException>(() => port.Write("x"u8, new DnsEndPoint("localhost", 7)));
        Assert.Throws<InvalidAddressException>(() => port.Write("x"u8, "::1", 7));
        Assert.Throws<InvalidAddressException>(() => port6.Write("x"u8, "127.0.0.1", 7));
        Assert.Throws<InvalidAddressException>(() => port6.Write("x"u8, "<broadcast>", 7));
        Assert.Throws<InvalidAddressException>(() => port6.WriteNow("x"u8, new IPEndPoint(IPAddress.Loopback, 7)));
        Assert.Throws<InvalidOperationException>(() => port.Write("x"u8));
        Assert.Throws<InvalidOperationException>(() => port.WriteNow("x"u8));
        Assert.Throws<ArgumentOutOfRangeException>(() => port.Write("x"u8, "127.0.0.1", 65_536));
        return Task.CompletedTask;
    });

    [Fact, Clause("UDP-23")]
    public void Write_SeveralInATurn_GoTogetherWhenItEnds() => Run(async rig =>
    {
        using Socket one = RawSocket();
        using Socket other = RawSocket();
        IUdpTransport port = Listen(rig, new RecordingDatagrams());

        port.Write("1"u8, one.LocalEndPoint);
        port.Write("2"u8, other.LocalEndPoint);
        port.Write("3"u8, one.LocalEndPoint);
        Assert.Equal(0, rig.Plan.Count(Operation.SendDatagrams));
        await rig.NextTurn();

        Assert.Equal(1, rig.Plan.Count(Operation.SendDatagrams));
        Assert.Equal(["1", "3", "2"], [Receive(one), Receive(one), Receive(other)]);
    });

    [Fact, Clause("UDP-23")]
    public void WriteNow_Always_SendsAtOnceAndInOrder() => Run(rig =>
    {
        using Socket peer = RawSocket();
        IUdpTransport port = Listen(rig, new RecordingDatagrams());

        port.Write("1"u8, peer.LocalEndPoint);
        Assert.Equal(2, port.WriteNow("22"u8, peer.LocalEndPoint));

        Assert.Equal(["1", "22"], [Receive(peer), Receive(peer)]);
        return Task.CompletedTask;
    });

    [Fact, Clause("UDP-23", "UDP-25")]
    public void Write_MoreThanOneCallTakes_ArrivesInOrder() => Run(async rig =>
    {
        RecordingDatagrams protocol = new();
        IUdpTransport to = rig.Reactor.ListenUdp(0, protocol, "127.0.0.1", options: new UdpOptions { ReceiveBufferSize = 1 << 20 });
        IUdpTransport port = Listen(rig, new RecordingDatagrams());
        IUdpTransport rival = Listen(rig, new RecordingDatagrams());

        for (int i = 0; i < 100; i++)
        {
            port.Write(Encoding.ASCII.GetBytes($"{i}"), to.GetHost());
            if (i % 40 == 39)
            {
                rival.Write("rival"u8, to.GetHost());
            }
        }

        await rig.Until(() => protocol.Received.Count == 102);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), protocol.Texts.Where(text => text != "rival"));
        Assert.Equal(0, port.DroppedDatagrams);
    });

    [Fact, Clause("UDP-25")]
    public void Write_SeveralPieces_AreOneDatagram() => Run(rig =>
    {
        using Socket peer = RawSocket();
        IUdpTransport port = Listen(rig, new RecordingDatagrams());
        SequencePiece first = new("ab"u8.ToArray(), 0);
        SequencePiece last = first.Append("cd"u8.ToArray());

        port.Write(new ReadOnlySequence<byte>(first, 0, last, 2), peer.LocalEndPoint);
        port.WriteNow("end"u8, peer.LocalEndPoint);

        Assert.Equal(["abcd", "end"], [Receive(peer), Receive(peer)]);
        return Task.CompletedTask;
    });

    [Fact, Clause("UDP-23", "OVR-13")]
    public void Write_TooLong_Throws() => Run(rig =>
    {
        byte[] data = new byte[65_528];
        IUdpTransport port = Listen(rig, new RecordingDatagrams());
        IUdpTransport port6 = Listen(rig, new RecordingDatagrams(), "::1");
        using Socket taken = RawSocket();
        IPEndPoint dead = DeadAddress(taken);

        Assert.Throws<MessageLengthException>(() => port.Write(data.AsSpan(0, 65_508), dead));
        Assert.Throws<MessageLengthException>(() => port.WriteNow(data.AsSpan(0, 65_508), dead));
        Assert.Throws<MessageLengthException>(() => port6.Write(data, new IPEndPoint(IPAddress.IPv6Loopback, 7)));
        rig.Plan.FailNext(Operation.SendDatagram, Errno.EMSGSIZE);
        Assert.Equal(Errno.EMSGSIZE, Assert.Throws<MessageLengthException>(() => port.WriteNow("x"u8, dead)).Errno);
        Assert.Equal(65_507, port.WriteNow(data.AsSpan(0, 65_507), dead));
        return Task.CompletedTask;
    });

    [Fact, Clause("UDP-24")]
    public void Write_BufferFull_DropsAndCounts() => Run(async rig =>
    {
        using Socket peer = RawSocket();
        IUdpTransport port = Listen(rig, new RecordingDatagrams());
        rig.Plan.FailNext(Operation.SendDatagrams, Errno.EAGAIN);
        rig.Plan.FailNext(Operation.SendDatagram, Errno.EAGAIN);

        port.Write("1"u8, peer.LocalEndPoint);
        port.Write("2"u8, peer.LocalEndPoint);
        Assert.Equal(0, port.WriteNow("3"u8, peer.LocalEndPoint));
        port.Write("4"u8, peer.LocalEndPoint);
        await rig.NextTurn();

        Assert.Equal("4", Receive(peer));
        Assert.Equal(3, port.DroppedDatagrams);
    });

    [Fact, Clause("UDP-23")]
    public void Write_KernelRefuses_IsLoggedOnceAndTheOthersGo() => Run(async rig =>
    {
        using Socket peer = RawSocket();
        IUdpTransport port = Listen(rig, new RecordingDatagrams());
        rig.Plan.FailNext(Operation.SendDatagrams, Errno.EPERM);

        port.Write("1"u8, peer.LocalEndPoint);
        port.Write("22"u8, peer.LocalEndPoint);
        await rig.NextTurn();

        Assert.Equal("22", Receive(peer));
        Assert.Equal(1, port.DroppedDatagrams);
        Assert.Equal(Errno.EPERM, Assert.IsType<SystemCallException>(rig.TakeError().Exception).Errno);
        rig.Plan.FailNext(Operation.SendDatagrams, Errno.EPERM);
        port.Write("3"u8, peer.LocalEndPoint);
        await rig.NextTurn();
        Assert.Empty(rig.TakeErrors()); // The same again.
        rig.Plan.FailNext(Operation.SendDatagram, Errno.EPERM);
        Assert.Equal(Errno.EPERM, Assert.Throws<SystemCallException>(() => port.WriteNow("4"u8, peer.LocalEndPoint)).Errno);
    });

    [Fact, Clause("UDP-23")]
    public void Write_LoggerSendsDatagramsItself_EachGoesOutOfItsOwnPort() => Run(async rig =>
    {
        using Socket peer = RawSocket();
        IUdpTransport one = Listen(rig, new RecordingDatagrams());
        IUdpTransport other = Listen(rig, new RecordingDatagrams());
        IUdpTransport logger = Listen(rig, new RecordingDatagrams());
        rig.Log.OnRecord = _ => logger.Write("record"u8, peer.LocalEndPoint);
        rig.Plan.FailNext(Operation.SendDatagrams, Errno.EPERM);

        one.Write("fails"u8, peer.LocalEndPoint);
        other.Write("other"u8, peer.LocalEndPoint); // Flushes the first one, which is logged.
        await rig.NextTurn();
        rig.Log.OnRecord = null;

        Dictionary<EndPoint, string> heard = [];
        byte[] data = new byte[64];
        for (int i = 0; i < 2; i++)
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            int size = peer.ReceiveFrom(data, ref from);
            heard.Add(from, Encoding.ASCII.GetString(data, 0, size));
        }

        Assert.Equal(("record", "other"), (heard[logger.GetHost()], heard[other.GetHost()]));
        rig.TakeError();
    });

    [Fact, Clause("UDP-23", "UDP-26")]
    public void Write_RefusedEarlier_SendsAllTheSame() => Run(async rig =>
    {
        using Socket peer = RawSocket();
        RecordingDatagrams connected = new();
        RecordingDatagrams free = new();
        IUdpTransport port = Listen(rig, connected);
        IUdpTransport other = Listen(rig, free);
        port.Connect("127.0.0.1", ((IPEndPoint)peer.LocalEndPoint!).Port);
        foreach (IUdpTransport each in new[] { port, other })
        {
            rig.Plan.FailNext(Operation.SendDatagrams, Errno.ECONNREFUSED);
            each.Write("1"u8, peer.LocalEndPoint);
            await rig.NextTurn();
            rig.Plan.FailNext(Operation.SendDatagram, Errno.ECONNREFUSED);
            Assert.Equal(1, each.WriteNow("2"u8, peer.LocalEndPoint));
            await rig.NextTurn();
            Assert.Equal(["1", "2"], [Receive(peer), Receive(peer)]);
        }

        Assert.Equal((2, 0), (connected.Refusals, free.Refusals)); // Who is not connected hears nothing.
    });

    [Fact, Clause("UDP-26")]
    public void Connect_Once_SendsThereAndHearsFromThereOnly() => Run(async rig =>
    {
        using Socket peer = RawSocket();
        using Socket stranger = RawSocket();
        RecordingDatagrams protocol = new();
        IUdpTransport port = rig.Reactor.ListenUdp(0, protocol);
        IPEndPoint address = (IPEndPoint)peer.LocalEndPoint!;

        Assert.Throws<InvalidAddressException>(() => port.Connect("localhost", 7));
        Assert.Throws<InvalidAddressException>(() => port.Connect("::1", 7));
        port.Connect("127.0.0.1", address.Port);

        Assert.Throws<InvalidOperationException>(() => port.Connect("127.0.0.1", address.Port));
        Assert.Throws<InvalidOperationException>(() => port.Write("x"u8, stranger.LocalEndPoint));
        Assert.Equal(IPAddress.Loopback, AddressOf(port).Address);
        port.Write("1"u8);
        port.WriteNow("2"u8, address);
        Assert.Equal(["1", "2"], [Receive(peer), Receive(peer)]);
        stranger.SendTo("stranger"u8, port.GetHost());
        peer.SendTo("peer"u8, port.GetHost());
        await rig.Until(() => protocol.Received.Count > 0);
        Assert.Equal(["peer"], protocol.Texts);
    });

    [Fact, Clause("UDP-26")]
    public void Connect_KernelRefusesOrClosed_Throws() => Run(async rig =>
    {
        IUdpTransport port = Listen(rig, new RecordingDatagrams());
        rig.Plan.FailNext(Operation.Connect, Errno.ENETUNREACH);

        Assert.Equal(Errno.ENETUNREACH, Assert.Throws<SystemCallException>(() => port.Connect("127.0.0.1", 7)).Errno);
        await port.StopListening();
        Assert.Throws<InvalidOperationException>(() => port.Connect("127.0.0.1", 7));
        Assert.Throws<InvalidOperationException>(() => port.BroadcastAllowed);
    });

    [Fact, Clause("UDP-27", "UDP-22")]
    public void BroadcastAllowed_Default_IsOffAndBroadcastsAreRefused() => Run(rig =>
    {
        IUdpTransport port = Listen(rig, new RecordingDatagrams());

        Assert.False(port.BroadcastAllowed);
        Assert.Equal(Errno.EACCES, Assert.Throws<SystemCallException>(() => port.Write("x"u8, "<broadcast>", 7)).Errno);
        Assert.Equal(Errno.EACCES, Assert.Throws<SystemCallException>(() => port.WriteNow("x"u8, new IPEndPoint(IPAddress.Broadcast, 7))).Errno);
        port.BroadcastAllowed = true;
        Assert.True(port.BroadcastAllowed);
        rig.Plan.FailNext(Operation.SendDatagrams, Errno.EAGAIN); // This far, but not into the network.
        port.Write("x"u8, "<broadcast>", 7);
        port.BroadcastAllowed = false;
        Assert.False(port.BroadcastAllowed);
        return Task.CompletedTask;
    });

    [Fact, Clause("UDP-13", "UDP-23")]
    public void Echo_ToAKnownPeer_AllocatesNothing()
    {
        // Without the rig, whose kernel writes every call down.
        using AsyncSelectorReactor reactor = new(new EventLoopOptions { Selector = Kind });
        EchoDatagrams server = new();
        PingDatagrams client = new(reactor, rounds: 500);
        reactor.ListenUdp(0, server, "127.0.0.1");
        client.Server = server.Transport.GetHost();
        reactor.ListenUdp(0, client, "127.0.0.1");

        reactor.Run(installSignalHandlers: false);

        Assert.Equal(2_000, server.Count);
        Assert.InRange(client.Allocated, 0, 500); // Less than a byte for each.
    }
}
