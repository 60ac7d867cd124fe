using Microsoft.Extensions.Logging;
using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Selectors;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Faults;

/// <summary>
/// User code that throws ends at most its own connection, with the very exception as the reason (invariant I3). The
/// callbacks of protocols and factories that are not here are in the contract's suites.
/// </summary>
public sealed class CallbackExceptionTests
{
    private readonly InvalidOperationException _failure = new("the user's");

    [Theory, EverySelector, Clause("TCP-45", "I3")]
    public void ClientConnectionFailed(SelectorKind kind) => Run(kind, async rig =>
    {
        RecordingFactory factory = new() { OnFailed = _ => throw _failure };
        rig.Plan.FailNext(Operation.Connect, Errno.ECONNREFUSED);

        IConnector connector = rig.Reactor.ConnectTcp("127.0.0.1", 1, factory);

        await rig.Until(() => factory.Stops == 1);
        Assert.Single(factory.Failures);
        Assert.Equal(ConnectorState.Disconnected, connector.State);
        AssertLogged(rig, "[factory]");
    });

    [Theory, EverySelector, Clause("TCP-43", "TCP-45", "I3")]
    public void ClientConnectionFailed_WithinStopConnecting(SelectorKind kind) => Run(kind, rig =>
    {
        RecordingFactory factory = new() { OnFailed = _ => throw _failure };
        IConnector connector = rig.Reactor.ConnectTcp("127.0.0.1", 1, factory);

        connector.StopConnecting();

        Assert.Equal(1, factory.Stops);
        AssertLogged(rig, "[factory]");
        return Task.CompletedTask;
    });

    [Theory, EverySelector, Clause("TCP-45", "I2", "I3")]
    public void ClientConnectionLost(SelectorKind kind) => Run(kind, async rig =>
    {
        Pair pair = await rig.ConnectPair();
        pair.ClientFactory.OnLost = _ => throw _failure;

        pair.Client.Transport.LoseConnection();

        await rig.Until(() => pair.IsOver);
        Assert.Equal(1, pair.Client.LostCount);
        Assert.Equal(1, pair.ClientFactory.Stops);
        AssertLogged(rig, "[clients]");
    });

    [Theory, EverySelector, Clause("TCP-45", "I3")]
    public void StopFactory_OfAConnector(SelectorKind kind) => Run(kind, async rig =>
    {
        Pair pair = await rig.ConnectPair();
        pair.ClientFactory.OnStop = () => throw _failure;

        pair.Client.Transport.LoseConnection();

        await rig.Until(() => pair.IsOver);
        AssertLogged(rig, "[clients]");
        pair.ClientFactory.OnStop = null;
        pair.Connector.Connect();
        await rig.Until(() => pair.ClientFactory.Starts == 2 && pair.ClientFactory.Addresses.Count == 2);
    });

    [Theory, EverySelector, Clause("TCP-12", "I3")]
    public void StopFactory_OfAPortAtTheShutdown(SelectorKind kind) => Run(kind, async rig =>
    {
        RecordingFactory failing = new() { OnStop = () => throw _failure };
        RecordingFactory other = new();
        IListeningPort port = rig.Listen(failing);
        rig.Listen(other);

        await rig.StopAsync();

        Assert.Equal((1, 1), (failing.Stops, other.Stops));
        AssertLogged(rig, $"[{((ILoggingContext)port).LogPrefix}]");
    });

    [Theory, EverySelector(true, false), Clause("FD-60", "I3")]
    public void PauseProducing(SelectorKind kind, bool isWithinDataReceived) => Run(kind, async rig =>
    {
        // It is the write that calls it, so what it throws comes out there, as any other of the writer's own.
        RecordingProtocol server = new("server");
        PushProducer producer = new() { OnPause = () => throw _failure };
        Pair pair = await rig.ConnectPair(server);
        server.Transport.RegisterProducer(producer, streaming: true);
        server.OnData = _ => WriteMuch(server.Transport);

        if (isWithinDataReceived)
        {
            pair.Client.Transport.Write([1]);
            await rig.Until(() => pair.IsOver);
            Assert.Same(_failure, server.Reason);
            AssertLogged(rig, "[server");
            Assert.Equal(["pause", "stop"], producer.Journal);
        }
        else
        {
            Assert.Same(_failure, Record.Exception(() => WriteMuch(server.Transport)));
            await rig.Until(() => pair.Client.ReceivedCount == 70_001);
            Assert.Equal(["pause", "resume"], producer.Journal);
            Assert.Equal(0, server.LostCount);
        }
    });

