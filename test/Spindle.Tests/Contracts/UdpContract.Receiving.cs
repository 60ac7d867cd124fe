using System.Net;
using System.Net.Sockets;
using Spindle.Datagrams;
using Spindle.Kernel;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Receiving.</content>
public abstract partial class UdpContract
{
    [Fact, Clause("UDP-13")]
    public void DoRead_LongerThanTheLargest_IsCut() => Run(async rig =>
    {
        using Socket peer = RawSocket();
        RecordingDatagrams protocol = new();
        IUdpTransport port = Listen(rig, protocol, maxPacketSize: 4);

        peer.SendTo("123456"u8, port.GetHost());
        peer.SendTo("7"u8, port.GetHost());
        peer.SendTo(default(ReadOnlySpan<byte>), port.GetHost());
        await rig.Until(() => protocol.Received.Count == 3);

        Assert.Equal(["1234", "7", ""], protocol.Texts);
    });

    [Fact, Clause("UDP-13")]
    public void DoRead_LargestDatagram_ArrivesWhole() => Run(async rig =>
    {
        using Socket peer = RawSocket();
        RecordingDatagrams protocol = new();
        IUdpTransport port = Listen(rig, protocol, maxPacketSize: 1 << 20);

        peer.SendTo(Payload.Make(65_507, 1), port.GetHost());
        await rig.Until(() => protocol.Received.Count == 1);

        Assert.Equal(65_507, protocol.Received[0].Text.Length);
    });

    [Theory, Clause("UDP-13", "UDP-20")]
    [InlineData(0, 256), InlineData(8_000, 33)] // Empty ones count, too.
    public void DoRead_Flood_LeavesTheRestForLaterTurns(int size, int most) => Run(async rig =>
    {
        const int Flood = 300;
        using Socket peer = RawSocket();
        RecordingDatagrams protocol = new();
        IUdpTransport port = rig.Reactor.ListenUdp(0, protocol, "127.0.0.1", options: new UdpOptions { ReceiveBufferSize = 1 << 20 });
        byte[] data = new byte[size];
        int sent = 0;
        List<int> turns = [];
        protocol.OnDatagram = (_, _) => turns.Add(rig.Plan.Turns);
        for (; sent < Flood && peer.SendTo(data, port.GetHost()) == size; sent++)
        {
        }

        await rig.NextTurn();
        await rig.NextTurn();
        await rig.NextTurn();

        int[] perTurn = [.. turns.GroupBy(turn => turn).Select(turn => turn.Count())];
        Assert.InRange(perTurn.Length, 2, Flood);
        Assert.All(perTurn, count => Assert.InRange(count, 1, most));
        await port.StopListening();
    });

    [Fact, Clause("UDP-13")]
    public void DoRead_Burst_IsReceivedInOneCall() => Run(async rig =>
    {
        using Socket peer = RawSocket();
        RecordingDatagrams protocol = new();
        IUdpTransport port = Listen(rig, protocol);
        for (int i = 0; i < 20; i++)
        {
            peer.SendTo("x"u8, port.GetHost());
        }

        await rig.Until(() => protocol.Received.Count == 20);

        Assert.Equal(1, rig.Plan.Count(Operation.ReceiveDatagrams)); // And no further one to hear that this was all.
    });

    [Fact, Clause("UDP-15", "I3")]
    public void DatagramReceived_Throws_IsLoggedAndThePortGoesOn() => Run(async rig =>
    {
        using Socket peer = RawSocket();
        RecordingDatagrams protocol = new();
        IUdpTransport port = Listen(rig, protocol);
        protocol.OnDatagram = (text, _) =>
        {
            if (text == "bad")
            {
                throw new FormatException(text);
            }
        };

        peer.SendTo("bad"u8, port.GetHost());
        peer.SendTo("good"u8, port.GetHost());
        await rig.Until(() => protocol.Received.Count == 2);

        Assert.IsType<FormatException>(rig.TakeError().Exception);
        Assert.Equal(0, protocol.Stops);
    });

