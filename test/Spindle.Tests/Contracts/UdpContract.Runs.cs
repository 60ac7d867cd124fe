using System.Net;
using System.Net.Sockets;
using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Runs: datagrams of one length for one address, which go to the kernel as one message.</content>
public abstract partial class UdpContract
{
    [Theory, Clause("UDP-23")]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", false)]
    [InlineData("::1", true)]
    public void Write_OneLengthForOneAddress_IsOneMessage(string host, bool isConnected) => Run(async rig =>
    {
        RecordingDatagrams protocol = new();
        IPEndPoint to = AddressOf(Listen(rig, protocol, host));
        IUdpTransport port = Listen(rig, new RecordingDatagrams(), host);
        if (isConnected)
        {
            port.Connect(host, to.Port);
        }

        string[] written = [.. Numbered(40, length: 100), "the last one is shorter", "and the next one begins anew"];
        int messages = await Send(rig, port, to, written);
        await rig.Until(() => protocol.Received.Count == written.Length);

        Assert.Equal(2, messages);
        Assert.Equal(written, protocol.Texts);
        Assert.All(protocol.Received, each => Assert.Equal(port.GetHost(), each.Address));
    });

    [Theory, Clause("UDP-23")]
    [InlineData(130, 4, 3)] // 64 at the most.
    [InlineData(64, 1_000, 1)]
    [InlineData(64, 1_016, 2)] // Less than 65,507 bytes with the headers of IP and UDP.
    [InlineData(2, 32_500, 1)]
    [InlineData(2, 32_501, 2)]
    [InlineData(3, 0, 3)] // There would be nothing to cut.
    [InlineData(1, 65_507, 1)]
    public void Write_MoreThanARunHolds_BeginsAnother(int count, int length, int messages) => Run(async rig =>
    {
        RecordingDatagrams protocol = new();
        IUdpTransport to = rig.Reactor.ListenUdp(0, protocol, "127.0.0.1", maxPacketSize: 65_536, options: new UdpOptions { ReceiveBufferSize = 1 << 20 });
        string[] written = Numbered(count, length);

        int sent = await Send(rig, Listen(rig, new RecordingDatagrams()), to.GetHost(), written);
        await rig.Until(() => protocol.Received.Count == count);

        Assert.Equal(messages, sent);
        Assert.Equal(written, protocol.Texts);
    });

    [Fact, Clause("UDP-23", "UDP-25")]
    public void Write_AnyLengthsForAnyAddresses_ArrivesAsWritten() => Run(async rig =>
    {
        int[] lengths = [0, 1, 30, 30, 30, 31, 1_200];
        Random random = new(4);
        RecordingDatagrams[] peers = [new(), new()];
        EndPoint[] addresses = [.. peers.Select(peer => Listen(rig, peer).GetHost())];
        IUdpTransport port = Listen(rig, new RecordingDatagrams());
        List<string>[] written = [[], []];
        int at = 0;
        for (int i = 1; i <= 600; i++)
        {
            at = random.Next(5) == 0 ? 1 - at : at;
            string text = Numbered(i, lengths[random.Next(lengths.Length)])[^1];
            written[at].Add(text);
            port.Write(System.Text.Encoding.ASCII.GetBytes(text), addresses[at]);
            if (i % 60 == 0)
            {
                await rig.Until(() => peers.Sum(peer => peer.Received.Count) == i);
            }
        }

        Assert.Equal(written[0], peers[0].Texts);
        Assert.Equal(written[1], peers[1].Texts);
        Assert.Equal(0, port.DroppedDatagrams);
    });