    [Theory, EverySelector, Clause("FD-46", "I2", "I3")]
    public void ResumeProducing(SelectorKind kind) => Run(kind, async rig =>
    {
        Pair pair = await rig.ConnectPair();
        PushProducer producer = new() { OnResume = () => throw _failure };
        pair.Client.Transport.RegisterProducer(producer, streaming: true);

        WriteMuch(pair.Client.Transport);

        await rig.Until(() => pair.IsOver);
        Assert.Equal(1, pair.Client.LostCount);
        Assert.Same(_failure, pair.Client.Reason);
        Assert.Equal(70_001, pair.Server.ReceivedCount);
        Assert.Equal(["pause", "resume", "stop"], producer.Journal);
        AssertLogged(rig, "[client,client]");
    });

    [Theory, EverySelector, Clause("FD-59", "I3")]
    public void ResumeProducing_WithinRegisterProducer(SelectorKind kind) => Run(kind, async rig =>
    {
        Pair pair = await rig.ConnectPair();
        PullProducer producer = new() { OnResume = () => throw _failure };

        Assert.Same(_failure, Record.Exception(() => pair.Client.Transport.RegisterProducer(producer, streaming: false)));

        pair.Client.Transport.AbortConnection();
        await rig.Until(() => pair.IsOver);
        Assert.Equal(1, pair.Client.LostCount);
    });

    [Theory, EverySelector, Clause("FD-52", "FD-64", "I2", "I3")]
    public void StopProducing(SelectorKind kind) => Run(kind, async rig =>
    {
        Pair pair = await rig.ConnectPair();
        PushProducer producer = new() { OnStop = () => throw _failure };
        pair.Client.Transport.RegisterProducer(producer, streaming: true);

        pair.Server.Transport.LoseConnection();

        await rig.Until(() => pair.IsOver);
        Assert.Equal(1, pair.Client.LostCount);
        Assert.IsType<ConnectionDoneException>(pair.Client.Reason);
        AssertLogged(rig, "[client,client]");
    });

    [Theory, EverySelector, Clause("FD-4", "I3")]
    public void LogPrefix_OfAProtocol(SelectorKind kind) => Run(kind, async rig =>
    {
        RecordingProtocol client = new() { OnLogPrefix = () => throw new InvalidOperationException("no name") };
        Pair pair = await rig.ConnectPair(client: client);
        client.OnData = _ => throw _failure;

        pair.Server.Transport.Write([1]);

        await rig.Until(() => pair.IsOver);
        Assert.Same(_failure, client.Reason);
        Assert.Contains("no name", AssertLogged(rig, "[").Text, StringComparison.Ordinal);
    });

    [Theory, EverySelector, Clause("FD-4", "TCP-7", "TCP-10", "TCP-18", "I3")]
    public void LogPrefix_OfAFactory(SelectorKind kind) => Run(kind, async rig =>
    {
        RecordingFactory factory = new() { OnLogPrefix = () => throw _failure };

        IListeningPort port = rig.Listen(factory);
        rig.Plan.FailNext(Operation.Accept, Errno.ECONNABORTED);
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        await rig.Until(() => factory.Built.Count == 1);
        rig.Plan.FailNext(Operation.Connect, Errno.ECONNREFUSED);
        RecordingFactory clients = new() { OnLogPrefix = () => throw _failure };
        IConnector connector = rig.Connect(port, clients);
        await rig.Until(() => clients.Stops == 1);
        await port.StopListening();

        Assert.Equal(1, factory.Stops);
        Assert.Equal(ConnectorState.Disconnected, connector.State);
        Assert.NotNull(port.ToString());
    });

    [Theory, EverySelector, Clause("I3")]
    public void CallLater(SelectorKind kind) => Run(kind, async rig =>
    {
        bool isNextMade = false;
        rig.Reactor.CallLater(TimeSpan.Zero, () => throw _failure);
        rig.Reactor.CallLater(TimeSpan.Zero, () => isNextMade = true);

        await rig.Until(() => isNextMade);

        AssertLogged(rig, "[-]");
    });

