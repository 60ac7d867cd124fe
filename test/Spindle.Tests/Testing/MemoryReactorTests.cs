using System.Net;
using Spindle.Testing;
using Spindle.Tests.Support;

namespace Spindle.Tests.Testing;

public sealed class MemoryReactorTests
{
    private readonly MemoryReactor _reactor = new();
    private readonly List<string> _heard = [];

    [Fact]
    public void CallWhenRunning_BeforeAndAfter_RunsAtTheStartOrAtOnce()
    {
        _reactor.CallWhenRunning(() => _heard.Add("waited"));
        Assert.Empty(_heard);

        _reactor.Start();
        Assert.Equal(["waited"], _heard);
        Assert.True(_reactor.IsRunning);
        _reactor.CallWhenRunning(() => _heard.Add("at once"));
        Assert.Equal(["waited", "at once"], _heard);

        Assert.Throws<ReactorAlreadyRunningException>(_reactor.Start);
        _reactor.Stop();
        Assert.True(_reactor.HasStopped);
        Assert.False(_reactor.IsRunning);
        Assert.Throws<ReactorNotRunningException>(_reactor.Stop);
    }

    [Fact]
    public void Run_Always_EndsAtOnce()
    {
        _reactor.CallWhenRunning(() => Assert.True(_reactor.IsRunning));

        _reactor.Run();

        Assert.False(_reactor.IsRunning);
        Assert.True(_reactor.HasStopped);
    }

    [Fact]
    public void Run_StoppedByACall_Ends()
    {
        _reactor.CallWhenRunning(_reactor.Stop);

        _reactor.Run();

        Assert.True(_reactor.HasStopped);
    }

