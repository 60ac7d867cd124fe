using System.Buffers;
using System.Text;
using Spindle.Descriptors;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Writing and closing: what transports share.</content>
public abstract partial class TcpContract
{
    [Fact, Clause("FD-36")]
    public void Transport_NewAndEnded_TellsItsState() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        FileDescriptor transport = (FileDescriptor)pair.Client.Transport;
        Assert.Equal((true, false, false), (transport.IsConnected, transport.IsDisconnected, transport.IsDisconnecting));

        pair.Client.Transport.LoseConnection();

        Assert.Equal((true, false, true), (transport.IsConnected, transport.IsDisconnected, transport.IsDisconnecting));
        await rig.Until(() => pair.IsOver);
        Assert.Equal((false, true), (transport.IsConnected, transport.IsDisconnected));
    });

    [Fact, Clause("FD-37", "FD-38")]
    public void Transport_Always_OffersTheInterfacesAndLimits() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();

        Assert.IsAssignableFrom<IPushProducer>(pair.Client.Transport);
        Assert.IsAssignableFrom<IConsumer>(pair.Client.Transport);
        Assert.IsAssignableFrom<IReadDescriptor>(pair.Client.Transport);
        Assert.IsAssignableFrom<IWriteDescriptor>(pair.Client.Transport);
        Assert.IsAssignableFrom<IHalfCloseableDescriptor>(pair.Client.Transport);
        Assert.Equal(65_536, FileDescriptor.HighWaterMark);
    });

    [Fact, Clause("FD-40")]
    public void Write_Nothing_HasNoEffect() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();

        pair.Client.Transport.Write([]);
        pair.Client.Transport.Write(ReadOnlySequence<byte>.Empty);

        Assert.Empty(rig.Reactor.GetWriters());
        await rig.NextTurn();
        Assert.Equal(0, rig.Plan.Count(Operation.Send));
    });

    [Fact, Clause("FD-41", "FD-44")]
    public void Write_SeveralSmallInOneTurn_AreSentAtItsEndInOneCall() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();

        for (int i = 0; i < 100; i++)
        {
            pair.Client.Transport.Write("ab"u8);
        }

        Assert.Equal(0, rig.Plan.Count(Operation.Send));
        Assert.Contains((IWriteDescriptor)pair.Client.Transport, rig.Reactor.GetWriters());
        await rig.NextTurn();
        Assert.Equal(1, rig.Plan.Count(Operation.Send));
        Assert.Empty(rig.Reactor.GetWriters());
        await rig.Until(() => pair.Server.ReceivedCount == 200);
        Assert.Equal(1, pair.Server.DataCount);
    });

    [Fact, Clause("FD-44")]
    public void Write_MoreThanOneSegment_IsSentInOneCall() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        byte[] piece = Payload.Make(3_000);

        for (int i = 0; i < 10; i++)
        {
            pair.Client.Transport.Write(piece);
        }

        await rig.Until(() => pair.Server.ReceivedCount == 30_000);
        Assert.Equal(0, rig.Plan.Count(Operation.Send));
        Assert.Equal(1, rig.Plan.Count(Operation.SendMessage));
        Assert.Equal(Enumerable.Repeat(piece, 10).SelectMany(each => each), pair.Server.Received.ToArray());
    });

    [Fact, Clause("FD-41")]
    public void Write_OutsideATurn_IsSentInTheNext() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        bool isSentWithin = true;
        rig.Loop.CallAtTurnEnd(new Support.TurnEnd(_ =>
        {
            pair.Client.Transport.Write([1]);
            isSentWithin = rig.Plan.Count(Operation.Send) > 0;
        }));

        await rig.Until(() => pair.Server.ReceivedCount == 1);

        Assert.False(isSentWithin);
    });

    [Fact, Clause("FD-41")]
    public void Write_LargeAndNothingQueued_IsSentAtOnce() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();

        pair.Client.Transport.Write(Payload.Make(8_192));

        Assert.Equal(1, rig.Plan.Count(Operation.Send));
        await rig.Until(() => pair.Server.ReceivedCount == 8_192);
        Assert.Equal(1, rig.Plan.Count(Operation.Send));
    });

    [Fact, Clause("FD-41")]
    public void Write_LargeAfterSmall_KeepsTheOrder() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        byte[] all = Payload.Make(50_000);

        pair.Client.Transport.Write(all.AsSpan(0, 10));
        pair.Client.Transport.Write(all.AsSpan(10, 30_000));
        pair.Client.Transport.Write(all.AsSpan(30_010));

        Assert.Equal(0, rig.Plan.Count(Operation.Send));
        await rig.Until(() => pair.Server.ReceivedCount == all.Length);
        Assert.Equal(all, pair.Server.Received);
    });

    [Theory, Clause("FD-44", "FD-45")]
    [InlineData(FaultKind.Limit, 10)]
    [InlineData(FaultKind.Limit, 10_000)]
    [InlineData(FaultKind.Half, 100)]
    [InlineData(FaultKind.Half, 300_000)]
    public void Write_KernelTakesPart_SendsTheRestWhenItCan(FaultKind kind, int length) => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        byte[] all = Payload.Make(length);
        rig.Plan.AddNext(Operation.Send, kind, value: 1, times: 5);
        rig.Plan.AddNext(Operation.SendMessage, kind, value: 1, times: 5);

        pair.Client.Transport.Write(all);

        await rig.Until(() => pair.Server.ReceivedCount == all.Length);
        Assert.InRange(rig.Plan.Fired, 5, 10);
        Assert.Equal(all, pair.Server.Received);
        Assert.Empty(rig.Reactor.GetWriters());
    });

    [Fact, Clause("FD-43")]
    public void Write_Sequence_IsSentAsOne() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        ReadOnlySequence<byte> sequence = SequenceOf("one"u8.ToArray(), [], "two"u8.ToArray(), "three"u8.ToArray());

        pair.Client.Transport.Write(sequence);

        Assert.Equal(0, rig.Plan.Count(Operation.Send));
        await rig.Until(() => pair.Server.ReceivedCount == 11);
        Assert.Equal("onetwothree", Encoding.ASCII.GetString(pair.Server.Received));
        Assert.Equal(1, rig.Plan.Count(Operation.Send));
    });

    [Fact, Clause("FD-43")]
    public void Write_SequenceOfOnePiece_IsSent() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();

        pair.Client.Transport.Write(new ReadOnlySequence<byte>("one"u8.ToArray()));

        await rig.Until(() => pair.Server.ReceivedCount == 3);
        Assert.Equal("one"u8, pair.Server.Received);
    });

    [Fact, Clause("FD-40", "FD-41")]
    public void Write_BufferIsChangedAfterwards_SendsWhatItWas() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        byte[] data = [1, 2, 3];

        pair.Client.Transport.Write(data);
        data[0] = 9;

        await rig.Until(() => pair.Server.ReceivedCount == 3);
        Assert.Equal([1, 2, 3], pair.Server.Received.ToArray());
    });

    [Fact, Clause("FD-42", "FD-48")]
    public void Write_AfterLoseConnection_IsDropped() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();

        pair.Client.Transport.Write([1, 2, 3]);
        pair.Client.Transport.LoseConnection();
        pair.Client.Transport.Write([4]);
        pair.Client.Transport.Write(new byte[10_000]);

        await rig.Until(() => pair.IsOver);
        Assert.Equal([1, 2, 3], pair.Server.Received.ToArray());
    });

    [Fact, Clause("FD-48", "TCP-55")]
    public void LoseConnection_MuchWaits_SendsItFirst() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        byte[] all = Payload.Make(8 << 20);

        pair.Client.Transport.Write(all);
        pair.Client.Transport.LoseConnection();

        await rig.Until(() => pair.IsOver);
        Assert.True(pair.Server.Received.SequenceEqual(all));
        AssertReason<ConnectionDoneException>(pair.Client);
        AssertReason<ConnectionDoneException>(pair.Server);
    });

    [Fact, Clause("FD-48", "FD-50")]
    public void LoseConnection_Called_StopsReadingForGood() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        pair.Server.Transport.PauseProducing();
        pair.Client.Transport.Write(new byte[16 << 20]); // So that it cannot close yet.
        IReadDescriptor transport = (IReadDescriptor)pair.Client.Transport;

        pair.Client.Transport.LoseConnection();
        Assert.DoesNotContain(transport, rig.Reactor.GetReaders());
        pair.Client.Transport.ResumeProducing();
        pair.Client.Transport.LoseConnection();

        Assert.DoesNotContain(transport, rig.Reactor.GetReaders());
        pair.Server.Transport.Write([1]);
        pair.Server.Transport.ResumeProducing();
        await rig.Until(() => pair.IsOver);
        Assert.Equal(16 << 20, pair.Server.ReceivedCount);
        Assert.Equal(0, pair.Client.ReceivedCount);
    });

    [Fact, Clause("FD-52")]
    public void ConnectionLost_DataWaits_LosesIt() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();
        pair.Server.Transport.Write(new byte[16 << 20]);
        await rig.NextTurn();
        Assert.Single(rig.Reactor.GetWriters());

        pair.Peer.Reset();

        await rig.Until(() => pair.Server.LostCount == 1);
        AssertReason<ConnectionLostException>(pair.Server);
        Assert.Empty(rig.Reactor.GetWriters());
    });

    [Fact, Clause("FD-54")]
    public void StopProducing_Transport_LosesTheConnection() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        pair.Client.Transport.Write([1]);

        pair.Client.Transport.StopProducing();

        await rig.Until(() => pair.IsOver);
        AssertReason<ConnectionDoneException>(pair.Client);
        Assert.Equal(1, pair.Server.ReceivedCount);
    });

    [Fact, Clause("FD-54")]
    public void PauseProducing_DataComes_IsDeliveredAfterResume() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        pair.Server.Transport.PauseProducing();
        pair.Server.Transport.PauseProducing();
        pair.Client.Transport.Write([1]);
        await rig.NextTurn();
        await rig.NextTurn();
        Assert.Equal(0, pair.Server.ReceivedCount);

        pair.Server.Transport.ResumeProducing();
        pair.Server.Transport.ResumeProducing();

        await rig.Until(() => pair.Server.ReceivedCount == 1);
    });

    [Fact, Clause("FD-15", "FD-54")]
    public void PauseProducing_InDataReceived_BringsNoMoreData() => Run(async rig =>
    {
        RecordingProtocol server = new();
        server.OnData = _ => server.Transport.PauseProducing();
        Pair pair = await rig.ConnectPair(server);

        pair.Client.Transport.Write(new byte[1_000_000]);
        await rig.Until(() => server.DataCount == 1);
        await rig.NextTurn();
        await rig.NextTurn();

        Assert.Equal(1, server.DataCount);
        server.OnData = null;
        server.Transport.ResumeProducing();
        await rig.Until(() => server.ReceivedCount == 1_000_000);
    });

    [Theory, Clause("FD-55")]
    [InlineData(true)]
    [InlineData(false)]
    public void PauseProducing_InConnectionMade_Holds(bool isServer) => Run(async rig =>
    {
        RecordingProtocol paused = new();
        paused.OnMade = () => paused.Transport.PauseProducing();
        RecordingProtocol other = new();
        await (isServer ? rig.ConnectPair(paused, other) : rig.ConnectPair(other, paused));

        other.Transport.Write([1]);
        await rig.NextTurn();
        await rig.NextTurn();

        Assert.Equal(0, paused.ReceivedCount);
        paused.Transport.ResumeProducing();
        await rig.Until(() => paused.ReceivedCount == 1);
    });

    [Fact, Clause("FD-56")]
    public void ResumeProducing_PeerHasClosed_TellsOfTheEnd() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();
        pair.Server.Transport.PauseProducing();
        await pair.Peer.Send(new byte[] { 1 });
        pair.Peer.Dispose();
        await rig.NextTurn();
        await rig.NextTurn();
        Assert.Equal(0, pair.Server.LostCount);

        pair.Server.Transport.ResumeProducing();

        await rig.Until(() => pair.Server.LostCount == 1);
        Assert.Equal(1, pair.Server.ReceivedCount);
        AssertReason<ConnectionDoneException>(pair.Server);
    });

    [Fact, Clause("FD-57")]
    public void Write_PausedAndPeerHasClosed_NoticesTheEnd() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();
        pair.Server.Transport.PauseProducing();
        pair.Peer.Dispose();

        pair.Server.Transport.Write([1]); // Answered by a reset.
        await rig.Until(() => rig.Plan.Count(Operation.Send) == 1);

        // On a busy machine the reset may be a little late; a write before it is taken like the first.
        Task isLost = rig.Until(() => pair.Server.LostCount == 1);
        while (!isLost.IsCompleted)
        {
            pair.Server.Transport.Write([2]);
            await rig.NextTurn();
        }

        await isLost;
        AssertReason<ConnectionLostException>(pair.Server);
    });

    private static ReadOnlySequence<byte> SequenceOf(params byte[][] pieces)
    {
        SequencePiece first = new(pieces[0], 0);
        SequencePiece last = first;
        foreach (byte[] piece in pieces.Skip(1))
        {
            last = last.Append(piece);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
