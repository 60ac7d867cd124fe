using Spindle.Kernel;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>What a user's callback throws comes back as the same object; what the user holds stays what it is.</content>
public abstract partial class TcpContract
{
    /// <summary>The callbacks of a connection, by what ends it.</summary>
    public static TheoryData<string> Callbacks =>
        ["server made", "client made", "server data", "client data", "server read lost", "client write lost", "server resume", "client resume"];

    [Theory, Clause("TCP-24", "TCP-39", "TCP-51", "TCP-60", "TCP-64", "I2", "I3")]
    [MemberData(nameof(Callbacks))]
    public void AnyCallback_Throws_TheSameObjectIsTheReasonAndInTheLog(string callback) => Run(async rig =>
    {
        ForeignException failure = new();
        HalfCloseProtocol server = new("server");
        HalfCloseProtocol client = new("client");
        HalfCloseProtocol thrower = callback.StartsWith("server", StringComparison.Ordinal) ? server : client;
        switch (callback[(callback.IndexOf(' ', StringComparison.Ordinal) + 1)..])
        {
            case "made":
                thrower.OnMade = () => throw failure;
                break;
            case "data":
                thrower.OnData = _ => throw failure;
                break;
            case "read lost":
                thrower.OnReadLost = () => throw failure;
                break;
            case "write lost":
                thrower.OnWriteLost = () => throw failure;
                break;
            default:
                thrower.OnMade = () => thrower.Transport.RegisterProducer(new PushProducer { OnResume = () => throw failure }, streaming: true);
                break;
        }

        RecordingFactory clients = new(() => client) { Name = "clients" };
        IListeningPort port = rig.Listen(new RecordingFactory(() => server));
        IConnector connector = rig.Connect(port, clients);
        await rig.Until(() => server.MadeCount == 1 && client.MadeCount == 1);
        ITransport[] transports = [server.Transport, client.Transport];
        Write(server);
        Write(client);
        client.Transport.LoseWriteConnection();
        await rig.Until(() => thrower.LostCount == 1);
        server.Transport.LoseConnection();
        client.Transport.LoseConnection();
        await rig.Until(() => server.LostCount == 1 && client.LostCount == 1 && clients.Stops == 1);

        Assert.Same(failure, thrower.Reason);
        Assert.Same(failure, rig.TakeError().Exception);
        Assert.Equal(thrower == client ? failure : null, clients.Losses[0] as ForeignException);
        Assert.Equal(transports, [server.Transport, client.Transport]);
        Assert.Equal(ConnectorState.Disconnected, connector.State);

        // So that something waits when the turn ends, and a producer is resumed after it.
        static void Write(HalfCloseProtocol end)
        {
            end.Transport.Write([0]);
            end.Transport.Write(new byte[70_000]);
        }
    });

    [Theory, Clause("TCP-53", "I2", "I3")]
    [InlineData(true)]
    [InlineData(false)]
    public void ConnectionLost_Throws_TheSameObjectIsInTheLog(bool isServer) => Run(async rig =>
    {
        ForeignException failure = new();
        Pair pair = await rig.ConnectPair();
        (isServer ? pair.Server : pair.Client).OnLost = _ => throw failure;

        pair.Client.Transport.LoseConnection();

        await rig.Until(() => pair.IsOver);
        Assert.Same(failure, rig.TakeError().Exception);
        Assert.Single(pair.ClientFactory.Losses);
    });

    [Fact, Clause("TCP-24", "TCP-39", "I3")]
    public void BuildProtocol_Throws_TheSameObjectIsInTheLogAndInTheReason() => Run(async rig =>
    {
        ForeignException failure = new();
        RecordingFactory servers = new() { OnBuild = _ => throw failure };
        IListeningPort port = rig.Listen(servers);
        RecordingFactory clients = new() { OnBuild = _ => throw failure };

        rig.Connect(port, clients);
        await rig.Until(() => clients.Stops == 1 && servers.Addresses.Count == 1);

        Assert.Same(failure, Assert.IsType<ConnectException>(Assert.Single(clients.Failures)).InnerException);
        IReadOnlyList<Support.LogRecord> errors = rig.TakeErrors();
        Assert.Equal(2, errors.Count);
        Assert.All(errors, record => Assert.Same(failure, record.Exception));
    });

    [Fact, Clause("TCP-7", "TCP-28", "I3")]
    public void StartFactoryOrStartedConnecting_Throws_TheCallerGetsTheSameObject() => Run(rig =>
    {
        ForeignException failure = new();

        Assert.Same(failure, Record.Exception(() => rig.Listen(new RecordingFactory { OnStart = () => throw failure })));
        Assert.Same(failure, Record.Exception(() => rig.Reactor.ConnectTcp("127.0.0.1", 1, new RecordingFactory { OnStart = () => throw failure })));
        Assert.Same(failure, Record.Exception(() => rig.Reactor.ConnectTcp("127.0.0.1", 1, new RecordingFactory { OnStartedConnecting = _ => throw failure })));
        Assert.Empty(rig.TakeErrors());
        return Task.CompletedTask;
    });

    [Fact, Clause("TCP-28", "TCP-45", "TCP-13")]
    public void PortsAndConnectors_ThroughoutTheirLives_AreTheSameObjects() => Run(async rig =>
    {
        List<IConnector> heard = [];
        RecordingFactory clients = new() { OnStartedConnecting = heard.Add, OnLost = heard.Add, OnFailed = heard.Add };
        IListeningPort port = rig.Reactor.ListenTcp(await FreePort(rig), new RecordingFactory(), host: OwnAddress);
        IConnector connector = rig.Connect(port, clients);
        await rig.Until(() => clients.Built.Count == 1);
        connector.Disconnect();
        await rig.Until(() => clients.Losses.Count == 1);
        rig.Plan.FailNext(Operation.Connect, Errno.ECONNREFUSED);
        connector.Connect();
        await rig.Until(() => clients.Failures.Count == 1);
        await port.StopListening();
        port.StartListening();

        Assert.Equal(4, heard.Count);
        Assert.All(heard, each => Assert.Same(connector, each));
        Assert.Same(port, Assert.Single(rig.Reactor.GetReaders()));
        connector.Connect();
        await rig.Until(() => clients.Built.Count == 2);
    });

    /// <summary>An exception that the library knows nothing of.</summary>
    private sealed class ForeignException : Exception;
}
