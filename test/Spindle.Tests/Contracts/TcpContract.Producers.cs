using Spindle.Descriptors;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Producers.</content>
public abstract partial class TcpContract
{
    [Fact, Clause("FD-58")]
    public void RegisterProducer_AnotherIsRegistered_ThrowsAndNamesBoth() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        PushProducer first = new();
        pair.Client.Transport.RegisterProducer(first, streaming: true);
        PullProducer second = new();

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(
            () => pair.Client.Transport.RegisterProducer(second, streaming: false));

        Assert.Contains(nameof(PushProducer), refused.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(PullProducer), refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, second.Resumed);
        pair.Client.Transport.UnregisterProducer();
        pair.Client.Transport.RegisterProducer(second, streaming: false);
        Assert.Equal(1, second.Resumed);
    });

    [Fact, Clause("FD-58")]
    public void RegisterProducer_Disconnected_StopsItAtOnceAndKeepsItNot() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        pair.Client.Transport.LoseConnection();
        await rig.Until(() => pair.IsOver);
        PullProducer first = new();
        PushProducer second = new();

        pair.Client.Transport.RegisterProducer(first, streaming: false);
        pair.Client.Transport.RegisterProducer(second, streaming: true);

        Assert.Equal((0, 1), (first.Resumed, first.Stopped));
        Assert.Equal(["stop"], second.Journal);
    });

    [Fact, Clause("FD-58")]
    public void RegisterProducer_StreamingButCannotBePaused_Throws() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();

        Assert.Throws<ArgumentException>(() => pair.Client.Transport.RegisterProducer(new PullProducer(), streaming: true));
        Assert.Throws<ArgumentNullException>(() => pair.Client.Transport.RegisterProducer(null!, streaming: false));
    });

    [Fact, Clause("FD-59")]
    public void PullProducer_Registered_IsResumedAtOnceAndAfterEachFlush() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        ITransport transport = pair.Client.Transport;
        PullProducer producer = new();
        producer.OnResume = () =>
        {
            transport.Write([(byte)producer.Resumed]);
            if (producer.Resumed == 10)
            {
                transport.UnregisterProducer();
            }
        };

        transport.RegisterProducer(producer, streaming: false);
        Assert.Equal(1, producer.Resumed);

        await rig.Until(() => pair.Server.ReceivedCount == 10);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], pair.Server.Received.ToArray());
        await rig.NextTurn();
        Assert.Equal(10, producer.Resumed);
        Assert.Equal(0, producer.Stopped);
    });

    [Fact, Clause("FD-59")]
    public void PullProducer_WritesMuch_IsResumedOnlyWhenAllIsSent() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        ITransport transport = pair.Client.Transport;
        byte[] piece = Payload.Make(4 << 20);
        List<int> waiting = [];
        PullProducer producer = new();
        producer.OnResume = () =>
        {
            waiting.Add(rig.Reactor.GetWriters().Count);
            if (producer.Resumed == 4)
            {
                transport.UnregisterProducer();
                transport.LoseConnection();
                return;
            }

            transport.Write(piece);
        };

        transport.RegisterProducer(producer, streaming: false);

        await rig.Until(() => pair.IsOver);
        Assert.Equal([0, 0, 0, 0], waiting);
        Assert.Equal(3 * piece.Length, pair.Server.ReceivedCount);
    });

    [Fact, Clause("FD-60", "FD-62")]
    public void PushProducer_MoreThanTheMarkWaits_IsPausedAndResumedWhenAllIsSent() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        pair.Server.Transport.PauseProducing();
        ITransport transport = pair.Client.Transport;
        PushProducer producer = new();
        transport.RegisterProducer(producer, streaming: true);
        FillKernel(rig, pair.Client);
        await rig.NextTurn(); // From here on nothing is taken, and what was taken does not count.
        producer.Journal.Clear();
        int waiting = PendingOf(transport);

        transport.Write(new byte[FileDescriptor.HighWaterMark]);
        transport.Write([1]);

        Assert.True(waiting > 0);
        Assert.Equal(["pause", "pause"], producer.Journal);
        pair.Server.Transport.ResumeProducing();
        await rig.Until(() => producer.Journal.Count == 3);
        Assert.Equal("resume", producer.Journal[2]);
        Assert.Equal(0, PendingOf(transport));
    });

    [Fact, Clause("FD-60")]
    public void PushProducer_ExactlyTheMarkWaits_IsNotPaused() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        PushProducer producer = new();
        pair.Client.Transport.RegisterProducer(producer, streaming: true);

        pair.Client.Transport.Write([0]); // So that nothing goes out directly.
        pair.Client.Transport.Write(new byte[FileDescriptor.HighWaterMark - 1]);
        Assert.Empty(producer.Journal);
        pair.Client.Transport.Write([0]);

        Assert.Equal(["pause"], producer.Journal);
        await rig.Until(() => producer.Journal.Count == 2);
        Assert.Equal("resume", producer.Journal[1]);
    });

    [Fact, Clause("FD-60")]
    public void PushProducer_NeverPaused_IsNotResumed() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        PushProducer producer = new();
        pair.Client.Transport.RegisterProducer(producer, streaming: true);

        pair.Client.Transport.Write([1, 2, 3]);

        await rig.Until(() => pair.Server.ReceivedCount == 3);
        Assert.Empty(producer.Journal);
    });

    [Fact, Clause("FD-60")]
    public void PushProducer_WritesASequence_IsPausedOnce() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        PushProducer producer = new();
        pair.Client.Transport.RegisterProducer(producer, streaming: true);

        pair.Client.Transport.Write(SequenceOf(new byte[60_000], new byte[60_000], new byte[60_000]));

        Assert.Equal(["pause"], producer.Journal);
        await rig.Until(() => pair.Server.ReceivedCount == 180_000);
        Assert.Equal(["pause", "resume"], producer.Journal);
    });

    [Fact, Clause("FD-61")]
    public void PushProducer_WritesInResume_IsPausedAgain() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        ITransport transport = pair.Client.Transport;
        PushProducer producer = new();
        int rounds = 0;
        producer.OnResume = () =>
        {
            if (++rounds < 3)
            {
                WriteMuch(transport);
            }
        };
        transport.RegisterProducer(producer, streaming: true);

        WriteMuch(transport);

        await rig.Until(() => rounds == 3);
        Assert.Equal(["pause", "resume", "pause", "resume", "pause", "resume"], producer.Journal);
    });

    [Fact, Clause("FD-61")]
    public void PushProducer_WritesInPause_IsResumedOnce() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        ITransport transport = pair.Client.Transport;
        PushProducer producer = new();
        producer.OnPause = () =>
        {
            if (producer.Journal.Count == 1)
            {
                transport.Write([1]);
            }
        };
        transport.RegisterProducer(producer, streaming: true);

        WriteMuch(transport);

        await rig.Until(() => pair.Server.ReceivedCount == 70_002);
        Assert.Equal(["pause", "pause", "resume"], producer.Journal);
    });

    [Fact, Clause("FD-46", "FD-47", "FD-42")]
    public void LoseConnection_ProducerIsRegistered_WaitsUntilItIsDone() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        ITransport transport = pair.Client.Transport;
        PullProducer producer = new();
        producer.OnResume = () =>
        {
            transport.Write([(byte)producer.Resumed]);
            if (producer.Resumed == 3)
            {
                transport.UnregisterProducer();
            }
        };
        transport.RegisterProducer(producer, streaming: false);

        transport.LoseConnection();

        await rig.Until(() => pair.IsOver);
        Assert.Equal([1, 2, 3], pair.Server.Received.ToArray());
        AssertReason<ConnectionDoneException>(pair.Client);
        Assert.Equal(0, producer.Stopped);
    });

    [Fact, Clause("FD-47", "FD-63")]
    public void UnregisterProducer_Disconnecting_LetsItClose() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        PushProducer producer = new();
        pair.Client.Transport.RegisterProducer(producer, streaming: true);
        pair.Client.Transport.LoseConnection();
        await rig.NextTurn();
        await rig.NextTurn();
        Assert.Equal(0, pair.Client.LostCount);

        pair.Client.Transport.UnregisterProducer();

        Assert.Equal(0, pair.Client.LostCount);
        await rig.Until(() => pair.IsOver);
        AssertReason<ConnectionDoneException>(pair.Client);
        Assert.Empty(producer.Journal);
    });

    [Fact, Clause("FD-47")]
    public void UnregisterProducer_HalfClosing_LetsItHalfClose() => Run(async rig =>
    {
        HalfCloseProtocol client = new();
        Pair pair = await rig.ConnectPair(new HalfCloseProtocol(), client);
        client.Transport.RegisterProducer(new PushProducer(), streaming: true);
        client.Transport.LoseWriteConnection();
        await rig.NextTurn();
        await rig.NextTurn();
        Assert.Equal(0, client.WriteLostCount);

        client.Transport.UnregisterProducer();

        await rig.Until(() => client.WriteLostCount == 1);
        pair.Server.Transport.LoseConnection();
        await rig.Until(() => pair.IsOver);
    });

    [Fact, Clause("FD-63")]
    public void UnregisterProducer_NoneOrEnded_IsHarmless() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        pair.Client.Transport.UnregisterProducer();
        Assert.Empty(rig.Reactor.GetWriters());
        pair.Client.Transport.LoseConnection();
        await rig.Until(() => pair.IsOver);

        pair.Client.Transport.UnregisterProducer();

        Assert.Empty(rig.Reactor.GetWriters());
    });

    [Fact, Clause("FD-64", "FD-52")]
    public void ConnectionLost_ProducerIsRegistered_StopsItOnceAndFirst() => Run(async rig =>
    {
        List<string> journal = [];
        RecordingProtocol server = new("server", journal);
        RawPair pair = await rig.ConnectRaw(server);
        PullProducer producer = new() { OnStop = () => journal.Add("stop") };
        server.Transport.RegisterProducer(producer, streaming: false);

        pair.Peer.Reset();

        await rig.Until(() => server.LostCount == 1);
        Assert.Equal(["server made", "stop", "server lost"], journal);
        Assert.Equal(1, producer.Stopped);
    });

    [Fact, Clause("FD-64")]
    public void StopProducing_UsesTheTransport_IsHarmless() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();
        ITransport transport = pair.Server.Transport;
        PullProducer producer = new()
        {
            OnStop = () =>
            {
                transport.Write([1]);
                transport.UnregisterProducer();
                transport.LoseConnection();
                transport.AbortConnection();
                transport.ResumeProducing();
            },
        };
        transport.RegisterProducer(producer, streaming: false);

        pair.Peer.Dispose();

        await rig.Until(() => pair.Server.LostCount == 1);
        await rig.NextTurn();
        AssertReason<ConnectionDoneException>(pair.Server);
        Assert.Equal(1, producer.Stopped);
    });

    private static void WriteMuch(ITransport transport)
    {
        transport.Write([0]); // So that nothing goes out directly.
        transport.Write(new byte[70_000]);
    }

    private static int PendingOf(ITransport transport) => ((FileDescriptor)transport).HasPendingData ? 1 : 0;

    // Until a write is left waiting: the peer does not read.
    private static void FillKernel(ReactorRig rig, RecordingProtocol client)
    {
        while (PendingOf(client.Transport) == 0)
        {
            client.Transport.Write(new byte[262_144]);
        }

        Assert.NotEmpty(rig.Reactor.GetWriters());
    }
}
