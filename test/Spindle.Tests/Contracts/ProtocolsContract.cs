using Spindle.Policies;
using Spindle.Protocols;
using Spindle.Selectors;
using Spindle.Tests.Protocols;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <summary>What the protocols and factories to derive from do on every selector.</summary>
public abstract class ProtocolsContract
{
    private protected abstract SelectorKind Kind { get; }

    [Fact, Clause("PROTO-13", "PROTO-16")]
    public void LineReceiver_OnAConnection_AnswersEachLine() => Run(async rig =>
    {
        LineRecorder server = new();
        server.OnLine = line =>
        {
            if (line == "quit")
            {
                server.Transport.LoseConnection();
            }
            else
            {
                server.SendLine($"{line}!");
            }
        };
        RecordingProtocol client = await Connect(rig, server);

        client.Transport.Write("one\r\ntwo\r\nquit\r\nthree\r\n"u8);
        await rig.Until(() => client.LostCount == 1);

        Assert.Equal("one!\r\ntwo!\r\n", Feeding.TextOf(client.Received));
        Assert.Equal(["line one", "line two", "line quit"], server.Events);
        Assert.IsType<ConnectionDoneException>(server.LostReason);
    });

    [Fact, Clause("PROTO-16")]
    public void LineReceiver_AbortsInAHandler_HearsNothingMore() => Run(async rig =>
    {
        LineRecorder server = new();
        server.OnLine = _ => server.Transport.AbortConnection();
        RecordingProtocol client = await Connect(rig, server);

        client.Transport.Write("one\r\ntwo\r\nthree\r\n"u8);
        await rig.Until(() => client.LostCount == 1 && server.LostReason is not null);

        Assert.Equal(["line one"], server.Events);
        Assert.IsType<TransportAbortedException>(server.LostReason);
    });

    [Fact, Clause("PROTO-16")]
    public void LineReceiver_HandlerThrows_LosesTheConnectionWithIt() => Run(async rig =>
    {
        LineRecorder server = new() { OnLine = _ => throw new FormatException() };
        RecordingProtocol client = await Connect(rig, server);

        client.Transport.Write("one\r\ntwo\r\n"u8);
        await rig.Until(() => client.LostCount == 1);

        Assert.Equal(["line one"], server.Events);
        Assert.IsType<FormatException>(server.LostReason);
        Assert.IsType<FormatException>(rig.TakeError().Exception);
    });

    [Fact]
    public void LineReceiver_HandlerThrowsWhenResumed_LosesTheConnection() => Run(async rig =>
    {
        LineRecorder server = new();
        server.OnLine = line =>
        {
            server.PauseProducing();
            if (line == "two")
            {
                throw new FormatException();
            }
        };
        RecordingProtocol client = await Connect(rig, server);
        client.Transport.Write("one\r\ntwo\r\n"u8);
        await rig.Until(() => server.IsPaused);

        Assert.Throws<FormatException>(server.ResumeProducing);
        await rig.Until(() => client.LostCount == 1 && server.LostReason is not null);

        Assert.IsType<TransportAbortedException>(server.LostReason);
    });

    [Fact, Clause("PROTO-18")]
    public void LineReceiver_PausesAfterEachLine_HoldsThePeerBackAndLosesNothing() => Run(async rig =>
    {
        const int Lines = 2_000;
        LineRecorder server = new();
        server.OnLine = _ =>
        {
            server.PauseProducing();
            rig.Reactor.CallLater(TimeSpan.Zero, server.ResumeProducing);
        };
        RecordingProtocol client = await Connect(rig, server);
        string[] lines = [.. Enumerable.Range(0, Lines).Select(i => $"{i} {new string('x', 500)}")];

        foreach (string line in lines)
        {
            client.Transport.Write(Feeding.BytesOf(line + "\r\n"));
        }

        await rig.Until(() => server.Events.Count == Lines);

        Assert.Equal(lines.Select(line => $"line {line}"), server.Events);
        Assert.InRange(server.Input.Moved, 0, 2 * Lines * 600);
    });

