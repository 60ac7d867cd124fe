using System.Runtime.CompilerServices;
using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Streams;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Data, and how connections end.</content>
public abstract partial class TcpContract
{
    private const int ReceiveBufferSize = 262_144;

    [Fact, Clause("TCP-49")]
    public void DoRead_MuchWaits_IsReceivedInPieces() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();
        byte[] data = Payload.Make(1_000_000);

        Task sent = pair.Peer.Send(data);

        await rig.Until(() => pair.Server.ReceivedCount == data.Length);
        await sent;
        Assert.Equal(data, pair.Server.Received);
        SystemCall[] reads = [.. rig.Plan.Calls.Where(call => call is { Operation: Operation.Receive, Result: > 0 })];
        Assert.All(reads, read => Assert.InRange(read.Result, 1, ReceiveBufferSize));
        Assert.Equal(reads.Count(read => read.Result < ReceiveBufferSize), reads.Where(read => read.Result < ReceiveBufferSize).Select(read => read.Turn).Distinct().Count());
        Assert.Equal(reads.Length, pair.Server.DataCount);
    });

    [Fact, Clause("TCP-49")]
    public void DoRead_ReadsFillTheBuffer_ReadsEightTimesATurn() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();
        rig.Plan.AddNext(Operation.Receive, FaultKind.Outcome, 'x', times: 10);

        await pair.Peer.Send(new byte[1]);
        await rig.Until(() => pair.Server.DataCount == 8);
        await rig.NextTurn();
        Assert.Equal(8, rig.Plan.Fired);
        await pair.Peer.Send(new byte[1]);

        await rig.Until(() => pair.Server.DataCount == 10);
        Assert.Equal(10 * ReceiveBufferSize, pair.Server.ReceivedCount);
        Assert.Equal([8, 3], rig.Plan.Calls.Where(call => call.Operation == Operation.Receive).GroupBy(call => call.Turn).Select(turn => turn.Count())); // The last one finds nothing.
        Assert.Equal(0, pair.Server.LostCount);
    });

    [Theory, Clause("TCP-49", "FD-15")]
    [InlineData("pauses")]
    [InlineData("loses")]
    [InlineData("aborts")]
    [InlineData("removes")]
    [InlineData("throws")]
    public void DoRead_ProtocolWantsNoMore_ReadsNoMore(string what) => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();
        ITcpTransport transport = pair.Server.Tcp;
        rig.Plan.AddNext(Operation.Receive, FaultKind.Outcome, 'x', times: 8);
        pair.Server.OnData = _ =>
        {
            if (pair.Server.DataCount == 2)
            {
                Want(what);
            }
        };

        await pair.Peer.Send(new byte[1]);
        await rig.Until(() => pair.Server.DataCount == 2);
        await rig.NextTurn();

        Assert.Equal(2, rig.Plan.Fired);
        Assert.Equal(what is "pauses" or "removes" ? 0 : 1, pair.Server.LostCount);
        if (what == "throws")
        {
            Assert.Equal("no more", rig.TakeError().Exception!.Message);
        }

        rig.Plan.Clear();
        transport.AbortConnection();

        void Want(string what)
        {
            switch (what)
            {
                case "pauses":
                    transport.PauseProducing();
                    break;
                case "loses":
                    transport.LoseConnection();
                    break;
                case "aborts":
                    transport.AbortConnection();
                    break;
                case "removes":
                    rig.Reactor.RemoveReader((IReadDescriptor)transport);
                    break;
                default:
                    throw new InvalidOperationException("no more");
            }
        }
    });

    [Fact, Clause("TCP-49")]
    public void DoRead_WouldBlock_IsNothing() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();
        rig.Plan.FailNext(Operation.Receive, Errno.EAGAIN);

        await pair.Peer.Send(new byte[3]);

        await rig.Until(() => pair.Server.ReceivedCount == 3);
        Assert.Equal(1, rig.Plan.Fired);
        Assert.Equal(0, pair.Server.LostCount);
    });

    [Theory, Clause("TCP-49", "TCP-55")]
    [InlineData(Errno.ECONNRESET)]
    [InlineData(Errno.ETIMEDOUT)]
    [InlineData(Errno.ENOMEM)]
    public void DoRead_Fails_LosesTheConnection(int errno) => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        rig.Plan.FailNext(Operation.Receive, errno);

        pair.Client.Transport.Write([1]);

        await rig.Until(() => pair.Server.LostCount == 1);
        AssertErrno(errno, AssertReason<ConnectionLostException>(pair.Server));
        Assert.Equal(0, pair.Server.ReceivedCount);
    });

    [Fact, Clause("TCP-51")]
    public void DataReceived_Throws_LosesTheConnectionWithIt() => Run(async rig =>
    {
        InvalidOperationException failure = new("the protocol's");
        Pair pair = await rig.ConnectPair(server: new RecordingProtocol("Echo") { OnData = _ => throw failure });

        pair.Client.Transport.Write([1]);

        await rig.Until(() => pair.IsOver);
        Assert.Same(failure, AssertReason<InvalidOperationException>(pair.Server));
        LogRecord record = rig.TakeError();
        Assert.Same(failure, record.Exception);
        Assert.StartsWith("[Echo,0,127.0.0.1]", record.Text, StringComparison.Ordinal);
    });

    [Theory, Clause("TCP-52", "FD-45")]
    [InlineData(Errno.EAGAIN)]
    [InlineData(Errno.ENOBUFS)]
    public void Write_KernelIsFull_SendsLater(int errno) => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        rig.Plan.FailNext(Operation.Send, errno);

        pair.Client.Transport.Write([1, 2, 3]);
        await rig.NextTurn();

        Assert.Contains((IWriteDescriptor)pair.Client.Transport, rig.Reactor.GetWriters());
        await rig.Until(() => pair.Server.ReceivedCount == 3);
        Assert.Empty(rig.Reactor.GetWriters());
        Assert.Equal(0, pair.Client.LostCount);
    });

    [Theory, Clause("TCP-52", "FD-45")]
    [InlineData(Errno.EPIPE, 3)]
    [InlineData(Errno.ECONNRESET, 3)]
    [InlineData(Errno.EIO, 100_000)]
    public void Write_SendFails_LosesTheConnectionAtTheTurnsEnd(int errno, int length) => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        rig.Plan.FailNext(Operation.Send, errno);

        pair.Client.Transport.Write(new byte[length]);

        Assert.Equal(0, pair.Client.LostCount);
        await rig.Until(() => pair.IsOver);
        AssertErrno(errno, AssertReason<ConnectionLostException>(pair.Client));
    });

    [Fact, Clause("TCP-52")]
    public void Write_SendFails_SendsNothingMore() => Run(async rig =>
    {
        // Were the second write still sent, the peer would get data with a hole in it.
        Pair pair = await rig.ConnectPair();
        rig.Plan.FailNext(Operation.Send, Errno.EHOSTUNREACH);

        pair.Client.Transport.Write(new byte[10_000]);
        pair.Client.Transport.Write(new byte[10_000]);
        pair.Client.Transport.Write([1]);

        await rig.Until(() => pair.IsOver);
        Assert.Equal(0, pair.Server.ReceivedCount);
        AssertErrno(Errno.EHOSTUNREACH, AssertReason<ConnectionLostException>(pair.Client));
    });

    [Fact, Clause("TCP-52", "FD-6", "I2")]
    public void Write_WriterCannotBeWatched_EndsTheConnectionAndNotTheCall() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        Operation change = Kind == SelectorKind.Epoll ? Operation.EpollModify : Operation.Statx;
        rig.Plan.AddNext(Operation.Send, FaultKind.Limit, 5);
        rig.Plan.FailNext(change, Errno.ENOMEM);

        pair.Client.Transport.Write(new byte[10_000]); // Sent at once; what the kernel did not take waits for it.

        Assert.Equal(2, rig.Plan.Fired);
        Assert.Equal(0, pair.Client.LostCount);
        await rig.Until(() => pair.IsOver);
        AssertErrno(Errno.ENOMEM, AssertReason<SystemCallException>(pair.Client));
        Assert.Equal(5, pair.Server.ReceivedCount);
    });

    [Fact, Clause("FD-54", "I2")]
    public void ResumeProducing_CannotBeWatched_EndsTheConnectionAndNotTheCall() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        pair.Server.Transport.PauseProducing();
        rig.Plan.FailNext(Registration, Errno.ENOSPC);

        pair.Server.Transport.ResumeProducing();

        Assert.Equal(0, pair.Server.LostCount);
        await rig.Until(() => pair.IsOver);
        AssertErrno(Errno.ENOSPC, AssertReason<SystemCallException>(pair.Server));
    });

    [Fact, Clause("TCP-52", "TCP-58")]
    public void Write_EightMebibytesBothWays_ArriveWhole() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        byte[] up = Payload.Make(8 << 20, 1);
        byte[] down = Payload.Make(8 << 20, 2);

        pair.Client.Transport.Write(up);
        pair.Server.Transport.Write(down);

        await rig.Until(() => pair.Server.ReceivedCount == up.Length && pair.Client.ReceivedCount == down.Length);
        Assert.True(pair.Server.Received.SequenceEqual(up));
        Assert.True(pair.Client.Received.SequenceEqual(down));
        Assert.Empty(rig.Reactor.GetWriters());
        Assert.All(
            rig.Plan.Calls.Where(call => call.Operation is Operation.Send or Operation.SendMessage),
            send => Assert.InRange(send.Result, -Errno.EAGAIN, 262_144));
    });

    [Fact, Clause("TCP-53", "TCP-54", "FD-14")]
    public void ConnectionLost_Orderly_UnregistersShutsDownClosesAndTellsLast() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        StreamConnection transport = (StreamConnection)pair.Client.Transport;
        int fd = transport.Fileno();
        bool isWatched = true;
        int fdInside = fd;
        pair.Client.OnLost = _ =>
        {
            isWatched = rig.Reactor.GetReaders().Contains(transport) || rig.Reactor.GetWriters().Contains(transport);
            fdInside = transport.Fileno();
        };

        pair.Client.Transport.LoseConnection();

        await rig.Until(() => pair.IsOver);
        Assert.False(isWatched);
        Assert.Equal(-1, fdInside);
        Assert.Null(transport.Protocol);
        Operation[] calls = [.. rig.Plan.Calls.Where(call => call.Fd == fd).Select(call => call.Operation)];
        int shutdown = Array.LastIndexOf(calls, Operation.Shutdown);
        Assert.Equal(Operation.Close, calls[shutdown + 1]);
        Assert.DoesNotContain(Operation.EpollDelete, calls[(shutdown + 1)..]);
    });

    [Fact, Clause("TCP-54")]
    public void ConnectionLost_ShutdownAndCloseFail_DoesNotMatter() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        rig.Plan.AddNext(Operation.Shutdown, FaultKind.ErrorAfter, Errno.ENOTCONN, times: 2);
        rig.Plan.AddNext(Operation.Close, FaultKind.ErrorAfter, Errno.EIO, times: 2);

        pair.Client.Transport.LoseConnection();

        await rig.Until(() => pair.IsOver);
        Assert.Equal(4, rig.Plan.Fired);
        AssertReason<ConnectionDoneException>(pair.Client);
        AssertReason<ConnectionDoneException>(pair.Server);
    });

    [Fact, Clause("TCP-53")]
    public void ConnectionLost_Always_LetsGoOfTheProtocol() => Run(async rig =>
    {
        (WeakReference protocol, ITransport transport) = await ConnectAndLose(rig);

        await rig.Until(() => IsCollected(protocol));

        Assert.NotNull(transport.GetPeer());
        GC.KeepAlive(transport);
    });

    [Fact, Clause("TCP-55")]
    public void ConnectionLost_PeerCloses_IsDone() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();

        pair.Peer.Dispose();

        await rig.Until(() => pair.Server.LostCount == 1);
        Assert.Same(ConnectionDoneException.Instance, AssertReason<ConnectionDoneException>(pair.Server));
    });

    [Fact, Clause("TCP-55")]
    public void ConnectionLost_PeerResets_IsLost() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();

        pair.Peer.Reset();

        await rig.Until(() => pair.Server.LostCount == 1);
        AssertErrno(Errno.ECONNRESET, AssertReason<ConnectionLostException>(pair.Server));
    });

    [Fact, Clause("TCP-55")]
    public void LoseConnection_NothingWaits_IsDoneOnBothSides() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();

        pair.Server.Transport.LoseConnection();

        Assert.Equal(0, pair.Server.LostCount); // Never within the call.
        await rig.Until(() => pair.IsOver);
        AssertReason<ConnectionDoneException>(pair.Server);
        AssertReason<ConnectionDoneException>(pair.Client);
    });

    [Fact, Clause("TCP-53")]
    public void ConnectionLost_Throws_IsLoggedAndTheFactoryIsStillTold() => Run(async rig =>
    {
        InvalidOperationException failure = new("the protocol's");
        Pair pair = await rig.ConnectPair(client: new RecordingProtocol("Echo") { OnLost = _ => throw failure });

        pair.Client.Transport.LoseConnection();

        await rig.Until(() => pair.IsOver);
        Assert.Equal(1, pair.Client.LostCount);
        Assert.Same(ConnectionDoneException.Instance, Assert.Single(pair.ClientFactory.Losses));
        Assert.Equal(1, pair.ClientFactory.Stops);
        LogRecord record = rig.TakeError();
        Assert.Same(failure, record.Exception);
        Assert.StartsWith("[Echo,client]", record.Text, StringComparison.Ordinal);
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<(WeakReference Protocol, ITransport Transport)> ConnectAndLose(ReactorRig rig)
    {
        WeakReference? reference = null;
        ITransport? transport = null;
        IListeningPort port = rig.Listen(Factory.For(_ =>
        {
            LossProtocol protocol = new(made => transport = made);
            reference = new WeakReference(protocol);
            return protocol;
        }));
        using (RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port)))
        {
            await rig.Until(() => transport is not null);
        }

        await rig.Until(() => ((StreamConnection)transport!).Fileno() < 0);
        return (reference!, transport!);
    }

    // The conservative roots of unoptimised code go within a few turns.
    private static bool IsCollected(WeakReference reference)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return !reference.IsAlive;
    }
}
