using System.Net;
using System.Net.Sockets;
using Spindle.Endpoints;
using Spindle.Testing;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Endpoints;

/// <summary>What every endpoint that connects does, shown on TCP.</summary>
public sealed class TcpEndpointTests
{
    private readonly MemoryReactor _reactor = new();
    private readonly RecordingFactory _factory = new();

    private MemoryConnector Connector => _reactor.TcpClients[^1].Connector;

    [Fact, Clause("EP-1", "EP-2")]
    public void ConnectAsync_Succeeds_GivesTheProtocolAfterItsConnectionIsMade()
    {
        bool wasDone = true;
        Task<IProtocol> task = null!;
        RecordingFactory factory = new(() => new RecordingProtocol { OnMade = () => wasDone = task.IsCompleted });
        task = NewEndpoint().ConnectAsync(factory);
        Assert.Equal(1, factory.Starts);
        Assert.False(task.IsCompleted);
        StringTransport transport = new();

        IProtocol? wrapper = Connector.Succeed(transport);

        Assert.False(wasDone);
        Assert.Same(factory.Built[0], Finished.ResultOf(task));
        Assert.Same(transport, factory.Built[0].Transport);
        wrapper!.DataReceived("hello"u8);
        Assert.Equal("hello"u8, factory.Built[0].Received);
        transport.Disconnect();
        Assert.Equal(1, factory.Built[0].LostCount);
        Assert.Equal(1, factory.Stops);
    }

    [Fact, Clause("EP-1", "EP-2")]
    public void ConnectAsync_Fails_GivesTheReason()
    {
        Task<IProtocol> task = NewEndpoint().ConnectAsync(_factory);
        ConnectRefusedException reason = new();

        Connector.Fail(reason);

        Assert.Same(reason, FailureOf(task));
        Assert.Equal(1, _factory.Stops);
        Assert.Empty(_factory.Built);
    }

    [Fact, Clause("EP-1")]
    public void ConnectAsync_CannotEvenBegin_FailsTheTaskAndNotTheCall()
    {
        _factory.OnStart = () => throw new InvalidOperationException("Not today.");

        Assert.IsType<InvalidOperationException>(FailureOf(NewEndpoint().ConnectAsync(_factory)));
        Assert.IsType<ArgumentNullException>(FailureOf(NewEndpoint().ConnectAsync(null!)));
    }

    [Fact, Clause("EP-1", "EP-5")]
    public void ConnectAsync_Arguments_ReachTheReactor()
    {
        IPEndPoint bindAddress = new(IPAddress.Loopback, 7);
        TcpConnectOptions options = new() { NoDelay = true };

        _ = NewEndpoint().ConnectAsync(_factory);
        _ = new TcpClientEndpoint(_reactor, "192.0.2.1", 80, TimeSpan.FromSeconds(5), bindAddress, options).ConnectAsync(_factory);

        MemoryTcpClient[] clients = [.. _reactor.TcpClients];
        Assert.Equal(("example.com", 1234, null, null, null), (clients[0].Host, clients[0].Port, clients[0].Timeout, clients[0].BindAddress, clients[0].Options));
        Assert.Equal(
            ("192.0.2.1", 80, TimeSpan.FromSeconds(5), bindAddress, options),
            (clients[1].Host, clients[1].Port, clients[1].Timeout, clients[1].BindAddress, clients[1].Options));
    }

    [Fact, Clause("EP-2")]
    public void ConnectAsync_BuildProtocolGivesNull_FailsWithNoProtocol()
    {
        Task<IProtocol> task = NewEndpoint().ConnectAsync(new RecordingFactory(() => null));

        Connector.Succeed(new StringTransport());

        Assert.IsType<NoProtocolException>(FailureOf(task));
    }

    [Fact, Clause("EP-2")]
    public void ConnectAsync_BuildProtocolThrows_FailsWithIt()
    {
        InvalidOperationException fault = new("No protocol for you.");
        _factory.OnBuild = _ => throw fault;
        Task<IProtocol> task = NewEndpoint().ConnectAsync(_factory);

        Assert.Throws<InvalidOperationException>(() => Connector.Succeed(new StringTransport()));
        Assert.False(task.IsCompleted); // The memory's connector lets the exception out; a real one goes on to say:
        ((IClientFactory)_reactor.TcpClients[0].Factory).ClientConnectionFailed(Connector, new ConnectException(fault.Message, 0, fault));

        Assert.Same(fault, FailureOf(task));
    }