    [Theory, Clause("UDP-23")]
    [InlineData(Errno.EIO, 10, 10)] // The device cannot do it.
    [InlineData(Errno.EOPNOTSUPP, 10, 10)]
    [InlineData(Errno.EMSGSIZE, 10, 1)] // The path is too narrow, but not for shorter ones.
    [InlineData(Errno.EINVAL, 10, 1)]
    [InlineData(Errno.ENOBUFS, 1, 1)] // For the moment.
    [InlineData(Errno.ENOMEM, 1, 1)]
    [InlineData(Errno.EPERM, 1, 1)]
    [InlineData(Errno.EHOSTUNREACH, 1, 1)]
    public void Write_RunRefused_GoesSinglyAndIsRemembered(int errno, int nextMessages, int messagesOfShorter) => Run(async rig =>
    {
        RecordingDatagrams protocol = new();
        EndPoint to = Listen(rig, protocol).GetHost();
        IUdpTransport port = Listen(rig, new RecordingDatagrams());
        string[] long_ = Numbered(10, length: 50);
        string[] shorter = Numbered(10, length: 49);

        rig.Plan.FailNext(Operation.SendDatagrams, errno);
        Assert.Equal(-errno, await Send(rig, port, to, long_));
        Assert.Equal(nextMessages, await Send(rig, port, to, long_));
        Assert.Equal(messagesOfShorter, await Send(rig, port, to, shorter));
        await rig.Until(() => protocol.Received.Count == 30);

        Assert.Equal([.. long_, .. long_, .. shorter], protocol.Texts);
        Assert.Equal(0, port.DroppedDatagrams);
    });

    [Fact, Clause("UDP-23", "UDP-24")]
    public void Write_RunRefused_EachDatagramHasItsOwnError() => Run(async rig =>
    {
        RecordingDatagrams protocol = new();
        EndPoint to = Listen(rig, protocol).GetHost();
        IUdpTransport port = Listen(rig, new RecordingDatagrams());
        rig.Plan.FailNext(Operation.SendDatagrams, Errno.EIO);
        rig.Plan.Add(new Fault(Operation.SendDatagram, 2, FaultKind.Error, Errno.EPERM, 1));
        rig.Plan.Add(new Fault(Operation.SendDatagram, 3, FaultKind.Error, Errno.ECONNREFUSED, 1)); // About an earlier one.
        rig.Plan.Add(new Fault(Operation.SendDatagram, 5, FaultKind.Error, Errno.EAGAIN, 1)); // The buffer is full.

        await Send(rig, port, to, ["1", "2", "3", "4", "5"]);
        await Send(rig, port, to, ["end"]);
        await rig.Until(() => protocol.Texts.Contains("end"));

        Assert.Equal(["1", "3", "end"], protocol.Texts);
        Assert.Equal(3, port.DroppedDatagrams);
        Assert.Equal(Errno.EPERM, Assert.IsType<SystemCallException>(rig.TakeError().Exception).Errno);
    });

    [Fact, Clause("UDP-24")]
    public void Write_BufferFullForARun_DropsAndCountsEachDatagram() => Run(async rig =>
    {
        using Socket peer = RawSocket();
        IUdpTransport port = Listen(rig, new RecordingDatagrams());
        rig.Plan.FailNext(Operation.SendDatagrams, Errno.EAGAIN);

        await Send(rig, port, peer.LocalEndPoint!, ["first", .. Numbered(10, length: 20), "last"]);

        Assert.Equal(12, port.DroppedDatagrams);
    });

    [Fact, Clause("UDP-23")]
    public void Write_KernelKnowsNoRuns_IsAskedOnceAndSendsSingly() => Run(async rig =>
    {
        RecordingDatagrams protocol = new();
        EndPoint to = Listen(rig, protocol).GetHost();
        IUdpTransport port = Listen(rig, new RecordingDatagrams());
        int before = rig.Plan.Count(Operation.GetSockOpt);
        rig.Plan.FailNext(Operation.GetSockOpt, Errno.ENOPROTOOPT);

        Assert.Equal(1, await Send(rig, port, to, ["0"]));
        Assert.Equal(before, rig.Plan.Count(Operation.GetSockOpt)); // Who sends one a turn is never asked.
        Assert.Equal(3, await Send(rig, port, to, ["1", "2", "3"]));
        Assert.Equal(3, await Send(rig, port, to, ["4", "5", "6"]));
        await rig.Until(() => protocol.Received.Count == 7);

        Assert.Equal("0123456", string.Concat(protocol.Texts));
        Assert.Equal(before + 1, rig.Plan.Count(Operation.GetSockOpt));
    });

    [Fact, Clause("UDP-23")]
    public void Write_UseSegmentationIsOff_SendsSingly() => Run(async rig =>
    {
        using Socket peer = RawSocket();
        IUdpTransport port = rig.Reactor.ListenUdp(0, new RecordingDatagrams(), "127.0.0.1", options: new UdpOptions { UseSegmentation = false });

        Assert.Equal(3, await Send(rig, port, peer.LocalEndPoint!, ["1", "2", "3"]));

        Assert.Equal(["1", "2", "3"], [Receive(peer), Receive(peer), Receive(peer)]);
    });

