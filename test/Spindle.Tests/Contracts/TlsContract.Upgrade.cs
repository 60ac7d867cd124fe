using System.Text;
using Microsoft.Win32.SafeHandles;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Contracts;

/// <content>TLS in the midst of a connection.</content>
public abstract partial class TlsContract
{
    [Theory, InlineData(true), InlineData(false), Clause("TLS-4", "TLS-5", "TLS-8", "TCP-68")]
    public void StartTls_LiveConnection_KeepsTransportAndProtocol(bool normal) => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        ITransport transport = pair.Client.Transport;
        Assert.False(TlsOf(pair.Client).IsTls);
        pair.Client.Transport.Write("plain"u8);
        TlsContext server = ServerContext();
        TlsContext client = ClientContext();

        TlsOf(pair.Client).StartTls(normal ? client : server, normal);
        await rig.Until(() => pair.Server.ReceivedCount >= 5);
        Assert.Equal("plain"u8, pair.Server.Received[..5]);
        byte[] glued = pair.Server.Received[5..].ToArray();
        TlsOf(pair.Server).StartTls(normal ? server : client, normal, glued);
        int before = pair.Server.ReceivedCount;
        pair.Client.Transport.Write("ping"u8);
        await rig.Until(() => pair.Server.ReceivedCount == before + 4);
        pair.Server.Transport.Write("pong"u8);
        await rig.Until(() => pair.Client.ReceivedCount == 4);

