using System.Net;
using System.Net.Sockets;
using Spindle.Kernel;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Attempts to connect.</content>
public abstract partial class TcpContract
{
    [Fact, Clause("TCP-27", "TCP-28")]
    public void ConnectTcp_Called_StartsTheFactoryAndSendsNothingYet() => Run(async rig =>
    {
        IListeningPort port = rig.Listen(new RecordingFactory());
        IConnector? started = null;
        RecordingFactory factory = new() { OnStartedConnecting = connector => started = connector };

        IConnector connector = rig.Connect(port, factory);

        Assert.Equal(["start factory", "started connecting"], factory.Journal);
        Assert.Same(connector, started);
        Assert.Equal(ConnectorState.Connecting, connector.State);
        Assert.Equal(0, rig.Plan.Count(Operation.Connect));
        Assert.Single(rig.Reactor.GetDelayedCalls());
        await rig.Until(() => factory.Built.Count == 1);
    });

    [Fact, Clause("TCP-30")]
    public void GetDestination_Any_GivesTheAddressAsItWasGiven() => Run(rig =>
    {
        RecordingFactory factory = new();

        IConnector ipv4 = rig.Reactor.ConnectTcp("127.0.0.1", 1, factory);
        IConnector ipv6 = rig.Reactor.ConnectTcp("::1", 2, factory);
        IConnector name = rig.Reactor.ConnectTcp("localhost", 3, factory);

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 1), ipv4.GetDestination());
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 2), ipv6.GetDestination());
        Assert.Equal(new DnsEndPoint("localhost", 3), name.GetDestination());
        Assert.Equal("<TcpConnector connecting to 127.0.0.1:1>", ipv4.ToString());
        Assert.Equal("<TcpConnector connecting to [::1]:2>", ipv6.ToString());
        Assert.Equal("<TcpConnector connecting to localhost:3>", name.ToString());
        foreach (IConnector connector in new[] { ipv4, ipv6, name })
        {
            connector.StopConnecting();
        }

        Assert.Equal("<TcpConnector disconnected to 127.0.0.1:1>", ipv4.ToString());
        return Task.CompletedTask;
    });

    [Fact, Clause("TCP-32", "NAME-1")]
    public void ConnectTcp_EmptyHost_IsThisMachine() => Run(async rig =>
    {
        RecordingFactory servers = new();
        IListeningPort port = rig.Listen(servers);
        RecordingFactory clients = new();

        IConnector connector = rig.Reactor.ConnectTcp("", ReactorRig.AddressOf(port).Port, clients);

        Assert.Equal(new IPEndPoint(IPAddress.Any, ReactorRig.AddressOf(port).Port), connector.GetDestination());
        await rig.Until(() => servers.Built.Count == 1 && clients.Built.Count == 1);
    });

    [Theory, Clause("TCP-31")]
    [InlineData("127.0.0.1", "127.0.0.9")]
    [InlineData("::1", "::1")]
    public void ConnectTcp_BindAddress_IsTheLocalEnd(string host, string local) => Run(async rig =>
    {
        RecordingFactory servers = new();
        IListeningPort port = rig.Listen(servers, host);
        IPEndPoint bindAddress = new(IPAddress.Parse(local), 0);

        rig.Reactor.ConnectTcp(host, ReactorRig.AddressOf(port).Port, new RecordingFactory(), bindAddress: bindAddress);

        await rig.Until(() => servers.Built.Count == 1);
        Assert.Equal(bindAddress.Address, ((IPEndPoint)servers.Addresses[0]).Address);
    });

    [Theory, Clause("TCP-31")]
    [InlineData(Operation.Socket)]
    [InlineData(Operation.Bind)]
    public void ConnectTcp_SocketCannotBeMadeOrBound_FailsInALaterTurn(Operation operation) => Run(async rig =>
    {
        rig.Plan.FailNext(operation, Errno.EADDRINUSE);
        RecordingFactory factory = new();

        rig.Reactor.ConnectTcp("127.0.0.1", 1, factory, bindAddress: new IPEndPoint(IPAddress.Loopback, 0));

        Assert.Empty(factory.Failures);
        await rig.Until(() => factory.Failures.Count == 1);
        AssertErrno(Errno.EADDRINUSE, Assert.IsType<ConnectBindException>(factory.Failures[0]));
        Assert.Equal(1, factory.Stops);
    });

    [Fact, Clause("TCP-31")]
    public void ConnectTcp_BindAddressIsNotOurs_FailsWithConnectBind() => Run(async rig =>
    {
        RecordingFactory factory = new();

        rig.Reactor.ConnectTcp("127.0.0.1", 1, factory, bindAddress: new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0));

        await rig.Until(() => factory.Failures.Count == 1);
        AssertErrno(Errno.EADDRNOTAVAIL, Assert.IsType<ConnectBindException>(factory.Failures[0]));
    });

    [Fact, Clause("TCP-32")]
    public void ConnectTcp_Name_IsLookedUp() => Run(async rig =>
    {
        RecordingFactory servers = new();
        IListeningPort port = rig.Listen(servers);
        RecordingFactory clients = new();

        rig.Reactor.ConnectTcp("localhost", ReactorRig.AddressOf(port).Port, clients);

        await rig.Until(() => servers.Built.Count == 1 && clients.Built.Count == 1);
        Assert.Equal(port.GetHost(), clients.Addresses[0]);
    });

    [Fact, Clause("TCP-32")]
    public void ConnectTcp_NameCannotBeLookedUp_FailsWithDnsLookup() => Run(async rig =>
    {
        RecordingFactory factory = new();

        rig.Reactor.ConnectTcp(new string('x', 300), 1, factory); // No name is as long.

        await rig.Until(() => factory.Failures.Count == 1);
        Assert.Equal(0, Assert.IsType<DnsLookupException>(factory.Failures[0]).Errno);
        Assert.Equal(0, rig.Plan.Count(Operation.Socket));
    });

    [Fact, Clause("TCP-32", "TCP-43")]
    public void StopConnecting_WhileANameIsLookedUp_ConnectsNoMore()
    {
        ReactorRig rig = new(Kind);
        HeldThreads threads = new(rig.Kernel.WorkerThreads);
        rig.Kernel.WorkerThreads = threads;
        rig.Run(async _ =>
        {
            RecordingFactory stopped = new();
            RecordingFactory other = new();
            IConnector connector = rig.Reactor.ConnectTcp("localhost", 1, stopped);
            await rig.Until(() => threads.Count > 0); // The look-up has begun.

            connector.StopConnecting();

            Assert.IsType<UserAbortedException>(Assert.Single(stopped.Failures));
            threads.Release();
            rig.Reactor.ConnectTcp("localhost", 1, other); // Looked up after the first.
            await rig.Until(() => other.Failures.Count == 1);
            Assert.Single(stopped.Failures);
            Assert.Equal(1, rig.Plan.Count(Operation.Socket));
        });
    }

    [Theory, Clause("TCP-33")]
    [InlineData(Errno.EINPROGRESS)]
    [InlineData(Errno.EALREADY)]
    [InlineData(Errno.EISCONN)]
    public void ConnectTcp_KernelHasNotDecidedOrIsConnected_Connects(int error) => Run(async rig =>
    {
        rig.Plan.Add(new Fault(Operation.GetSockOpt, 1, FaultKind.Outcome, error));

        Pair pair = await rig.ConnectPair();

        Assert.Equal(1, rig.Plan.Fired);
        Assert.Equal(ConnectorState.Connected, pair.Connector.State);
    });

    [Theory, Clause("TCP-33")]
    [InlineData(Errno.EINTR)]
    [InlineData(Errno.EALREADY)]
    [InlineData(Errno.EISCONN)]
    public void ConnectTcp_ConnectReportsThatItGoesOn_Connects(int error) => Run(async rig =>
    {
        rig.Plan.Add(new Fault(Operation.Connect, 1, FaultKind.ErrorAfter, error));

        Pair pair = await rig.ConnectPair();

        Assert.Equal(1, rig.Plan.Fired);
        Assert.Equal(ConnectorState.Connected, pair.Connector.State);
    });

    [Fact, Clause("TCP-34")]
    public void ConnectTcp_NobodyListens_IsRefused() => Run(async rig =>
    {
        int number = await FreePort(rig);
        RecordingFactory factory = new();

        IConnector connector = rig.Reactor.ConnectTcp(OwnAddress, number, factory);

        await rig.Until(() => factory.Failures.Count == 1);
        AssertErrno(Errno.ECONNREFUSED, Assert.IsType<ConnectRefusedException>(factory.Failures[0]));
        Assert.Contains("111", factory.Failures[0].Message, StringComparison.Ordinal);
        Assert.Equal(ConnectorState.Disconnected, connector.State);
        Assert.Empty(rig.Reactor.GetDelayedCalls());
        Assert.Empty(rig.Reactor.GetWriters());
    });

    public static TheoryData<int, Type> ErrorsOfConnect => new()
    {
        { Errno.ECONNREFUSED, typeof(ConnectRefusedException) },
        { Errno.ENETUNREACH, typeof(NoRouteException) },
        { Errno.ETIMEDOUT, typeof(TcpTimedOutException) },
        { Errno.EHOSTUNREACH, typeof(ConnectException) },
        { Errno.EACCES, typeof(ConnectException) },
    };

    [Theory, Clause("TCP-34"), MemberData(nameof(ErrorsOfConnect))]
    public void ConnectTcp_ConnectFails_GivesTheErrorsOwnException(int errno, Type expected) => Run(async rig =>
    {
        rig.Plan.FailNext(Operation.Connect, errno);
        RecordingFactory factory = new();

        rig.Reactor.ConnectTcp("127.0.0.1", 1, factory);

        await rig.Until(() => factory.Failures.Count == 1);
        Assert.Equal(expected, factory.Failures[0].GetType());
        AssertErrno(errno, factory.Failures[0]);
        Assert.Equal(1, factory.Stops);
    });

    [Theory, Clause("TCP-33", "TCP-34"), MemberData(nameof(ErrorsOfConnect))]
    public void ConnectTcp_ConnectFailsLater_GivesTheErrorsOwnException(int errno, Type expected) => Run(async rig =>
    {
        IListeningPort port = rig.Listen(new RecordingFactory());
        rig.Plan.AddNext(Operation.GetSockOpt, FaultKind.Outcome, errno);
        RecordingFactory factory = new();

        rig.Connect(port, factory);

        await rig.Until(() => factory.Failures.Count == 1);
        Assert.Equal(expected, factory.Failures[0].GetType());
        AssertErrno(errno, factory.Failures[0]);
        Assert.Empty(rig.Reactor.GetWriters());
    });

    [Fact, Clause("TCP-34", "FD-6")]
    public void ConnectTcp_SocketCannotBeWatched_Fails() => Run(async rig =>
    {
        IListeningPort port = rig.Listen(new RecordingFactory());
        await rig.NextTurn();
        rig.Plan.FailNext(Registration, Errno.ENOSPC);
        RecordingFactory factory = new();

        rig.Connect(port, factory);

        await rig.Until(() => factory.Failures.Count == 1);
        AssertErrno(Errno.ENOSPC, Assert.IsType<ConnectException>(factory.Failures[0]));
    });

    [Fact, Clause("TCP-35")]
    public void ConnectTcp_NoAnswer_TimesOut() => Run(async rig =>
    {
        using SilentServer server = new();
        RecordingFactory factory = new();

        IConnector connector = rig.Reactor.ConnectTcp("127.0.0.1", server.Port, factory, TimeSpan.FromMilliseconds(5));

        await rig.Until(() => factory.Failures.Count == 1);
        Assert.IsType<ConnectTimeoutException>(factory.Failures[0]);
        Assert.IsAssignableFrom<UserAbortedException>(factory.Failures[0]);
        Assert.Equal(ConnectorState.Disconnected, connector.State);
        Assert.Empty(rig.Reactor.GetWriters());
    });

    [Fact, Clause("TCP-35")]
    public void ConnectTcp_InfiniteTimeout_HasNoTimer() => Run(async rig =>
    {
        using SilentServer server = new();
        RecordingFactory factory = new();

        IConnector connector = rig.Reactor.ConnectTcp("127.0.0.1", server.Port, factory, Timeout.InfiniteTimeSpan);

        Assert.Empty(rig.Reactor.GetDelayedCalls());
        await rig.Until(() => rig.Reactor.GetWriters().Count == 1);
        Assert.Empty(factory.Failures);
        connector.StopConnecting();
        Assert.Empty(rig.Reactor.GetWriters());
    });

    [Fact, Clause("TCP-35")]
    public void ConnectTcp_NegativeTimeout_Throws() => Run(rig =>
    {
        RecordingFactory factory = new();

        Assert.Throws<ArgumentOutOfRangeException>(() => rig.Reactor.ConnectTcp("127.0.0.1", 1, factory, TimeSpan.FromSeconds(-2)));

        Assert.Empty(factory.Journal);
        return Task.CompletedTask;
    });

    [Fact, Clause("TCP-35", "TCP-36")]
    public void ConnectTcp_Succeeds_ChangesStateBuildsReadsAndMakes() => Run(async rig =>
    {
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen();
        IPEndPoint address = (IPEndPoint)server.LocalEndPoint!;
        IConnector? connector = null;
        List<(string What, ConnectorState State, int Timers, bool IsReading)> seen = [];
        RecordingProtocol client = new();
        RecordingFactory clients = new(() => client) { OnBuild = _ => Note("build") };
        client.OnMade = () => Note("made");

        connector = rig.Reactor.ConnectTcp("127.0.0.1", address.Port, clients);
        await rig.Until(() => client.MadeCount == 1);

        Assert.Equal([("build", ConnectorState.Connected, 0, false), ("made", ConnectorState.Connected, 0, true)], seen);
        Assert.Equal([address], clients.Addresses);
        Assert.Same(clients, client.Factory);

        void Note(string what) =>
            seen.Add((what, connector!.State, rig.Reactor.GetDelayedCalls().Count, rig.Reactor.GetReaders().Count > 0));
    });

    [Fact, Clause("TCP-37")]
    public void LogPrefix_Client_NamesTheProtocol() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair(client: new RecordingProtocol("Echo"));

        Assert.Equal("Echo,client", PrefixOf(pair.Client));
    });

    [Fact, Clause("TCP-38")]
    public void ConnectTcp_BuildProtocolGivesNull_ClosesAndTellsTheFactory() => Run(async rig =>
    {
        RecordingFactory servers = new();
        IListeningPort port = rig.Listen(servers);
        RecordingFactory clients = new(() => null);

        IConnector connector = rig.Connect(port, clients);

        await rig.Until(() => clients.Losses.Count == 1 && servers.Built is [{ LostCount: 1 }]);
        Assert.Same(ConnectionDoneException.Instance, clients.Losses[0]);
        Assert.IsType<ConnectionDoneException>(servers.Built[0].Reason);
        Assert.Equal(ConnectorState.Disconnected, connector.State);
        Assert.Equal(1, clients.Stops);
    });

    [Theory, Clause("TCP-39", "TCP-40")]
    [InlineData(false)]
    [InlineData(true)]
    public void ConnectTcp_BuildProtocolThrows_FailsWithIt(bool isAtOnce) => Run(async rig =>
    {
        InvalidOperationException failure = new("the factory's");
        RecordingFactory servers = new();
        IListeningPort port = rig.Listen(servers);
        RecordingFactory clients = new() { OnBuild = _ => throw failure };
        LetConnectSucceedAtOnce(rig, isAtOnce);

        IConnector connector = rig.Connect(port, clients);

        await rig.Until(() => clients.Failures.Count == 1 && servers.Built is [{ LostCount: 1 }]);
        Assert.Same(failure, Assert.IsType<ConnectException>(clients.Failures[0]).InnerException);
        Assert.Empty(clients.Losses);
        Assert.Equal(ConnectorState.Disconnected, connector.State);
        Assert.Equal(1, clients.Stops);
        Assert.Same(failure, rig.TakeError().Exception);
    });

    [Theory, Clause("TCP-39", "TCP-40")]
    [InlineData(false)]
    [InlineData(true)]
    public void ConnectTcp_ConnectionMadeThrows_LosesTheConnectionWithIt(bool isAtOnce) => Run(async rig =>
    {
        InvalidOperationException failure = new("the protocol's");
        RecordingFactory servers = new();
        IListeningPort port = rig.Listen(servers);
        RecordingFactory clients = new(() => new RecordingProtocol("Echo") { OnMade = () => throw failure });
        LetConnectSucceedAtOnce(rig, isAtOnce);

        rig.Connect(port, clients);

        await rig.Until(() => clients.Losses.Count == 1 && servers.Built is [{ LostCount: 1 }]);
        Assert.Same(failure, AssertReason<InvalidOperationException>(clients.Built[0]));
        Assert.Same(failure, clients.Losses[0]);
        Assert.Empty(clients.Failures);
        LogRecord record = rig.TakeError();
        Assert.Same(failure, record.Exception);
        Assert.StartsWith("[Echo,client]", record.Text, StringComparison.Ordinal);
    });

    [Theory, Clause("TCP-70")]
    [InlineData(-1)]
    [InlineData(65_536)]
    public void ConnectTcp_PortOutOfRange_Throws(int number) => Run(rig =>
    {
        RecordingFactory factory = new();

        Assert.Throws<ArgumentOutOfRangeException>(() => rig.Reactor.ConnectTcp("127.0.0.1", number, factory));

        Assert.Empty(factory.Journal);
        return Task.CompletedTask;
    });

    private static void LetConnectSucceedAtOnce(ReactorRig rig, bool isAtOnce)
    {
        if (isAtOnce)
        {
            rig.Plan.AddNext(Operation.Connect, FaultKind.Outcome, 0);
        }
    }
}