    [Fact, Clause("EP-3")]
    public void ConnectAsync_Cancelled_FailsWithTheAddressAndStopsTheAttempt()
    {
        using CancellationTokenSource source = new();
        Task<IProtocol> task = NewEndpoint().ConnectAsync(_factory, source.Token);

        source.Cancel();

        ConnectingCancelledException reason = Assert.IsType<ConnectingCancelledException>(FailureOf(task));
        Assert.Equal(new DnsEndPoint("example.com", 1234), reason.Address);
        Assert.Contains(" to example.com:1234 ", reason.Message, StringComparison.Ordinal);
        Assert.Equal(ConnectorState.Disconnected, Connector.State);
        Assert.Equal(1, _factory.Stops);
    }

    [Fact, Clause("EP-3")]
    public void ConnectAsync_CancelledBefore_FailsAndStopsTheAttempt()
    {
        Task<IProtocol> task = NewEndpoint().ConnectAsync(_factory, new CancellationToken(canceled: true));

        Assert.IsType<ConnectingCancelledException>(FailureOf(task));
        Assert.Equal(ConnectorState.Disconnected, Connector.State);
    }

    [Fact, Clause("EP-3", "EP-1")]
    public void ConnectAsync_CancelledAfterTheConnection_ChangesNothing()
    {
        using CancellationTokenSource source = new();
        Task<IProtocol> task = NewEndpoint().ConnectAsync(_factory, source.Token);
        StringTransport transport = new();
        Connector.Succeed(transport);

        source.Cancel();

        Assert.Same(_factory.Built[0], Finished.ResultOf(task));
        Assert.False(transport.IsDisconnecting);
    }

    [Fact, Clause("EP-3")]
    public void ConnectAsync_CancelledWithinConnectionMade_ClosesTheConnection()
    {
        using CancellationTokenSource source = new();
        RecordingFactory factory = new(() => new RecordingProtocol { OnMade = source.Cancel });
        Task<IProtocol> task = NewEndpoint().ConnectAsync(factory, source.Token);
        StringTransport transport = new();

        Connector.Succeed(transport);

        Assert.IsType<ConnectingCancelledException>(FailureOf(task));
        Assert.True(transport.IsDisconnecting);
        Assert.Equal(1, factory.Built[0].LostCount);
    }

    [Fact, Clause("EP-4")]
    public void ConnectAsync_HalfCloseableProtocol_HearsOfTheHalfClose()
    {
        HalfCloseProtocol protocol = new();
        _ = NewEndpoint().ConnectAsync(Factory.For(_ => protocol));
        MemoryPort port = (MemoryPort)_reactor.ListenTcp(0, Factory.For<AccumulatingProtocol>());
        MemoryPump pump = Connector.Succeed(port)!;

        pump.Server.LoseWriteConnection();
        pump.Flush();

        Assert.Equal((1, 0), (protocol.ReadLostCount, protocol.LostCount));
        protocol.Transport.LoseWriteConnection();
        pump.Flush();
        Assert.Equal((1, 1), (protocol.WriteLostCount, protocol.LostCount));
    }

    [Fact, Clause("EP-4")]
    public void ConnectAsync_Protocol_KeepsItsLogPrefix()
    {
        _ = NewEndpoint().ConnectAsync(Factory.For(_ => new RecordingProtocol("the name")));

        IProtocol? wrapper = Connector.Succeed(new StringTransport());

        Assert.Equal("the name", Assert.IsAssignableFrom<ILoggingContext>(wrapper).LogPrefix);
    }

    [Fact, Clause("EP-12")]
    public void ConnectProtocolAsync_AnInstance_IsConnected()
    {
        AccumulatingProtocol protocol = new();

        Task<AccumulatingProtocol> task = NewEndpoint().ConnectProtocolAsync(protocol);
        Connector.Succeed(new StringTransport());

        Assert.Same(protocol, Finished.ResultOf(task));
        Assert.True(protocol.IsConnected);
    }

    [Fact, Clause("EP-12")]
    public void ConnectProtocolAsync_FailsOrIsCancelled_FailsTheTask()
    {
        using CancellationTokenSource source = new();
        Task<AccumulatingProtocol> refused = NewEndpoint().ConnectProtocolAsync(new AccumulatingProtocol());
        Connector.Fail(new ConnectRefusedException());
        Task<AccumulatingProtocol> cancelled = NewEndpoint().ConnectProtocolAsync(new AccumulatingProtocol(), source.Token);
        source.Cancel();

        Assert.IsType<ConnectRefusedException>(FailureOf(refused));
        Assert.IsType<ConnectingCancelledException>(FailureOf(cancelled));
    }

