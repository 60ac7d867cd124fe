using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Producers and back-pressure.</content>
public abstract partial class TlsContract
{
    [Fact, Clause("TLS-31", "TLS-32")]
    public void RegisterProducer_Streaming_IsPausedWhileThePeerDoesNotRead() => Run(async rig =>
    {
        RecordingProtocol server = new("server");
        Pair pair = await ConnectPair(rig, server);
        await Talk(rig, pair);
        server.Transport.PauseProducing();
        PushProducer producer = new();
        bool isPaused = false;
        producer.OnPause = () => isPaused = true;
        producer.OnResume = () => isPaused = false;
        pair.Client.Transport.RegisterProducer(producer, streaming: true);
        int sent = 0;
        byte[] piece = Payload.Make(10_000);
        while (!isPaused)
        {
            pair.Client.Transport.Write(piece);
            sent += piece.Length;
            await rig.NextTurn();
            Assert.True(sent < 100_000_000);
        }

        Assert.Equal(["pause"], producer.Journal);
        server.Transport.ResumeProducing();

        await rig.Until(() => server.ReceivedCount == 4 + sent);
        await rig.Until(() => !isPaused);
        Assert.Equal(["pause", "resume"], producer.Journal);
        pair.Client.Transport.LoseConnection(); // Waits for the producer.
        pair.Client.Transport.Write("more"u8);
        await rig.Until(() => server.ReceivedCount == 8 + sent);
        Assert.Equal(0, server.LostCount);
        pair.Client.Transport.UnregisterProducer();
        await rig.Until(() => pair.IsOver);
        Assert.IsType<ConnectionDoneException>(server.Reason);
    });

    [Fact, Clause("TLS-31", "TLS-21")]
    public void RegisterProducer_Pull_IsAskedAgainAndAgain() => Run(async rig =>
    {
        RecordingProtocol client = new("client");
        PullProducer producer = new();
        producer.OnResume = () =>
        {
            client.Transport.Write(Payload.Make(1_000));
            if (producer.Resumed == 10)
            {
                client.Transport.UnregisterProducer();
                client.Transport.LoseConnection();
            }
        };
        client.OnMade = () => client.Transport.RegisterProducer(producer, streaming: false);

        Pair pair = await ConnectPair(rig, client: client);

        await rig.Until(() => pair.IsOver);
        Assert.Equal(10, producer.Resumed);
        Assert.Equal(10_000, pair.Server.ReceivedCount);
        Assert.IsType<ConnectionDoneException>(client.Reason);
    });

    [Fact, Clause("TLS-33")]
    public void RegisterProducer_TwiceOrAfterTheEnd_ThrowsOrStops() => Run(async rig =>
    {
        Pair pair = await ConnectPair(rig);
        await Talk(rig, pair);
        ITransport transport = pair.Client.Transport;
        transport.UnregisterProducer();
        transport.RegisterProducer(new PushProducer(), streaming: true);

        Assert.Throws<InvalidOperationException>(() => transport.RegisterProducer(new PushProducer(), streaming: true));
        Assert.Throws<ArgumentException>(() => transport.RegisterProducer(new PullProducer(), streaming: true));
        transport.UnregisterProducer();
        await Close(rig, pair);
        PullProducer late = new();
        transport.RegisterProducer(late, streaming: false);
        Assert.Equal(1, late.Stopped);
    });

    [Fact, Clause("TLS-33")]
    public void ConnectionLost_ProducerRegistered_IsStoppedOnce() => Run(async rig =>
    {
        Pair pair = await ConnectPair(rig);
        await Talk(rig, pair);
        PushProducer producer = new();
        pair.Client.Transport.RegisterProducer(producer, streaming: true);

        pair.Server.Transport.LoseConnection();

        await rig.Until(() => pair.IsOver);
        Assert.Equal(["stop"], producer.Journal);
    });

    [Fact, Clause("TLS-34")]
    public void ResumeProducing_PullProducerThrows_IsLoggedAndUnregistered() => Run(async rig =>
    {
        Pair pair = await ConnectPair(rig);
        await Talk(rig, pair);
        InvalidOperationException failure = new("the producer's own");
        PullProducer producer = new() { OnResume = () => throw failure };

        pair.Client.Transport.RegisterProducer(producer, streaming: false);

        Assert.Same(failure, rig.TakeError().Exception);
        await Talk(rig, pair);
        Assert.Equal(1, producer.Resumed);
        await Close(rig, pair);
    });

    [Fact, Clause("TLS-20")]
    public void Write_BeyondTheLimitBeforeTheHandshake_Aborts() => Run(async rig =>
    {
        RecordingProtocol client = new("client");
        client.OnMade = () =>
        {
            client.Transport.Write(new byte[70_000]);
            client.Transport.Write(new byte[70_000]);
        };
        IListeningPort port = rig.Reactor.ListenSsl(0, new RecordingFactory(), ServerContext(), host: "127.0.0.1");

        rig.Reactor.ConnectSsl("127.0.0.1", ReactorRig.AddressOf(port).Port, new RecordingFactory(() => client), ClientContext(), options: new TcpConnectOptions { WriteLimit = 100_000 });

        await rig.Until(() => client.LostCount == 1);
        Assert.IsType<WriteLimitExceededException>(client.Reason);
    });
}