    [Fact, Clause("PROTO-18")]
    public void LineReceiver_TwoThatFeedEachOther_CloseTogether() => Run(async rig =>
    {
        LineRecorder one = new();
        LineRecorder other = new();
        RecordingProtocol peerOfOne = await Connect(rig, one);
        RecordingProtocol peerOfOther = await Connect(rig, other);
        one.Transport.RegisterProducer(other, streaming: true);
        other.Transport.RegisterProducer(one, streaming: true);

        one.Transport.LoseConnection();
        other.Transport.LoseConnection();

        await rig.Until(() => peerOfOne.LostCount == 1 && peerOfOther.LostCount == 1);
    });

    [Fact, Clause("PROTO-23")]
    public void FileSender_OnAConnection_SendsTheFileWhole() => Run(async rig =>
    {
        byte[] data = Payload.Make(1_000_000);
        RecordingProtocol server = new();
        RecordingProtocol client = await Connect(rig, server);
        byte? last = await SendFile(rig, data, server.Transport);
        server.Transport.LoseConnection();
        await rig.Until(() => client.LostCount == 1);

        Assert.Equal(data[^1], last);
        Assert.Equal(data, client.Received);
        Assert.IsType<ConnectionDoneException>(client.Reason);
    });

    [Fact, Clause("PROTO-23")]
    public void FileSender_CloseIsAskedForAtTheStart_SendsTheFileWholeFirst() => Run(async rig =>
    {
        byte[] data = Payload.Make(300_000);
        RecordingProtocol server = new();
        RecordingProtocol client = await Connect(rig, server);

        Task<byte?> sent = SendFile(rig, data, server.Transport);
        server.Transport.LoseConnection();
        await rig.Until(() => client.LostCount == 1);

        Assert.Equal(data[^1], await rig.Until(sent));
        Assert.Equal(data, client.Received);
    });

    [Fact, Clause("PROTO-23")]
    public void FileSender_PeerGoesAway_Fails() => Run(async rig =>
    {
        RecordingProtocol server = new();
        RecordingProtocol client = await Connect(rig, server);
        client.OnData = _ => client.Transport.AbortConnection();

        await Assert.ThrowsAsync<TransferStoppedException>(() => SendFile(rig, new byte[10_000_000], server.Transport));

        await rig.Until(() => server.LostCount == 1);
    });

    [Fact, Clause("PROTO-23")]
    public void FileSender_ReadsSlowly_HoldsNobodyUpAndEndsOnTheReactor() => Run(async rig =>
    {
        RecordingProtocol server = new();
        RecordingProtocol client = await Connect(rig, server);
        SlowStream file = new();
        Task<byte?> sent = FileSender.SendAsync(file, server.Transport);
        Assert.Equal(1, file.Reads);

        client.Transport.Write("ping"u8);
        await rig.Until(() => server.ReceivedCount == 4);
        OffThread.Run(() => file.Give("slow"u8));
        await rig.Until(() => file.Reads == 2);
        OffThread.Run(() => file.Give([]));

        Assert.Equal((byte)'w', await rig.Until(sent));
        await rig.Until(() => client.ReceivedCount == 4);
    });

    [Fact, Clause("PROTO-6", "PROTO-7")]
    public void ReconnectingClientFactory_ServerComesLate_ConnectsWhenItIsThere() => Run(async rig =>
    {
        const string Host = "127.0.0.79"; // No other test takes the number meanwhile.
        RecordingFactory serverFactory = new() { Name = "servers" };
        IListeningPort port = rig.Listen(serverFactory, Host);
        int number = ReactorRig.AddressOf(port).Port;
        await port.StopListening();
        List<RecordingProtocol> clients = [];
        ReconnectingClientFactory factory = ReconnectingClientFactory.For(_ =>
        {
            clients.Add(new RecordingProtocol());
            return clients[^1];
        });
        factory.InitialDelay = TimeSpan.FromMilliseconds(1);
        factory.MaxDelay = TimeSpan.FromMilliseconds(5);

        rig.Reactor.ConnectTcp(Host, number, factory);
        await rig.Until(() => factory.Retries >= 3);
        port = rig.Listen(serverFactory, Host, number);
        await rig.Until(() => clients.Count == 1 && serverFactory.Built.Count == 1);
        factory.ResetDelay();

        serverFactory.Built[0].Transport.LoseConnection();
        await rig.Until(() => clients.Count == 2 && serverFactory.Built.Count == 2);
        Assert.Equal(1, factory.Retries);

        factory.StopTrying();
        serverFactory.Built[1].Transport.LoseConnection();
        await rig.Until(() => clients[1].LostCount == 1);
        Assert.Empty(rig.Reactor.GetDelayedCalls());
    });