    [Fact]
    public void Advance_Always_MovesTheClock()
    {
        _reactor.CallLater(TimeSpan.FromSeconds(1), () => _heard.Add("call"));
        Assert.Single(_reactor.GetDelayedCalls());

        _reactor.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["call"], _heard);
        Assert.Equal(TimeSpan.FromSeconds(1), _reactor.Seconds());
        Assert.Equal(_reactor.Seconds(), _reactor.Clock.Seconds());
    }

    [Fact]
    public void CallFromThread_Several_RunAtTheNextAdvanceInOrder()
    {
        OffThread.Run(() => _reactor.CallFromThread(() => _heard.Add("first")));
        _reactor.CallFromThread(() => _reactor.CallFromThread(() => _heard.Add("of the second")));
        Assert.Empty(_heard);

        _reactor.Advance(TimeSpan.Zero);
        Assert.Equal(["first"], _heard);

        _reactor.Advance(TimeSpan.Zero);
        Assert.Equal(["first", "of the second"], _heard);
    }

    [Fact]
    public void ListenTcp_Always_KeepsTheArguments()
    {
        RecordingFactory factory = new(_heard);
        TcpListenOptions options = new() { NoDelay = true };

        IListeningPort port = _reactor.ListenTcp(7000, factory, backlog: 5, host: "::1", options: options);

        MemoryTcpServer server = Assert.Single(_reactor.TcpServers);
        Assert.Equal(new MemoryTcpServer(7000, factory, 5, "::1", options, server.Listener), server);
        Assert.Same(port, server.Listener);
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 7000), port.GetHost());
        Assert.Equal(["start"], _heard);
    }

    [Fact]
    public void ListenTcp_PortZero_MakesOneUp()
    {
        IListeningPort one = _reactor.ListenTcp(0, new RecordingFactory(_heard));
        IListeningPort other = _reactor.ListenTcp(0, new RecordingFactory(_heard));

        Assert.NotEqual(0, ((IPEndPoint)one.GetHost()).Port);
        Assert.NotEqual(one.GetHost(), other.GetHost());
        Assert.Equal(0, _reactor.TcpServers[0].Port);
    }

    [Fact]
    public void ListenTcp_BadArguments_ThrowsAsAReactorDoes()
    {
        RecordingFactory factory = new(_heard);
        Assert.Throws<CannotListenException>(() => _reactor.ListenTcp(65_536, factory));
        Assert.Throws<CannotListenException>(() => _reactor.ListenTcp(1, factory, host: "no address"));
        Assert.Throws<ArgumentNullException>(() => _reactor.ListenTcp(1, null!));
        Assert.Empty(_reactor.TcpServers);
    }

    [Fact]
    public void Accept_Listening_ConnectsAProtocolOfTheFactory()
    {
        IListeningPort port = _reactor.ListenTcp(7000, new RecordingFactory(_heard));
        StringTransport transport = new();

        IProtocol? protocol = _reactor.TcpServers[0].Listener.Accept(transport);
        protocol!.DataReceived("hello"u8);
        transport.LoseConnection();

        Assert.IsType<AccumulatingProtocol>(protocol);
        Assert.Equal(["start", $"build {transport.Peer}"], _heard);
        Assert.Equal(1, ((AccumulatingProtocol)protocol).LostCount);

        Assert.True(port.StopListening().IsCompletedSuccessfully);
        Assert.True(port.StopListening().IsCompletedSuccessfully);
        Assert.Equal(["start", $"build {transport.Peer}", "stop"], _heard);
        Assert.Throws<InvalidOperationException>(() => _reactor.TcpServers[0].Listener.Accept(new StringTransport()));
        port.StartListening();
        Assert.Throws<InvalidOperationException>(port.StartListening);
    }

    [Fact]
    public void ConnectTcp_Always_KeepsTheArguments()
    {
        RecordingFactory factory = new(_heard);
        IPEndPoint bind = new(IPAddress.Loopback, 1);
        TcpConnectOptions options = new() { KeepAlive = true };

        IConnector connector = _reactor.ConnectTcp("example.org", 80, factory, TimeSpan.FromSeconds(3), bind, options);

        MemoryTcpClient client = Assert.Single(_reactor.TcpClients);
        Assert.Equal(new MemoryTcpClient("example.org", 80, factory, TimeSpan.FromSeconds(3), bind, options, client.Connector), client);
        Assert.Same(connector, client.Connector);
        Assert.Equal(new DnsEndPoint("example.org", 80), connector.GetDestination());
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 81), _reactor.ConnectTcp("127.0.0.1", 81, factory).GetDestination());
        Assert.Equal(ConnectorState.Connecting, connector.State);
        Assert.Equal(["start", "connecting"], _heard.Take(2));
    }

    [Fact]
    public void Fail_Connecting_TellsTheFactory()
    {
        MemoryConnector connector = Connect();
        ConnectRefusedException reason = new();

        connector.Fail(reason);

        Assert.Equal(["start", "connecting", "failed: ConnectRefusedException", "stop"], _heard);
        Assert.Equal(ConnectorState.Disconnected, connector.State);
        Assert.Throws<NotConnectingException>(() => connector.Fail(reason));
        Assert.Throws<NotConnectingException>(connector.StopConnecting);
    }

    [Fact]
    public void Fail_FactoryConnectsAgain_GoesOnWithTheSameFactory()
    {
        RecordingFactory factory = new(_heard) { ConnectsAgain = true };
        _reactor.ConnectTcp("127.0.0.1", 80, factory);
        MemoryConnector connector = _reactor.TcpClients[0].Connector;

        connector.Fail(new ConnectRefusedException());

        Assert.Equal(["start", "connecting", "failed: ConnectRefusedException", "connecting"], _heard);
        Assert.Equal(2, connector.Attempts);
        Assert.Throws<InvalidOperationException>(connector.Connect);
    }

    [Fact]
    public void StopConnecting_Connecting_TellsTheFactory()
    {
        Connect().Disconnect();

        Assert.Equal(["start", "connecting", "failed: UserAbortedException", "stop"], _heard);
    }

    [Fact]
    public void Succeed_WithATransport_ConnectsAProtocolAndTellsOfItsEnd()
    {
        MemoryConnector connector = Connect();
        StringTransport transport = new();

        IProtocol? protocol = connector.Succeed(transport);
        Assert.Equal(ConnectorState.Connected, connector.State);
        Assert.Same(transport, Assert.IsType<AccumulatingProtocol>(protocol).Transport);

        connector.Disconnect();
        Assert.Equal(["start", "connecting", "build 127.0.0.1:80", "lost: ConnectionDoneException", "stop"], _heard);
        Assert.Equal(ConnectorState.Disconnected, connector.State);
    }

    [Fact]
    public void Succeed_WithAPort_ConnectsTheTwo()
    {
        List<string> serverHeard = [];
        _reactor.ListenTcp(80, new RecordingFactory(serverHeard), host: "127.0.0.1");
        MemoryConnector connector = Connect();

        MemoryPump? pump = connector.Succeed(_reactor.TcpServers[0].Listener);
        pump!.Client.Write("hello"u8);
        pump.Flush();
        Assert.Equal("hello", ((AccumulatingProtocol)pump.Server.Protocol).ReceivedText);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 80), pump.Client.GetPeer());

        pump.Server.LoseConnection();
        pump.Flush();
        Assert.Equal(["start", "connecting", "build 127.0.0.1:80", "lost: ConnectionDoneException", "stop"], _heard);
        Assert.Equal(["start", "build 127.0.0.1:54321"], serverHeard);
    }

    [Fact]
    public void Succeed_FactoryWantsNone_IsLostAtOnce()
    {
        RecordingFactory factory = new(_heard) { BuildsNothing = true };
        _reactor.ConnectTcp("127.0.0.1", 80, factory);

        Assert.Null(_reactor.TcpClients[0].Connector.Succeed(new StringTransport()));

        Assert.Equal("lost: ConnectionDoneException", _heard[^2]);
    }

    [Fact]
    public void Succeed_OneSideWantsNone_TheOtherIsConnectedAndLost()
    {
        AccumulatingProtocol client = new();
        AccumulatingProtocol server = new();
        MemoryPort refusing = (MemoryPort)_reactor.ListenTcp(1, Factory.For(_ => null));
        MemoryPort accepting = (MemoryPort)_reactor.ListenTcp(2, Factory.For(_ => server));
        _reactor.ConnectTcp("127.0.0.1", 1, ClientFactory.For(_ => client));
        _reactor.ConnectTcp("127.0.0.1", 2, new RecordingFactory(_heard) { BuildsNothing = true });

        Assert.Null(_reactor.TcpClients[0].Connector.Succeed(refusing));
        Assert.Null(_reactor.TcpClients[1].Connector.Succeed(accepting));

        Assert.Equal(1, client.LostCount);
        Assert.Equal(1, server.LostCount);
        Assert.Equal("lost: ConnectionDoneException", _heard[^2]);
        Assert.Equal(ConnectorState.Disconnected, _reactor.TcpClients[0].Connector.State);
    }

    [Fact]
    public void AddReader_Twice_IsWatchedOnce()
    {
        Descriptor descriptor = new();
        _reactor.AddReader(descriptor);
        _reactor.AddReader(descriptor);
        _reactor.AddWriter(descriptor);

        Assert.Equal([descriptor], _reactor.GetReaders());
        Assert.Equal([descriptor], _reactor.GetWriters());
        _reactor.RemoveReader(descriptor);
        _reactor.RemoveReader(descriptor);
        _reactor.RemoveWriter(descriptor);
        Assert.Empty(_reactor.GetReaders());
        Assert.Empty(_reactor.GetWriters());
    }

    [Fact, Clause("FD-1", "FD-17")]
    public void RemoveAll_ObjectsThatAreEqual_AreTwo()
    {
        EqualDescriptor first = new(1);
        EqualDescriptor second = new(2);
        _reactor.AddReader(first);
        _reactor.AddReader(second);
        _reactor.AddWriter(second);
        _reactor.RemoveReader(second);
        Assert.Same(first, Assert.Single(_reactor.GetReaders()));

        Assert.Equal(2, _reactor.RemoveAll().Count);
    }

    private MemoryConnector Connect()
    {
        _reactor.ConnectTcp("127.0.0.1", 80, new RecordingFactory(_heard));
        return _reactor.TcpClients[0].Connector;
    }

    private sealed class RecordingFactory(List<string> heard) : ClientFactory
    {
        public bool ConnectsAgain { get; init; }

        public bool BuildsNothing { get; init; }

        public override void StartFactory() => heard.Add("start");

        public override void StopFactory() => heard.Add("stop");

        public override void StartedConnecting(IConnector connector) => heard.Add("connecting");

        public override void ClientConnectionFailed(IConnector connector, Exception reason)
        {
            heard.Add($"failed: {reason.GetType().Name}");
            if (ConnectsAgain)
            {
                connector.Connect();
            }
        }

        public override void ClientConnectionLost(IConnector connector, Exception reason) => heard.Add($"lost: {reason.GetType().Name}");

        protected override IProtocol? CreateProtocol(EndPoint address)
        {
            heard.Add($"build {address}");
            return BuildsNothing ? null : new AccumulatingProtocol();
        }
    }

    private sealed class Descriptor : IReadDescriptor, IWriteDescriptor
    {
        public string LogPrefix => "";

        public int Fileno() => 0;

        public Exception? DoRead() => null;

        public Exception? DoWrite() => null;

        public void ConnectionLost(Exception reason)
        {
        }
    }
}
