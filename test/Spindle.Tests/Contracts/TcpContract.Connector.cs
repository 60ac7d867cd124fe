using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Connectors.</content>
public abstract partial class TcpContract
{
    [Fact, Clause("TCP-42")]
    public void Connect_ConnectingOrConnected_Throws() => Run(async rig =>
    {
        RecordingFactory clients = new();
        IConnector connector = rig.Connect(rig.Listen(new RecordingFactory()), clients);

        Assert.Throws<InvalidOperationException>(connector.Connect);
        await rig.Until(() => clients.Built.Count == 1);
        Assert.Throws<InvalidOperationException>(connector.Connect);

        Assert.Equal(ConnectorState.Connected, connector.State);
        Assert.Equal(1, clients.Starts);
    });

    [Fact, Clause("TCP-42", "TCP-46")]
    public void Connect_AfterTheEnd_ConnectsAgain() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        pair.Client.Transport.LoseConnection();
        await rig.Until(() => pair.IsOver);

        pair.Connector.Connect();

        await rig.Until(() => pair.ClientFactory.Addresses.Count == 2);
        Assert.Equal(ConnectorState.Connected, pair.Connector.State);
        Assert.Equal(2, pair.ClientFactory.Starts);
        Assert.Equal(1, pair.ClientFactory.Stops);
    });

    [Fact, Clause("TCP-43")]
    public void StopConnecting_NotConnecting_Throws() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();

        Assert.Throws<NotConnectingException>(pair.Connector.StopConnecting);
        pair.Client.Transport.LoseConnection();
        await rig.Until(() => pair.IsOver);
        Assert.Throws<NotConnectingException>(pair.Connector.StopConnecting);
    });

    [Fact, Clause("TCP-43", "TCP-45")]
    public void StopConnecting_Connecting_TellsTheFactoryWithinTheCall() => Run(async rig =>
    {
        using SilentServer server = new();
        RecordingFactory factory = new();
        ConnectorState? state = null;
        factory.OnFailed = connector => state = connector.State;
        IConnector connector = rig.Reactor.ConnectTcp("127.0.0.1", server.Port, factory);
        await rig.Until(() => rig.Reactor.GetWriters().Count == 1);
        int open = rig.Kernel.Ledger.Count;

        connector.StopConnecting();

        Assert.Equal(["start factory", "started connecting", "connection failed", "stop factory"], factory.Journal);
        Assert.IsType<UserAbortedException>(factory.Failures[0]);
        Assert.Equal(ConnectorState.Disconnected, state);
        Assert.Empty(rig.Reactor.GetDelayedCalls());
        Assert.Empty(rig.Reactor.GetWriters());
        Assert.Equal(open - 1, rig.Kernel.Ledger.Count);
    });

    [Fact, Clause("TCP-43")]
    public void StopConnecting_InStartedConnecting_GivesTheAttemptUp() => Run(async rig =>
    {
        RecordingFactory factory = new() { OnStartedConnecting = connector => connector.StopConnecting() };

        IConnector connector = rig.Reactor.ConnectTcp("127.0.0.1", 1, factory);

        Assert.Equal(ConnectorState.Disconnected, connector.State);
        Assert.IsType<UserAbortedException>(Assert.Single(factory.Failures));
        await rig.NextTurn();
        await rig.NextTurn();
        Assert.Equal(0, rig.Plan.Count(Operation.Socket));
        Assert.Single(factory.Failures);
    });

    [Theory, Clause("TCP-43", "TCP-44", "TCP-45")]
    [InlineData(false)]
    [InlineData(true)]
    public void StopConnecting_WhileTheFactoryIsStarted_GivesTheAttemptUp(bool connectsAgain) => Run(async rig =>
    {
        const int Nobody = 1;
        List<string> journal = [];
        RecordingFactory factory = new(journal: journal);
        IConnector connector = rig.Reactor.ConnectTcp("127.0.0.1", Nobody, factory);
        connector.StopConnecting();
        journal.Clear();
        factory.OnStart = () =>
        {
            factory.OnStart = null;
            connector.Disconnect();
            Assert.Throws<InvalidOperationException>(connector.Connect); // It is told first.
        };
        if (connectsAgain)
        {
            factory.OnFailed = _ =>
            {
                factory.OnFailed = null;
                connector.Connect();
            };
        }

        connector.Connect();

        Assert.IsType<UserAbortedException>(factory.Failures[1]);
        Assert.Equal(connectsAgain ? ConnectorState.Connecting : ConnectorState.Disconnected, connector.State);
        await rig.Until(() => connector.State == ConnectorState.Disconnected);
        string[] again = ["started connecting", "connection failed"];
        Assert.Equal(["start factory", "connection failed", .. connectsAgain ? again : [], "stop factory"], journal);
        Assert.Empty(rig.Reactor.GetDelayedCalls());
    });

    [Fact, Clause("TCP-44")]
    public void Disconnect_Connecting_Stops() => Run(async rig =>
    {
        using SilentServer server = new();
        RecordingFactory factory = new();
        IConnector connector = rig.Reactor.ConnectTcp("127.0.0.1", server.Port, factory);
        await rig.Until(() => rig.Reactor.GetWriters().Count == 1);

        connector.Disconnect();

        Assert.IsType<UserAbortedException>(Assert.Single(factory.Failures));
    });

    [Fact, Clause("TCP-44", "TCP-55")]
    public void Disconnect_Connected_LosesTheConnection() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();

        pair.Connector.Disconnect();

        await rig.Until(() => pair.IsOver);
        AssertReason<ConnectionDoneException>(pair.Client);
        pair.Connector.Disconnect(); // Disconnected: nothing.
        Assert.Single(pair.ClientFactory.Losses);
    });

    [Fact, Clause("TCP-41", "TCP-45")]
    public void StopConnecting_ConnectedInTheSameTurn_IsToldOnce() => Run(async rig =>
    {
        RecordingFactory factory = new();
        IConnector connector = rig.Connect(rig.Listen(new RecordingFactory()), factory);
        await rig.Until(() => rig.Plan.Count(Operation.Connect) == 1);

        connector.StopConnecting(); // The kernel has connected it by now; the reactor has not looked yet.

        await rig.NextTurn();
        await rig.NextTurn();
        Assert.Empty(factory.Built);
        Assert.Single(factory.Failures);
    });

    [Fact, Clause("TCP-45", "TCP-46")]
    public void ClientConnectionFailed_ConnectsAgain_StartsAndStopsTheFactoryOnce() => Run(async rig =>
    {
        int number = await FreePort(rig);
        RecordingFactory factory = new();
        factory.OnFailed = connector =>
        {
            if (factory.Failures.Count < 3)
            {
                connector.Connect();
            }
        };

        IConnector connector = rig.Reactor.ConnectTcp(OwnAddress, number, factory);

        await rig.Until(() => factory.Stops == 1);
        Assert.Equal(3, factory.Failures.Count);
        Assert.Equal(1, factory.Starts);
        Assert.Equal(ConnectorState.Disconnected, connector.State);
    });

    [Fact, Clause("TCP-45", "TCP-46")]
    public void ClientConnectionLost_ConnectsAgain_StartsAndStopsTheFactoryOnce() => Run(async rig =>
    {
        RecordingFactory servers = new(() => new RecordingProtocol { OnMade = null });
        IListeningPort port = rig.Listen(servers);
        RecordingFactory? factory = null;
        factory = new RecordingFactory(() =>
        {
            RecordingProtocol client = new();
            client.OnMade = () => client.Transport.LoseConnection();
            return client;
        })
        {
            OnLost = connector =>
            {
                if (factory!.Losses.Count < 3)
                {
                    connector.Connect();
                }
            },
        };

        rig.Connect(port, factory);

        await rig.Until(() => factory.Stops == 1);
        Assert.Equal(3, factory.Built.Count);
        Assert.Equal(1, factory.Starts);
        Assert.All(factory.Built, client => Assert.Equal(1, client.LostCount));
        await rig.Until(() => servers.Built.Count == 3 && servers.Built.TrueForAll(server => server.LostCount == 1));
    });

    [Fact, Clause("TCP-47")]
    public void ConnectionLost_Client_ComesBeforeTheFactorys() => Run(async rig =>
    {
        List<string> journal = [];
        RecordingProtocol client = new("client", journal);
        RecordingFactory factory = new(() => client, journal);
        ConnectorState? state = null;
        IConnector? connector = null;
        client.OnLost = _ => state = connector!.State;
        connector = rig.Connect(rig.Listen(new RecordingFactory()), factory);
        await rig.Until(() => client.MadeCount == 1);

        client.Transport.LoseConnection();

        await rig.Until(() => factory.Stops == 1);
        Assert.Equal(
            ["start factory", "started connecting", "build protocol", "client made", "client lost", "connection lost", "stop factory"],
            journal);
        Assert.Equal(ConnectorState.Connected, state);
        Assert.Same(client.Reason, factory.Losses[0]);
    });

    [Fact, Clause("TCP-42")]
    public void Connect_StartFactoryThrows_CanBeTriedAgain() => Run(async rig =>
    {
        InvalidOperationException failure = new("the factory's");
        Pair pair = await rig.ConnectPair();
        pair.Client.Transport.LoseConnection();
        await rig.Until(() => pair.IsOver);
        pair.ClientFactory.OnStart = () => throw failure;

        Assert.Same(failure, Record.Exception(pair.Connector.Connect));

        Assert.Equal(ConnectorState.Disconnected, pair.Connector.State);
        Assert.Empty(rig.Reactor.GetDelayedCalls());
        pair.ClientFactory.OnStart = null;
        pair.Connector.Connect();
        await rig.Until(() => pair.ClientFactory.Addresses.Count == 2);
    });

    [Fact, Clause("TCP-28")]
    public void ConnectTcp_StartedConnectingThrows_GivesTheAttemptUp() => Run(async rig =>
    {
        InvalidOperationException failure = new("the factory's");
        RecordingFactory servers = new();
        IListeningPort port = rig.Listen(servers);
        RecordingFactory factory = new() { OnStartedConnecting = _ => throw failure };

        Assert.Same(failure, Record.Exception(() => rig.Connect(port, factory)));

        Assert.Empty(rig.Reactor.GetDelayedCalls());
        await rig.NextTurn();
        await rig.NextTurn();
        Assert.Equal(0, rig.Plan.Count(Operation.Connect));
        Assert.Equal(["start factory", "started connecting", "stop factory"], factory.Journal);
    });
}
