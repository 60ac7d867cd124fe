using System.Text;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Contracts;

/// <content>Where users, engines and peers do unusual things.</content>
public abstract partial class TlsContract
{
    [Fact, Clause("TLS-14", "TLS-32")]
    public void Write_ProducerWritesMoreWhileItIsPaused_ArrivesInOrder() => Run(async rig =>
    {
        RecordingProtocol server = new("server");
        Pair pair = await ConnectPair(rig, server);
        await Talk(rig, pair);
        server.Transport.PauseProducing();
        byte[] more = [.. Enumerable.Repeat((byte)2, 30_000)];
        int pauses = 0;
        PushProducer producer = new();
        producer.OnPause = () =>
        {
            pauses++;
            pair.Client.Transport.Write(more);
        };
        pair.Client.Transport.RegisterProducer(producer, streaming: true);
        byte[] much = new byte[8 << 20];
        Array.Fill(much, (byte)1);

        pair.Client.Transport.Write(much);
        pair.Client.Transport.UnregisterProducer();
        server.Transport.ResumeProducing();

        await rig.Until(() => server.ReceivedCount == 4 + much.Length + more.Length);
        Assert.Equal(1, pauses);
        Assert.Equal(4 + much.Length, server.Received.IndexOf((byte)2));
        await Close(rig, pair);
    });

    [Fact, Clause("TLS-32")]
    public void ResumeProducing_ProducerThrowsAtTheTurnsEnd_EndsTheConnectionWithIt() => Run(async rig =>
    {
        InvalidOperationException failure = new("the producer's own");
        RecordingProtocol client = new("client");
        PushProducer producer = new() { OnResume = () => throw failure };
        client.OnMade = () =>
        {
            client.Transport.RegisterProducer(producer, streaming: true);
            client.Transport.Write(new byte[100_000]);
        };
        Pair pair = await ConnectPair(rig, client: client);

        await rig.Until(() => pair.IsOver);

        Assert.Same(failure, client.Reason);
        Assert.Same(failure, rig.TakeError().Exception);
    });

    [Fact, Clause("TLS-46", "TLS-27")]
    public void Handshake_InnerOneFails_GivesProtocolAndFactoryTheSameReason() => Run(async rig =>
    {
        RecordingFactory servers = new(() => new RecordingProtocol("server"));
        RecordingFactory clients = new(() => new RecordingProtocol("client"));
        IListeningPort port = rig.Reactor.ListenSsl(0, new TlsFactory(rig.Reactor, servers, ServerContext(), isClient: false), ServerContext(), host: "127.0.0.1");

        rig.Reactor.ConnectSsl("127.0.0.1", ReactorRig.AddressOf(port).Port, new TlsFactory(rig.Reactor, clients, ClientContext("other.example"), isClient: true), ClientContext());

        await rig.Until(() => clients.Losses.Count == 1);
        Assert.Equal(TlsError.CertificateNameMismatch, ErrorOf(clients.Built[0]));
        Assert.Same(clients.Built[0].Reason, clients.Losses[0]);
        await rig.Until(() => servers.Built[0].LostCount == 1);
    });

    [Fact, Clause("TLS-4")]
    public void PeerStopsTls_AnswerWasWrittenJustBefore_GoesOutProtected() => Run(async rig =>
    {
        ListeningProtocol server = new("server") { AgreesToStop = true };
        server.OnData = _ => server.Transport.Write("secret"u8);
        Pair pair = await rig.ConnectPair(server);
        TlsOf(server).StartTls(ServerContext());
        TlsOf(pair.Client).StartTls(ClientContext());
        List<bool> isProtected = [];
        pair.Client.OnData = _ => isProtected.Add(TlsOf(pair.Client).IsTls);
        pair.Client.Transport.Write("last"u8);
        await rig.Until(() => pair.Client.ReceivedCount == 6);
        isProtected.Clear();

        pair.Client.Transport.Write("last"u8);
        Task stopped = TlsOf(pair.Client).StopTls(); // In the same packet.

        await rig.Until(() => stopped.IsCompleted && pair.Client.ReceivedCount == 12);
        await stopped;
        Assert.Equal([true], isProtected);
        Assert.Equal("secretsecret", Encoding.ASCII.GetString(pair.Client.Received));
        server.OnData = null;
        await Talk(rig, pair);
        await Close(rig, pair);
    });