    [Theory, EverySelector, Clause("I3", "LOOP-29")]
    public void CallSoon(SelectorKind kind) => Run(kind, async rig =>
    {
        List<LoopError> errors = [];
        rig.Loop.ExceptionHandler = (_, error) => errors.Add(error);
        bool isNextMade = false;
        rig.Loop.CallSoon(() => throw _failure);
        rig.Loop.CallSoon(() => isNextMade = true);

        await rig.Until(() => isNextMade);

        Assert.Same(_failure, Assert.Single(errors).Exception);
    });

    [Theory, EverySelector, Clause("I3")]
    public void CallFromThread(SelectorKind kind) => Run(kind, async rig =>
    {
        bool isNextMade = false;
        OffThread.Run(() =>
        {
            rig.Reactor.CallFromThread(() => throw _failure);
            rig.Reactor.CallFromThread(() => isNextMade = true);
        });

        await rig.Until(() => isNextMade);

        AssertLogged(rig, "[-]");
    });

    [Theory, EverySelector, Clause("I3")]
    public void CallWhenRunning(SelectorKind kind)
    {
        ReactorRig rig = new(kind);
        rig.Open();
        int made = 0;
        rig.Reactor.CallWhenRunning(() => throw _failure);
        rig.Reactor.CallWhenRunning(() => made++);
        rig.Reactor.CallWhenRunning(rig.Reactor.Stop);

        rig.Reactor.Run(installSignalHandlers: false);

        Assert.Equal(1, made);
        AssertLogged(rig, "[-]");
        rig.Close();
        Assert.Empty(rig.Kernel.Ledger.Describe());
    }

    [Theory, EverySelector, Clause("I2", "I3")]
    public void EveryCallbackOfOneConnection(SelectorKind kind) => Run(kind, async rig =>
    {
        // One after the other on the same reactor: what one leaves behind must not hurt the next.
        Func<RecordingProtocol>[] makes =
        [
            () => new RecordingProtocol { OnMade = () => throw _failure },
            () => new RecordingProtocol { OnData = _ => throw _failure },
            () => new HalfCloseProtocol { OnReadLost = () => throw _failure },
            () => new RecordingProtocol { OnMade = () => throw _failure, OnLost = _ => throw _failure },
            () => new HalfCloseProtocol { OnReadLost = () => throw _failure, OnLost = _ => throw _failure },
        ];
        int open = rig.Kernel.Ledger.Count;
        foreach (Func<RecordingProtocol> make in makes)
        {
            Pair pair = await rig.ConnectPair(server: make());
            pair.Client.Transport.Write([1]);
            pair.Client.Transport.LoseConnection();
            await rig.Until(() => pair.IsOver);
            Assert.Equal((1, 1), (pair.Server.LostCount, pair.Client.LostCount));
            Assert.Same(_failure, pair.Server.Reason);
            await pair.Port.StopListening();
            Assert.Equal(open, rig.Kernel.Ledger.Count);
        }

        Assert.All(rig.TakeErrors(), record => Assert.Same(_failure, record.Exception));
    });

    private static void Run(SelectorKind kind, Func<ReactorRig, Task> test) => ReactorRig.Run(kind, async rig =>
    {
        await test(rig);
        if (!rig.Reactor.IsRunning)
        {
            return;
        }

        Pair next = await rig.ConnectPair();
        next.Client.Transport.Write([1, 2, 3]);
        next.Client.Transport.LoseConnection();
        await rig.Until(() => next.IsOver);
        Assert.Equal(3, next.Server.ReceivedCount);
    });

    private LogRecord AssertLogged(ReactorRig rig, string prefix)
    {
        LogRecord record = rig.TakeError();
        Assert.Equal(LogLevel.Error, record.Level);
        Assert.Same(_failure, record.Exception);
        Assert.StartsWith(prefix, record.Text, StringComparison.Ordinal);
        return record;
    }

    private static void WriteMuch(ITransport transport)
    {
        transport.Write([0]); // So that nothing goes out directly.
        transport.Write(new byte[70_000]);
    }
}