    [Fact, Clause("EP-13")]
    public void ListenAsync_Succeeds_GivesThePort()
    {
        TcpListenOptions options = new();

        IListeningPort port = Finished.ResultOf(new TcpServerEndpoint(_reactor, 7, 9, "127.0.0.1", options).ListenAsync(_factory));

        MemoryTcpServer server = Assert.Single(_reactor.TcpServers);
        Assert.Same(server.Listener, port);
        Assert.Equal((7, 9, "127.0.0.1", options), (server.Port, server.Backlog, server.Host, server.Options));
        Assert.Same(_factory, server.Factory);
        _ = new TcpServerEndpoint(_reactor, 8).ListenAsync(_factory);
        Assert.Equal((50, ""), (_reactor.TcpServers[1].Backlog, _reactor.TcpServers[1].Host));
    }

    [Fact, Clause("EP-13")]
    public void ListenAsync_Fails_FailsTheTaskAndNotTheCall() =>
        Assert.IsType<CannotListenException>(FailureOf(new TcpServerEndpoint(_reactor, 70_000).ListenAsync(_factory)));

    [Fact, Clause("EP-5")]
    public void Tcp6_Name_IsLookedUpForIpv6AndTheFirstIsConnectedTo()
    {
        Task<IProtocol> task = new Tcp6ClientEndpoint(_reactor, "example.com", 80, TimeSpan.FromSeconds(5)).ConnectAsync(_factory);
        MemoryHostResolution lookup = Assert.Single(_reactor.Names.Lookups);
        Assert.Equal(("example.com", 80, AddressFamily.InterNetworkV6), (lookup.Name, lookup.Port, lookup.AddressFamily));
        Assert.Empty(_reactor.TcpClients);

        lookup.Answer(IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2"));

        MemoryTcpClient client = Assert.Single(_reactor.TcpClients);
        Assert.Equal(("2001:db8::1", 80, TimeSpan.FromSeconds(5)), (client.Host, client.Port, client.Timeout));
        Connector.Succeed(new StringTransport());
        Assert.Same(_factory.Built[0], Finished.ResultOf(task));
    }

    [Fact, Clause("EP-3")]
    public void Tcp6_CancelledWhileTheFactoryIsStarted_StopsTheAttempt()
    {
        using CancellationTokenSource source = new();
        _factory.OnStart = source.Cancel;
        Task<IProtocol> task = new Tcp6ClientEndpoint(_reactor, "example.com", 80).ConnectAsync(_factory, source.Token);

        Assert.Single(_reactor.Names.Lookups).Answer(IPAddress.Parse("2001:db8::1"));

        Assert.IsType<ConnectingCancelledException>(FailureOf(task));
        Assert.Equal(ConnectorState.Disconnected, Connector.State);
        Assert.Equal(1, _factory.Stops);
    }

    [Fact, Clause("EP-5", "EP-3")]
    public void Tcp6_NoAddressOrCancelled_Fails()
    {
        Task<IProtocol> unknown = new Tcp6ClientEndpoint(_reactor, "example.com", 80).ConnectAsync(_factory);
        _reactor.Names.Lookups[0].Answer(Array.Empty<IPAddress>());
        Assert.IsType<DnsLookupException>(FailureOf(unknown));

        using CancellationTokenSource source = new();
        Task<IProtocol> resolving = new Tcp6ClientEndpoint(_reactor, "example.com", 80).ConnectAsync(_factory, source.Token);
        Task<IProtocol> connecting = new Tcp6ClientEndpoint(_reactor, "::1", 80).ConnectAsync(_factory, source.Token);
        source.Cancel();

        Assert.Equal(new DnsEndPoint("example.com", 80), Assert.IsType<ConnectingCancelledException>(FailureOf(resolving)).Address);
        Assert.True(_reactor.Names.Lookups[1].IsCancelled);
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 80), Assert.IsType<ConnectingCancelledException>(FailureOf(connecting)).Address);
        Assert.Equal(ConnectorState.Disconnected, Connector.State);
    }

    [Fact, Clause("EP-5", "EP-1")]
    public void Tcp6_ConnectingCannotBegin_FailsTheTask()
    {
        _factory.OnStart = () => throw new InvalidOperationException("Not today.");

        Assert.IsType<InvalidOperationException>(FailureOf(new Tcp6ClientEndpoint(_reactor, "::1", 80).ConnectAsync(_factory)));
    }

    private TcpClientEndpoint NewEndpoint() => new(_reactor, "example.com", 1234);

    private static Exception FailureOf(Task task)
    {
        Assert.True(task.IsFaulted, "The task has not failed.");
        return task.Exception!.InnerException!;
    }
}