    [Theory, Clause("PROTO-6", "CORE-43")]
    [InlineData(false)]
    [InlineData(true)]
    public void ReconnectingClientFactory_ReactorStops_EndsWithoutAnError(bool isConnected) => Run(async rig =>
    {
        const string Host = "127.0.0.84"; // No other test takes the number meanwhile.
        IListeningPort port = rig.Listen(new RecordingFactory(), Host);
        int number = ReactorRig.AddressOf(port).Port;
        if (!isConnected)
        {
            await port.StopListening();
        }

        RecordingProtocol client = new();
        ReconnectingClientFactory factory = ReconnectingClientFactory.For(_ => client);
        factory.InitialDelay = TimeSpan.FromMilliseconds(1);
        rig.Reactor.ConnectTcp(Host, number, factory);

        await rig.Until(() => client.MadeCount == 1 || factory.Retries == 2);

        await rig.StopAsync(); // No record of an error may be left, as in every test.
        Assert.Equal(isConnected ? 1 : 0, client.LostCount);
    });

    [Fact, Clause("PROTO-3", "POL-6")]
    public void Factory_OfTheOverflow_IsReportedToo() => Run(async rig =>
    {
        RecordingFactory overflow = new() { Name = "overflow" };
        IListeningPort port = rig.Listen(new LimitTotalConnectionsFactory(new RecordingFactory(), connectionLimit: 0, overflow));

        await port.StopListening();

        string[] reports = [.. rig.Log.Take().Select(record => record.Text)];
        Assert.Contains(reports, text => text.EndsWith("Starting factory overflow", StringComparison.Ordinal));
        Assert.Contains(reports, text => text.EndsWith("Stopping factory overflow", StringComparison.Ordinal));
    });

    [Fact, Clause("PROTO-3")]
    public void Factory_Noisy_IsReportedByTheReactorThatUsesIt() => Run(async rig =>
    {
        RecordingFactory servers = new() { Name = "servers" };
        IListeningPort port = rig.Listen(servers);
        IListeningPort second = rig.Listen(servers);
        RecordingFactory clients = new() { Name = "clients" };
        IConnector connector = rig.Connect(port, new WrappingFactory(clients) { IsNoisy = false });
        await rig.Until(() => clients.Built.Count == 1 && servers.Built.Count == 1);

        connector.Disconnect();
        await rig.Until(() => clients.Stops == 1);
        await port.StopListening();
        await second.StopListening();

        IEnumerable<LogRecord> reports = rig.Log.Take().Where(record => record.Text.Contains("ing factory ", StringComparison.Ordinal));
        Assert.Equal(
            ["Starting factory servers", "Starting factory clients", "Stopping factory clients", "Stopping factory servers"],
            reports.Select(record => record.Text[record.Text.IndexOf("St", StringComparison.Ordinal)..]));
    });

    private void Run(Func<ReactorRig, Task> test) => ReactorRig.Run(Kind, test);

    /// <summary>A connection to a port of this reactor.</summary>
    /// <returns>The client; the server is the protocol that was given.</returns>
    private static async Task<RecordingProtocol> Connect(ReactorRig rig, Protocol server)
    {
        IListeningPort port = rig.Listen(Factory.For(_ => server));
        RecordingFactory clients = new() { Name = "clients" };
        rig.Connect(port, clients);
        await rig.Until(() => clients.Built.Count == 1 && server.IsConnected);
        return clients.Built[0];
    }

    private static async Task<byte?> SendFile(ReactorRig rig, byte[] data, ITransport transport)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, data);
            using FileStream file = File.OpenRead(path);
            return await rig.Until(FileSender.SendAsync(file, transport));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