        Assert.Same(transport, pair.Client.Transport);
        Assert.True(TlsOf(pair.Client).IsTls);
        Assert.Equal(1, pair.Client.MadeCount);
        Assert.Equal(normal, TlsOf(pair.Client).GetPeerCertificate() is not null);
        Assert.Throws<InvalidOperationException>(() => TlsOf(pair.Client).StartTls(normal ? client : server, normal));
        await Close(rig, pair);
        Assert.IsType<ConnectionDoneException>(pair.Server.Reason);
        TlsOf(pair.Client).StartTls(client); // Nothing any more.
    });

    [Fact, Clause("TLS-2")]
    public void StartTls_ContextOfTheOtherRole_ThrowsAndChangesNothing() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();

        Assert.Throws<ArgumentException>(() => TlsOf(pair.Client).StartTls(ServerContext()));

        Assert.False(TlsOf(pair.Client).IsTls);
        await Talk(rig, pair);
        await Close(rig, pair);
    });

    [Fact, Clause("TLS-5")]
    public void StartTls_InALine_TakesTheHandshakeGluedToIt() => Run(async rig =>
    {
        Greeter server = new(ServerContext());
        IListeningPort port = rig.Reactor.ListenTcp(0, Factory.For(_ => server), host: "127.0.0.1");
        RecordingProtocol client = new("client");
        client.OnMade = () =>
        {
            client.Transport.Write("STARTTLS\r\n"u8);
            TlsOf(client).StartTls(ClientContext()); // Its hello follows in the same packet.
            client.Transport.Write("secret\r\n"u8);
        };
        rig.Connect(port, new RecordingFactory(() => client));

        await rig.Until(() => server.Lines.Count == 2);

        Assert.Equal(["STARTTLS", "secret (TLS)"], server.Lines);
        client.Transport.LoseConnection();
        await rig.Until(() => client.LostCount == 1);
    });

    [Fact, Clause("TLS-5")]
    public void StartTls_PlainTextIsInjectedBehindTheCommand_IsNeverTakenForProtected() => Run(async rig =>
    {
        Greeter server = new(ServerContext());
        IListeningPort port = rig.Reactor.ListenTcp(0, Factory.For(_ => server), host: "127.0.0.1");
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));

        await peer.Send("STARTTLS\r\nDELETE everything\r\n"u8.ToArray());

        await rig.Until(() => server.Reason is not null);
        Assert.Equal(["STARTTLS"], server.Lines);
        Assert.Equal(TlsError.Protocol, Assert.IsType<TlsException>(server.Reason).Error);
    });

    [Fact, Clause("TLS-6")]
    public void StartTls_ProducerRegistered_GoesOnOnTheTlsLayer() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        PullProducer producer = new();
        producer.OnResume = () =>
        {
            if (producer.Resumed <= 20)
            {
                pair.Client.Transport.Write("chunk"u8);
            }
        };
        TlsOf(pair.Server).StartTls(ServerContext());
        TlsOf(pair.Client).StartTls(ClientContext());
        pair.Client.Transport.RegisterProducer(producer, streaming: false);

        await rig.Until(() => pair.Server.ReceivedCount == 100);

        pair.Client.Transport.UnregisterProducer();
        await Close(rig, pair);
    });

    [Fact, Clause("TLS-6")]
    public void StartTls_PushProducerRegisteredBefore_IsStoppedOnceAtTheEnd() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        PushProducer producer = new();
        pair.Client.Transport.RegisterProducer(producer, streaming: true);
        TlsOf(pair.Server).StartTls(ServerContext());
        TlsOf(pair.Client).StartTls(ClientContext());
        await Talk(rig, pair);
        Assert.Throws<InvalidOperationException>(() => pair.Client.Transport.RegisterProducer(new PushProducer(), streaming: true));

        pair.Server.Transport.AbortConnection();

        await rig.Until(() => pair.IsOver);
        Assert.Equal(["stop"], producer.Journal);
    });

    [Fact, Clause("TLS-7")]
    public void StartTls_OneSideOnly_TheOtherSeesTheHandshake() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();

        TlsOf(pair.Client).StartTls(ClientContext());

        await rig.Until(() => pair.Server.ReceivedCount > 5);
        Assert.Equal(22, pair.Server.Received[0]); // A handshake record.
        pair.Server.Transport.LoseConnection();
        await rig.Until(() => pair.IsOver);
        Assert.Equal(TlsError.Truncated, ErrorOf(pair.Client));
    });

    [Fact, Clause("TLS-4")]
    public void StopTls_BothAgree_GoesOnInTheClear() => Run(async rig =>
    {
        ListeningProtocol server = new("server") { AgreesToStop = true };
        Pair pair = await rig.ConnectPair(server);
        TlsOf(server).StartTls(ServerContext());
        TlsOf(pair.Client).StartTls(ClientContext());
        await Talk(rig, pair);
        pair.Client.Transport.Write("protected"u8);

        Task stopped = TlsOf(pair.Client).StopTls();
        pair.Client.Transport.Write("clear"u8);

        await rig.Until(() => stopped.IsCompleted && server.ReceivedCount == 4 + 9 + 5);
        await stopped;
        Assert.Equal("protectedclear", Encoding.ASCII.GetString(server.Received[4..]));
        Assert.Equal(1, server.StopCount);
        Assert.False(TlsOf(server).IsTls);
        Assert.False(TlsOf(pair.Client).IsTls);
        await Talk(rig, pair);
        TlsOf(server).StartTls(ServerContext());
        TlsOf(pair.Client).StartTls(ClientContext());
        await Talk(rig, pair);
        await Close(rig, pair);
        Assert.IsType<ConnectionDoneException>(server.Reason);
    });

    [Fact, Clause("TLS-4")]
    public void StopTls_PeerDoesNotAgree_EndsTheConnectionAndTheTask() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        TlsOf(pair.Server).StartTls(ServerContext());
        TlsOf(pair.Client).StartTls(ClientContext());
        await Talk(rig, pair);

        Task stopped = TlsOf(pair.Client).StopTls();

        await rig.Until(() => pair.IsOver);
        await rig.Until(() => stopped.IsCompleted);
    });

    [Fact, Clause("TLS-4")]
    public void StopTls_PeerDoesNotAnswer_EndsTheConnectionInTime() => Run(async rig =>
    {
        TlsClientContext impatient = new(TlsOptions.Client(), Engine) { ShutdownTimeout = TimeSpan.FromMilliseconds(20) };
        Pair pair = await rig.ConnectPair();
        TlsOf(pair.Server).StartTls(ServerContext());
        TlsOf(pair.Client).StartTls(impatient);
        await Talk(rig, pair);
        pair.Server.Transport.PauseProducing(); // It does not hear the question.

        Task stopped = TlsOf(pair.Client).StopTls();

        await rig.Until(() => pair.Client.LostCount == 1 && stopped.IsCompleted);
        Assert.Equal(TlsError.ShutdownTimeout, ErrorOf(pair.Client));
        Assert.Contains("TLS was not ended within 0.02 s", pair.Client.Reason!.Message, StringComparison.Ordinal);
        Assert.Same(pair.Client.Reason, (await Assert.ThrowsAsync<TlsException>(() => stopped)));
        pair.Server.Transport.ResumeProducing();
        await rig.Until(() => pair.IsOver);
    });

    [Fact, Clause("TLS-4")]
    public void StopTls_ReadingIsPaused_TakesItsTime() => Run(async rig =>
    {
        TimeSpan time = TimeSpan.FromSeconds(0.3);
        TlsClientContext impatient = new(TlsOptions.Client(), Engine) { ShutdownTimeout = time };
        ListeningProtocol server = new("server") { AgreesToStop = true };
        Pair pair = await rig.ConnectPair(server);
        TlsOf(server).StartTls(ServerContext());
        TlsOf(pair.Client).StartTls(impatient);
        await Talk(rig, pair);

        Task stopped = TlsOf(pair.Client).StopTls();
        pair.Client.Transport.PauseProducing();
        TaskCompletionSource isLater = new();
        rig.Reactor.CallLater(2 * time, isLater.SetResult);
        await isLater.Task;
        Assert.False(stopped.IsCompleted);
        pair.Client.Transport.ResumeProducing();

        await stopped;
        await Talk(rig, pair);
        await Close(rig, pair);
    });

    [Fact, Clause("TLS-4")]
    public void StopTls_InTheMidstOfALine_TheWholeOneIsNotTakenForProtected() => Run(async rig =>
    {
        Greeter server = new(ServerContext());
        IListeningPort port = rig.Reactor.ListenTcp(0, Factory.For(_ => server), host: "127.0.0.1");
        RecordingProtocol client = new("client");
        client.OnMade = () =>
        {
            client.Transport.Write("STARTTLS\r\n"u8);
            TlsOf(client).StartTls(ClientContext());
            client.Transport.Write("whole\r\nha"u8);
        };
        rig.Connect(port, new RecordingFactory(() => client));
        await rig.Until(() => server.Lines.Count == 2);

        Task stopped = TlsOf(client).StopTls();
        client.Transport.Write("lf\r\n"u8);

        await rig.Until(() => server.Lines.Count == 3);
        await stopped;
        Assert.Equal(["STARTTLS", "whole (TLS)", "half"], server.Lines);
        client.Transport.LoseConnection();
        await rig.Until(() => client.LostCount == 1);
    });

    [Fact, Clause("TLS-46")]
    public void TlsFactory_WithinTls_Works() => Run(async rig =>
    {
        RecordingFactory servers = new(() => new RecordingProtocol("server"));
        RecordingFactory clients = new(() => new RecordingProtocol("client"));
        IListeningPort port = rig.Reactor.ListenSsl(0, new TlsFactory(rig.Reactor, servers, ServerContext(), isClient: false), ServerContext(), host: "127.0.0.1");
        IConnector connector = rig.Reactor.ConnectSsl("127.0.0.1", ReactorRig.AddressOf(port).Port, new TlsFactory(rig.Reactor, clients, ClientContext(), isClient: true), ClientContext());
        await rig.Until(() => servers.Built.Count == 1 && clients.Built.Count == 1);
        Pair pair = new(port, connector, servers, clients);

        await Talk(rig, pair);

        pair.Client.Transport.Write(Payload.Make(200_000));
        await rig.Until(() => pair.Server.ReceivedCount == 200_004);
        await Close(rig, pair);
        Assert.IsType<ConnectionDoneException>(pair.Server.Reason);
    });

    [Fact, Clause("TLS-46")]
    public void StartTls_OverUnix_Works() => Run(async rig =>
    {
        string path = $"\0spindle-tls-{Environment.ProcessId}-{Kind}-{Engine}";
        RecordingFactory servers = new(() => new RecordingProtocol("server"));
        RecordingFactory clients = new(() => new RecordingProtocol("client"));
        IListeningPort port = rig.Reactor.ListenUnix(path, servers);
        IConnector connector = rig.Reactor.ConnectUnix(path, clients);
        await rig.Until(() => servers.Built.Count == 1 && clients.Built.Count == 1);
        Pair pair = new(port, connector, servers, clients);

        TlsOf(pair.Server).StartTls(ServerContext());
        TlsOf(pair.Client).StartTls(ClientContext());

        await Talk(rig, pair);
        using SafeFileHandle descriptor = File.OpenHandle("/dev/null");
        Assert.Throws<InvalidOperationException>(() => ((IUnixTransport)pair.Client.Transport).SendFileDescriptor(descriptor));
        await Talk(rig, pair);
        await Close(rig, pair);
        Assert.IsType<ConnectionDoneException>(pair.Server.Reason);
    });

    /// <summary>Answers a command by starting TLS, and notes the lines and how they came.</summary>
    private sealed class Greeter(TlsContext context) : LineReceiver, ITlsStopListener
    {
        public List<string> Lines { get; } = [];

        public Exception? Reason { get; private set; }

        public override void LineReceived(ReadOnlySpan<byte> line)
        {
            ITlsTransport transport = Transport.FindAbility<ITlsTransport>()!;
            string text = Encoding.ASCII.GetString(line);
            Lines.Add(transport.IsTls ? text + " (TLS)" : text);
            if (text == "STARTTLS")
            {
                transport.StartTls(context);
            }
        }

        public bool PeerStopsTls() => true;

        public override void ConnectionLost(Exception reason) => Reason = reason;
    }
}