    [Fact, Clause("TLS-4", "TLS-21")]
    public void LoseConnection_WhileTlsIsBeingStopped_ClosesAfterwards() => Run(async rig =>
    {
        ListeningProtocol server = new("server") { AgreesToStop = true };
        Pair pair = await rig.ConnectPair(server);
        TlsOf(server).StartTls(ServerContext());
        TlsOf(pair.Client).StartTls(ClientContext());
        await Talk(rig, pair);

        Task stopped = TlsOf(pair.Client).StopTls();
        pair.Client.Transport.LoseConnection();

        await rig.Until(() => pair.IsOver);
        await stopped;
        Assert.IsType<ConnectionDoneException>(pair.Client.Reason);
        Assert.IsType<ConnectionDoneException>(server.Reason);
    });

    [Fact, Clause("TLS-6", "TLS-32")]
    public void StartTls_ProducerIsPaused_IsResumedSometime() => Run(async rig =>
    {
        RecordingProtocol server = new("server");
        Pair pair = await rig.ConnectPair(server);
        server.Transport.PauseProducing();
        bool isPaused = false;
        PushProducer producer = new() { OnPause = () => isPaused = true, OnResume = () => isPaused = false };
        pair.Client.Transport.RegisterProducer(producer, streaming: true);
        int sent = 0;
        while (!isPaused)
        {
            pair.Client.Transport.Write(new byte[100_000]);
            sent += 100_000;
            await rig.NextTurn();
        }

        TlsOf(pair.Client).StartTls(ClientContext());
        server.OnData = data =>
        {
            int behind = server.ReceivedCount - sent; // Bytes of the hello may have come with the last of the rest.
            if (behind >= 0 && !TlsOf(server).IsTls)
            {
                TlsOf(server).StartTls(ServerContext(), received: data.AsSpan(data.Length - behind));
            }
        };
        server.Transport.ResumeProducing();

        await rig.Until(() => !isPaused && TlsOf(pair.Client).TlsSession is not null);
        pair.Client.Transport.UnregisterProducer();
        await Close(rig, pair);
    });

    [Fact, Clause("TLS-16")]
    public void DataReceived_PeerAsksForAnswersAndReadsNone_StaysBounded() => Run(async rig =>
    {
        ScriptedTlsContext context = new();
        RecordingProtocol server = new("server");
        IListeningPort port = rig.Reactor.ListenSsl(0, new RecordingFactory(() => server), context, host: "127.0.0.1", options: new TcpListenOptions { SendBufferSize = 4_096 });
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        byte[] questions = new byte[60_000];
        Array.Fill(questions, (byte)'Q');
        await peer.Send("H"u8.ToArray());

        Task flood = Flood();
        await rig.Until(() => server.LostCount == 1);

        Assert.Equal(TlsError.Protocol, ErrorOf(server));
        await Assert.ThrowsAnyAsync<Exception>(() => flood);

        async Task Flood()
        {
            while (true)
            {
                await peer.Send(questions);
            }
        }
    });

    [Fact, Clause("TLS-4")]
    public void StartTls_ConnectionIsClosing_DoesNothing() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();

        pair.Client.Transport.LoseConnection();
        TlsOf(pair.Client).StartTls(ClientContext());

        Assert.False(TlsOf(pair.Client).IsTls);
        await rig.Until(() => pair.IsOver);
        Assert.IsType<ConnectionDoneException>(pair.Client.Reason);
    });
}