    [Theory, Clause("UDP-16", "UDP-19")]
    [InlineData(Errno.EAGAIN), InlineData(Errno.EINTR), InlineData(Errno.ECONNREFUSED), InlineData(Errno.EHOSTUNREACH), InlineData(Errno.EHOSTDOWN), InlineData(Errno.ENONET)]
    public void DoRead_PassingError_EndsTheBatchAndLaterDatagramsCome(int errno) => Run(async rig =>
    {
        using Socket peer = RawSocket();
        RecordingDatagrams protocol = new();
        IUdpTransport port = Listen(rig, protocol);
        rig.Plan.FailNext(Operation.ReceiveDatagrams, errno);

        peer.SendTo("x"u8, port.GetHost());
        await rig.Until(() => protocol.Received.Count == 1);

        Assert.Equal((1, 0, 0), (rig.Plan.Fired, protocol.Refusals, protocol.Stops));
    });

    [Fact, Clause("UDP-17", "UDP-19", "UDP-26")]
    public void DoRead_RefusedAndConnected_TellsTheProtocolAndGoesOn() => Run(async rig =>
    {
        RecordingDatagrams protocol = new();
        IUdpTransport port = Listen(rig, protocol);
        using Socket taken = RawSocket();
        IPEndPoint dead = DeadAddress(taken);
        port.Connect(dead.Address.ToString(), dead.Port);

        port.Write("anyone?"u8);
        await rig.Until(() => protocol.Refusals == 1);

        using Socket late = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        late.Bind(dead);
        late.SendTo("yes"u8, port.GetHost());
        await rig.Until(() => protocol.Received.Count == 1);
        Assert.Equal(0, protocol.Stops);
    });

    [Fact, Clause("UDP-18")]
    public void DoRead_AnyOtherError_ClosesThePort() => Run(async rig =>
    {
        using Socket peer = RawSocket();
        RecordingDatagrams protocol = new();
        IUdpTransport port = Listen(rig, protocol);
        rig.Plan.FailNext(Operation.ReceiveDatagrams, NoSuchThing);

        peer.SendTo("x"u8, port.GetHost());
        await rig.Until(() => protocol.Stops == 1);

        Assert.Equal(NoSuchThing, Assert.IsType<SystemCallException>(rig.TakeError().Exception).Errno);
        Assert.Equal(-1, FdOf(port));
    });

    [Fact, Clause("UDP-13")]
    public void DatagramReceived_ReadsItselfAgain_LosesNothing() => Run(async rig =>
    {
        using Socket peer = RawSocket();
        RecordingDatagrams protocol = new();
        IUdpTransport port = Listen(rig, protocol);
        protocol.OnDatagram = (text, _) =>
        {
            if (text == "1")
            {
                peer.SendTo("4"u8, port.GetHost());
                ((DatagramPort)port).DoRead();
            }
        };

        peer.SendTo("1"u8, port.GetHost());
        peer.SendTo("2"u8, port.GetHost());
        peer.SendTo("3"u8, port.GetHost());
        await rig.Until(() => protocol.Received.Count == 4);

        Assert.Equal(["1", "4", "2", "3"], protocol.Texts);
    });

    [Fact, Clause("UDP-13")]
    public void Senders_KnownAlready_AreTheSameObjectsUnlessChanged() => Run(async rig =>
    {
        Socket[] peers = [.. Enumerable.Range(0, 40).Select(_ => RawSocket())];
        RecordingDatagrams protocol = new();
        IUdpTransport port = Listen(rig, protocol);

        foreach (Socket peer in peers.Concat(peers))
        {
            peer.SendTo("x"u8, port.GetHost());
        }

        await rig.Until(() => protocol.Received.Count == 80);
        ((IPEndPoint)protocol.Received[40].Address).Port = 1; // Nobody else must see that.
        protocol.Received[40] = protocol.Received[0] = ("x", peers[0].LocalEndPoint!);
        peers[0].SendTo("x"u8, port.GetHost());
        await rig.Until(() => protocol.Received.Count == 81);

        Assert.Equal([.. peers.Concat(peers).Append(peers[0]).Select(peer => peer.LocalEndPoint)], protocol.Received.Select(each => each.Address));
        Assert.Contains(Enumerable.Range(1, 39), i => ReferenceEquals(protocol.Received[i].Address, protocol.Received[40 + i].Address));
        Array.ForEach(peers, peer => peer.Dispose());
    });
}
