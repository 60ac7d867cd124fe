using System.Buffers;
using Spindle.Kernel;
using Spindle.Streams;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>What options change.</content>
public abstract partial class TcpContract
{
    [Fact, Clause("TCP-67")]
    public void BufferSizes_Given_AreTheSocketsOwn() => Run(async rig =>
    {
        const int Receive = 20_000, Send = 30_000;
        Pair pair = await ConnectPairWith(
            rig,
            new TcpListenOptions { ReceiveBufferSize = Receive, SendBufferSize = Send },
            new TcpConnectOptions { ReceiveBufferSize = Receive, SendBufferSize = Send });

        foreach (int fd in new[] { FdOf(pair.Server), FdOf(pair.Client) })
        {
            Assert.Equal(2 * Receive, GetNumber(rig, fd, SocketConstants.SO_RCVBUF)); // The kernel doubles it.
            Assert.Equal(2 * Send, GetNumber(rig, fd, SocketConstants.SO_SNDBUF));
        }
    });

    [Fact, Clause("TCP-67")]
    public void BufferSizes_NotGiven_AreLeftToTheKernel() => Run(async rig =>
    {
        Pair pair = await ConnectPairWith(rig, new TcpListenOptions(), new TcpConnectOptions());

        Assert.Equal(1, rig.Plan.Count(Operation.SetSockOpt)); // The port's SO_REUSEADDR.
        Assert.InRange(GetNumber(rig, FdOf(pair.Server), SocketConstants.SO_SNDBUF), 1, int.MaxValue);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Options_OutOfRange_SayWhatWouldBeRight(int value)
    {
        ArgumentOutOfRangeException[] refused =
        [
            Assert.Throws<ArgumentOutOfRangeException>(() => new TcpListenOptions { ReceiveBufferSize = value }),
            Assert.Throws<ArgumentOutOfRangeException>(() => new TcpConnectOptions { SendBufferSize = value }),
            Assert.Throws<ArgumentOutOfRangeException>(() => new TcpListenOptions { WriteLimit = value }),
            Assert.Throws<ArgumentOutOfRangeException>(() => new TcpConnectOptions { WriteHighWaterMark = Math.Min(value, -1) }),
        ];

        Assert.Equal(["ReceiveBufferSize", "SendBufferSize", "WriteLimit", "WriteHighWaterMark"], refused.Select(each => each.ParamName));
        Assert.Contains("at least 1 byte", refused[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_LimitBelowTheMark_AreRefused() => Run(rig =>
    {
        TcpListenOptions listen = new() { WriteLimit = 65_535 };
        TcpConnectOptions connect = new() { WriteHighWaterMark = 200, WriteLimit = 100 };

        ArgumentException[] refused =
        [
            Assert.Throws<ArgumentException>(() => rig.Reactor.ListenTcp(0, new RecordingFactory(), options: listen)),
            Assert.Throws<ArgumentException>(() => rig.Reactor.ConnectTcp("127.0.0.1", 1, new RecordingFactory(), options: connect)),
        ];

        Assert.All(refused, each => Assert.Contains("must be at least the mark", each.Message, StringComparison.Ordinal));
        Assert.Equal(0, rig.Plan.Count(Operation.Socket));
        return Task.CompletedTask;
    });

    [Theory, Clause("TCP-5")]
    [InlineData("")]
    [InlineData("127.0.0.1")]
    public void DualMode_OnIpv4_IsRefused(string host) => Run(rig =>
    {
        CannotListenException refused = Assert.Throws<CannotListenException>(
            () => rig.Reactor.ListenTcp(0, new RecordingFactory(), host: host, options: new TcpListenOptions { DualMode = true }));

        Assert.Contains("::", refused.Message, StringComparison.Ordinal);
        rig.Reactor.ListenTcp(0, new RecordingFactory(), host: host, options: new TcpListenOptions { DualMode = false });
        return Task.CompletedTask;
    });

    [Theory, Clause("FD-60", "I6")]
    [InlineData(0)]
    [InlineData(1_000)]
    [InlineData(1_000_000)]
    public void WriteHighWaterMark_Given_IsWhereProducersArePaused(int mark) => Run(async rig =>
    {
        Pair pair = await ConnectPairWith(rig, new TcpListenOptions { WriteHighWaterMark = mark }, new TcpConnectOptions { WriteHighWaterMark = mark });
        foreach ((RecordingProtocol end, RecordingProtocol other) in new[] { (pair.Server, pair.Client), (pair.Client, pair.Server) })
        {
            PushProducer producer = new();
            end.Transport.RegisterProducer(producer, streaming: true);
            if (mark > 0)
            {
                end.Transport.Write([0]); // So that nothing goes out directly.
                end.Transport.Write(new byte[mark - 1]);
            }

            Assert.Empty(producer.Journal);
            end.Transport.Write([0]);
            Assert.Equal(["pause"], producer.Journal);

            await rig.Until(() => other.ReceivedCount == mark + 1);
            await rig.Until(() => producer.Journal.Count == 2);
            Assert.Equal("resume", producer.Journal[1]);
            end.Transport.UnregisterProducer();
        }
    });

    [Theory, Clause("I6", "TCP-58")]
    [InlineData(false)]
    [InlineData(true)]
    public void WriteLimit_Exceeded_AbortsWithAPreciseErrorInALaterTurn(bool isSequence) => Run(async rig =>
    {
        const int Limit = 100_000;
        Pair pair = await ConnectPairWith(rig, new TcpListenOptions(), new TcpConnectOptions { WriteLimit = Limit });
        PushProducer producer = new();
        pair.Client.Transport.RegisterProducer(producer, streaming: true);
        pair.Client.Transport.Write([1]); // So that nothing goes out directly.

        if (isSequence)
        {
            pair.Client.Transport.Write(SequenceOf(new byte[Limit / 2], new byte[Limit / 2]));
        }
        else
        {
            pair.Client.Transport.Write(new byte[Limit]);
        }

        pair.Client.Transport.Write([2]);
        Assert.Equal(0, pair.Client.LostCount);
        Assert.Equal(0, PendingOf(pair.Client.Transport));
        await rig.Until(() => pair.IsOver);
        WriteLimitExceededException reason = AssertReason<WriteLimitExceededException>(pair.Client);
        Assert.Equal((Limit + 1, Limit), (reason.Waiting, reason.Limit));
        Assert.IsAssignableFrom<ConnectionLostException>(reason);
        AssertReason<ConnectionLostException>(pair.Server); // A reset: what it has is not all.
        Assert.Same(reason, Assert.Single(pair.ClientFactory.Losses));
        Assert.Equal(["stop"], producer.Journal);
    });

    [Fact, Clause("I6")]
    public void WriteLimit_JustReached_SendsAll() => Run(async rig =>
    {
        const int Limit = 100_000;
        Pair pair = await ConnectPairWith(rig, new TcpListenOptions(), new TcpConnectOptions { WriteLimit = Limit });

        pair.Client.Transport.Write([1]);
        pair.Client.Transport.Write(new byte[Limit - 1]);
        await rig.Until(() => pair.Server.ReceivedCount == Limit);
        for (int round = 0; round < 20; round++)
        {
            // What the kernel has taken does not count.
            await rig.Until(() => PendingOf(pair.Client.Transport) == 0);
            pair.Client.Transport.Write(new ReadOnlySequence<byte>(new byte[Limit]));
        }

        await rig.Until(() => pair.Server.ReceivedCount == 21 * Limit);
        Assert.Equal(0, pair.Client.LostCount);
    });

    [Fact, Clause("I6")]
    public void WriteLimit_ReachedByOneWhoDoesNotRead_EndsThatConnectionOnly() => Run(async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Reactor.ListenTcp(0, factory, host: "127.0.0.1", options: new TcpListenOptions { WriteLimit = 1 << 20 });
        using RawPeer slow = RawPeer.Connect(ReactorRig.AddressOf(port));
        using RawPeer other = RawPeer.Connect(ReactorRig.AddressOf(port));
        await rig.Until(() => factory.Built.Count == 2);
        RecordingProtocol victim = factory.Built.Single(protocol => protocol.Transport.GetPeer().Equals(slow.LocalAddress));
        RecordingProtocol survivor = factory.Built.Single(protocol => protocol != victim);

        while (victim.LostCount == 0)
        {
            victim.Transport.Write(new byte[100_000]);
            await rig.NextTurn();
        }

        AssertReason<WriteLimitExceededException>(victim);
        survivor.Transport.Write([7]);
        Assert.Equal([7], await rig.Until(other.Receive(1)));
    });

    [Fact, Clause("FD-54")]
    public void StopConsuming_ProducerIsRegistered_ForgetsItAndCloses() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        StreamConnection client = (StreamConnection)pair.Client.Transport;
        PushProducer producer = new();
        client.RegisterProducer(producer, streaming: true);
        client.Write([1, 2, 3]);

        client.StopConsuming();

        await rig.Until(() => pair.IsOver);
        AssertReason<ConnectionDoneException>(pair.Client);
        Assert.Equal(3, pair.Server.ReceivedCount);
        Assert.Empty(producer.Journal);
        client.StopConsuming(); // Harmless after the end (FD-67).
    });

    [Fact, Clause("FD-17")]
    public void RemoveAll_WriterIsArmed_LaterWritesGoOutAllTheSame() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();
        byte[] all = Payload.Make(8 << 20);
        pair.Server.Transport.Write(all);
        await rig.NextTurn();
        IReadOnlyList<IFileDescriptor> removed = rig.Reactor.RemoveAll();
        Assert.Contains((IFileDescriptor)pair.Server.Transport, removed);
        Assert.Contains((IFileDescriptor)pair.Port, removed);
        Task<byte[]> received = pair.Peer.Receive(all.Length + 1);

        pair.Server.Transport.Write([42]);

        byte[] came = await rig.Until(received);
        Assert.Equal(42, came[^1]);
        Assert.True(came.AsSpan(0, all.Length).SequenceEqual(all));
        await pair.Port.StopListening(); // Whoever removes a port has it to care for.
    });

    private static async Task<Pair> ConnectPairWith(ReactorRig rig, TcpListenOptions listen, TcpConnectOptions connect)
    {
        RecordingFactory servers = new() { Name = "servers" };
        RecordingFactory clients = new() { Name = "clients" };
        IListeningPort port = rig.Reactor.ListenTcp(0, servers, host: "127.0.0.1", options: listen);
        IConnector connector = rig.Reactor.ConnectTcp("127.0.0.1", ReactorRig.AddressOf(port).Port, clients, options: connect);
        await rig.Until(() => servers.Built.Count == 1 && clients.Built.Count == 1);
        return new Pair(port, connector, servers, clients);
    }

    private static int GetNumber(ReactorRig rig, int fd, int option)
    {
        Assert.Equal(0, rig.Kernel.Sockets.GetOption(fd, SocketConstants.SOL_SOCKET, option, out int value));
        return value;
    }
}
