using Spindle.Kernel;
using Spindle.Streams;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Aborting.</content>
public abstract partial class TcpContract
{
    [Fact, Clause("TCP-57", "TCP-58")]
    public void AbortConnection_Connected_ResetsThePeerInALaterTurn() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        StreamConnection transport = (StreamConnection)pair.Client.Transport;

        transport.AbortConnection();

        Assert.Equal(0, pair.Client.LostCount);
        Assert.DoesNotContain(transport, rig.Reactor.GetReaders());
        await rig.Until(() => pair.IsOver);
        AssertReason<TransportAbortedException>(pair.Client);
        AssertErrno(Errno.ECONNRESET, AssertReason<ConnectionLostException>(pair.Server));
        Assert.Same(pair.Client.Reason, pair.ClientFactory.Losses[0]);
    });

    [Fact, Clause("TCP-57")]
    public void AbortConnection_InDataReceived_IsNotReentrant() => Run(async rig =>
    {
        RecordingProtocol server = new();
        int lostInside = -1;
        server.OnData = _ =>
        {
            server.Transport.AbortConnection();
            lostInside = server.LostCount;
        };
        Pair pair = await rig.ConnectPair(server);

        pair.Client.Transport.Write([1]);

        await rig.Until(() => pair.IsOver);
        Assert.Equal(0, lostInside);
        Assert.Equal(1, server.DataCount);
        AssertReason<TransportAbortedException>(server);
    });

    [Fact, Clause("TCP-57", "TCP-58")]
    public void AbortConnection_DataWaits_SendsNoneOfIt() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();

        pair.Client.Transport.Write([1, 2, 3]);
        pair.Client.Transport.AbortConnection();
        pair.Client.Transport.Write([4, 5, 6]);
        pair.Client.Transport.Write(new byte[100_000]);

        await rig.Until(() => pair.IsOver);
        Assert.Equal(0, pair.Server.ReceivedCount);
        AssertReason<TransportAbortedException>(pair.Client);
    });

    [Fact, Clause("TCP-58")]
    public void AbortConnection_BuffersAreFull_ResetsThePeer() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        pair.Server.Transport.PauseProducing();
        pair.Client.Transport.Write(new byte[16 << 20]);
        await rig.NextTurn();
        await rig.NextTurn();
        Assert.Single(rig.Reactor.GetWriters());

        pair.Client.Transport.AbortConnection();

        Assert.Empty(rig.Reactor.GetWriters());
        await rig.Until(() => pair.Client.LostCount == 1);
        AssertReason<TransportAbortedException>(pair.Client);
        pair.Server.Transport.ResumeProducing();
        await rig.Until(() => pair.Server.LostCount == 1);
        AssertReason<ConnectionLostException>(pair.Server);
    });

    [Fact, Clause("TCP-58")]
    public void AbortConnection_LingerIsRefused_ClosesAllTheSame() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        rig.Plan.FailNext(Operation.SetSockOpt, Errno.ENOBUFS);

        pair.Client.Transport.AbortConnection();

        await rig.Until(() => pair.IsOver);
        AssertReason<TransportAbortedException>(pair.Client);
    });

    [Fact, Clause("TCP-59")]
    public void AbortConnection_Twice_IsToldOnce() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();

        pair.Client.Transport.AbortConnection();
        pair.Client.Transport.AbortConnection();

        await rig.Until(() => pair.IsOver);
        await rig.NextTurn();
        AssertReason<TransportAbortedException>(pair.Client);
    });

    [Fact, Clause("TCP-59")]
    public void LoseConnection_Aborting_ChangesNothing() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();

        pair.Client.Transport.AbortConnection();
        pair.Client.Transport.LoseConnection();
        pair.Client.Transport.LoseWriteConnection();

        await rig.Until(() => pair.IsOver);
        AssertReason<TransportAbortedException>(pair.Client);
        AssertErrno(Errno.ECONNRESET, AssertReason<ConnectionLostException>(pair.Server));
    });

    [Fact, Clause("TCP-57", "TCP-59")]
    public void AbortConnection_Closing_Aborts() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();

        pair.Client.Transport.Write([1]);
        pair.Client.Transport.LoseConnection();
        pair.Client.Transport.AbortConnection();

        await rig.Until(() => pair.IsOver);
        AssertReason<TransportAbortedException>(pair.Client);
        Assert.Equal(0, pair.Server.ReceivedCount);
    });

    [Fact, Clause("TCP-57")]
    public void AbortConnection_HalfClosing_TellsOfTheEndOnly() => Run(async rig =>
    {
        HalfCloseProtocol client = new();
        Pair pair = await rig.ConnectPair(client: client);

        client.Transport.LoseWriteConnection();
        client.Transport.AbortConnection();

        await rig.Until(() => pair.IsOver);
        AssertReason<TransportAbortedException>(client);
        Assert.Equal(0, client.WriteLostCount);
    });

    [Fact, Clause("TCP-57", "TCP-59")]
    public void AbortConnection_WriteSideIsClosed_Aborts() => Run(async rig =>
    {
        HalfCloseProtocol client = new();
        Pair pair = await rig.ConnectPair(new HalfCloseProtocol(), client);
        client.Transport.LoseWriteConnection();
        await rig.Until(() => client.WriteLostCount == 1);

        client.Transport.AbortConnection();
        client.Transport.LoseConnection(); // Would be synchronous, were it not for the abort.

        Assert.Equal(0, client.LostCount);
        await rig.Until(() => client.LostCount == 1);
        AssertReason<TransportAbortedException>(client);
        pair.Server.Transport.LoseConnection();
        await rig.Until(() => pair.IsOver);
    });

    [Fact, Clause("TCP-57")]
    public void AbortConnection_InConnectionMade_EndsIt() => Run(async rig =>
    {
        RecordingProtocol server = new();
        server.OnMade = () => server.Transport.AbortConnection();

        Pair pair = await rig.ConnectPair(server);

        await rig.Until(() => pair.IsOver);
        AssertReason<TransportAbortedException>(server);
    });

    [Fact, Clause("TCP-60")]
    public void DataReceived_AbortsAndThrows_EndsWithTheException() => Run(async rig =>
    {
        InvalidOperationException failure = new("the protocol's");
        RecordingProtocol server = new();
        server.OnData = _ =>
        {
            server.Transport.AbortConnection();
            throw failure;
        };
        Pair pair = await rig.ConnectPair(server);

        pair.Client.Transport.Write([1]);

        await rig.Until(() => pair.IsOver);
        await rig.NextTurn();
        Assert.Same(failure, AssertReason<InvalidOperationException>(server));
        AssertErrno(Errno.ECONNRESET, AssertReason<ConnectionLostException>(pair.Client));
        Assert.Same(failure, rig.TakeError().Exception);
    });

    [Fact, Clause("TCP-57", "TCP-60")]
    public void ResumeProducing_AbortsAndThrows_EndsWithTheException() => Run(async rig =>
    {
        InvalidOperationException failure = new("the producer's");
        Pair pair = await rig.ConnectPair();
        PullProducer producer = new();
        producer.OnResume = () =>
        {
            if (producer.Resumed == 2)
            {
                pair.Client.Transport.AbortConnection();
                throw failure;
            }
        };

        pair.Client.Transport.RegisterProducer(producer, streaming: false);
        pair.Client.Transport.Write([1]);

        await rig.Until(() => pair.IsOver);
        await rig.NextTurn();
        Assert.Same(failure, AssertReason<InvalidOperationException>(pair.Client));
        Assert.Equal(1, producer.Stopped);
        Assert.Same(failure, rig.TakeError().Exception);
    });

    [Fact, Clause("TCP-61", "TCP-57")]
    public void AbortConnection_ProducerIsRegistered_StopsIt() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        PullProducer producer = new();
        pair.Client.Transport.RegisterProducer(producer, streaming: false);
        pair.Client.Transport.Write([1]);

        pair.Client.Transport.AbortConnection();

        await rig.Until(() => pair.IsOver);
        Assert.Equal(1, producer.Resumed); // When it was registered; not once more by the flush that never was.
        Assert.Equal(1, producer.Stopped);
    });

    [Fact, Clause("TCP-57")]
    public void AbortConnection_Paused_EndsIt() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        pair.Client.Transport.PauseProducing();

        pair.Client.Transport.AbortConnection();
        pair.Client.Transport.ResumeProducing();

        Assert.DoesNotContain((IReadDescriptor)pair.Client.Transport, rig.Reactor.GetReaders());
        await rig.Until(() => pair.IsOver);
        AssertReason<TransportAbortedException>(pair.Client);
    });
}