    [Fact, Clause("UDP-23")]
    public void Write_SocketThatCannotHaveRuns_SendsSingly() => Run(async rig =>
    {
        const int SO_NO_CHECK = 11; // Without a checksum there are no runs, the kernel says by itself.
        using Socket peer = RawSocket();
        IUdpTransport port = Listen(rig, new RecordingDatagrams());
        Assert.Equal(0, rig.Kernel.Sockets.SetOption(FdOf(port), SocketConstants.SOL_SOCKET, SO_NO_CHECK, 1));

        Assert.Equal(-Errno.EINVAL, await Send(rig, port, peer.LocalEndPoint!, ["1", "2", "3"]));

        Assert.Equal(["1", "2", "3"], [Receive(peer), Receive(peer), Receive(peer)]);
        Assert.Equal(0, port.DroppedDatagrams);
    });

    [Fact, Clause("UDP-17", "UDP-26")]
    public void Write_RunForNobody_IsRefused() => Run(async rig =>
    {
        RecordingDatagrams protocol = new();
        IUdpTransport port = Listen(rig, protocol);
        using Socket taken = RawSocket();
        IPEndPoint dead = DeadAddress(taken);
        port.Connect(dead.Address.ToString(), dead.Port);

        Assert.Equal(1, await Send(rig, port, address: null, Numbered(10, length: 20)));
        await rig.Until(() => protocol.Refusals == 1);
        Assert.Equal(1, await Send(rig, port, address: null, Numbered(10, length: 20)));
        await rig.Until(() => protocol.Refusals == 2);
    });

    [Fact, Clause("UDP-29")]
    public void Write_RunForAGroup_IsHeardByEachMember() => Run(async rig =>
    {
        RecordingDatagrams[] members = [new(), new()];
        int number = 0;
        foreach (RecordingDatagrams member in members)
        {
            IMulticastTransport listener = ListenMulticast(rig, member, port: number, listenMultiple: true);
            await listener.JoinGroup(Group, Loopback);
            number = AddressOf(listener).Port;
        }

        IMulticastTransport port = ListenMulticast(rig, new RecordingDatagrams());
        await port.SetOutgoingInterface(Loopback);
        string[] written = Numbered(20, length: 30);

        Assert.Equal(1, await Send(rig, port, new IPEndPoint(IPAddress.Parse(Group), number), written));
        await rig.Until(() => members.All(member => member.Received.Count == 20));

        Assert.All(members, member => Assert.Equal(written, member.Texts));
    });

    [Fact, Clause("UDP-13", "UDP-23")]
    public void Echo_SeveralUnderWay_AllocatesNothing()
    {
        using AsyncSelectorReactor reactor = new(new EventLoopOptions { Selector = Kind });
        EchoDatagrams server = new();
        PingDatagrams client = new(reactor, rounds: 500, underWay: 8);
        reactor.ListenUdp(0, server, "127.0.0.1");
        client.Server = server.Transport.GetHost();
        reactor.ListenUdp(0, client, "127.0.0.1");

        reactor.Run(installSignalHandlers: false);

        Assert.InRange(client.Allocated, 0, 500); // Less than a byte for each.
    }

    /// <summary>Writes datagrams and waits until the turn has ended.</summary>
    /// <returns>How many messages the first call of the kernel has taken, or what it said.</returns>
    private static async Task<int> Send(ReactorRig rig, IUdpTransport port, EndPoint? address, string[] datagrams)
    {
        int before = rig.Plan.Calls.Count;
        foreach (string each in datagrams)
        {
            port.Write(System.Text.Encoding.ASCII.GetBytes(each), address);
        }

        await rig.NextTurn();
        return rig.Plan.Calls.Skip(before).First(call => call.Operation == Operation.SendDatagrams).Result;
    }

    private static string[] Numbered(int count, int length) =>
        [.. Enumerable.Range(1, count).Select(i => length == 0 ? "" : $"{i}".PadLeft(length, (char)('a' + (i % 26)))[^length..])];
}
