using System.Net;
using System.Net.Sockets;
using Spindle.Endpoints;
using Spindle.Testing;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Endpoints;

public sealed class HostnameEndpointTests
{
    private static readonly IPAddress[] Three = [IPAddress.Parse("2001:db8::1"), IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2")];

    private readonly MemoryReactor _reactor = new();
    private readonly RecordingFactory _factory = new();

    public HostnameEndpointTests() => _reactor.Names.Add("example.com", Three);

    private IEnumerable<string> Hosts => _reactor.TcpClients.Select(client => client.Host);

    [Fact, Clause("EP-7")]
    public void ConnectAsync_Name_IsLookedUpForBothFamilies()
    {
        _ = new HostnameEndpoint(_reactor, "unknown.example", 80).ConnectAsync(_factory);

        MemoryHostResolution lookup = Assert.Single(_reactor.Names.Lookups);
        Assert.Equal(
            ("unknown.example", 80, AddressFamily.Unspecified, TransportSemantics.Tcp),
            (lookup.Name, lookup.Port, lookup.AddressFamily, lookup.TransportSemantics));
        Assert.Empty(_reactor.TcpClients);
    }

    [Fact, Clause("EP-7")]
    public void ConnectAsync_SeveralAddresses_AreTriedInOrderOneMoreEachDelay()
    {
        Task<IProtocol> task = Connect(out _);

        Assert.Equal(["2001:db8::1"], Hosts);
        _reactor.Advance(TimeSpan.FromSeconds(0.29));
        Assert.Equal(["2001:db8::1"], Hosts);
        _reactor.Advance(TimeSpan.FromSeconds(0.01));
        Assert.Equal(["2001:db8::1", "192.0.2.1"], Hosts);
        _reactor.Advance(TimeSpan.FromSeconds(0.3));
        Assert.Equal(["2001:db8::1", "192.0.2.1", "192.0.2.2"], Hosts);
        Assert.Empty(_reactor.GetDelayedCalls());
        Assert.All(_reactor.TcpClients, client => Assert.Equal((80, null, null), (client.Port, client.Timeout, client.BindAddress)));
        Assert.False(task.IsCompleted);
    }

    [Theory, Clause("EP-7")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void ConnectAsync_OneSucceeds_IsTheResultAndTheOthersAreCancelled(int winner)
    {
        Task<IProtocol> task = Connect(out _);
        _reactor.Advance(TimeSpan.FromSeconds(0.3));
        _reactor.Advance(TimeSpan.FromSeconds(0.3));
        MemoryConnector[] connectors = [.. _reactor.TcpClients.Select(client => client.Connector)];

        connectors[winner].Succeed(new StringTransport());

        Assert.Same(Assert.Single(_factory.Built), Finished.ResultOf(task));
        Assert.All(connectors, connector =>
            Assert.Equal(connector == connectors[winner] ? ConnectorState.Connected : ConnectorState.Disconnected, connector.State));
        Assert.Equal(0, _factory.Built[0].LostCount);
    }

    [Fact, Clause("EP-7")]
    public void ConnectAsync_FirstSucceedsInTime_TriesNoOther()
    {
        Task<IProtocol> task = Connect(out _);

        _reactor.TcpClients[0].Connector.Succeed(new StringTransport());

        Assert.Same(_factory.Built[0], Finished.ResultOf(task));
        Assert.Empty(_reactor.GetDelayedCalls());
        _reactor.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(_reactor.TcpClients);
    }

    [Fact, Clause("EP-7")]
    public void ConnectAsync_Arguments_ReachEveryAttempt()
    {
        IPEndPoint bindAddress = new(IPAddress.Loopback, 0);
        TcpConnectOptions options = new() { NoDelay = true };
        HostnameEndpoint endpoint = new(_reactor, "example.com", 80, TimeSpan.FromSeconds(7), bindAddress, TimeSpan.FromSeconds(2), options);

        _ = endpoint.ConnectAsync(_factory);
        _reactor.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Single(_reactor.TcpClients);
        _reactor.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(2, _reactor.TcpClients.Count);
        Assert.All(_reactor.TcpClients, client =>
            Assert.Equal((TimeSpan.FromSeconds(7), bindAddress, options), (client.Timeout, client.BindAddress, client.Options)));
    }

    [Fact, Clause("EP-8", "EP-10")]
    public void ConnectAsync_AllFail_StartsTheNextAtOnceAndReportsTheLastFailure()
    {
        Task<IProtocol> task = Connect(out _);
        ConnectRefusedException last = new("the last");

        _reactor.TcpClients[0].Connector.Fail(new ConnectRefusedException("the first"));
        Assert.Equal(["2001:db8::1", "192.0.2.1"], Hosts);
        _reactor.TcpClients[1].Connector.Fail(new ConnectRefusedException("the second"));
        Assert.Equal(3, _reactor.TcpClients.Count);
        Assert.False(task.IsCompleted);
        _reactor.TcpClients[2].Connector.Fail(last);

        Assert.Same(last, FailureOf(task));
        Assert.Empty(_reactor.GetDelayedCalls());
    }

    [Fact, Clause("EP-8", "EP-10")]
    public void ConnectAsync_OneFailsBesideAnother_StartsTheNextOnceAndCountsTheDelayAnew()
    {
        Task<IProtocol> task = Connect(out _);
        _reactor.Advance(TimeSpan.FromSeconds(0.3));
        Assert.Equal(2, _reactor.TcpClients.Count);

        _reactor.TcpClients[0].Connector.Fail(new ConnectRefusedException());
        Assert.Equal(3, _reactor.TcpClients.Count);
        _reactor.TcpClients[2].Connector.Fail(new ConnectRefusedException());
        Assert.False(task.IsCompleted);
        _reactor.TcpClients[1].Connector.Succeed(new StringTransport());

        Assert.Same(_factory.Built[0], Finished.ResultOf(task));
    }

    [Fact, Clause("EP-8")]
    public void ConnectAsync_AttemptsCannotEvenBegin_ReportsTheLastFailure()
    {
        int starts = 0;
        _factory.OnStart = () => throw new InvalidOperationException($"Not today: {++starts}.");

        Task<IProtocol> task = Connect(out _);

        Assert.Equal("Not today: 3.", Assert.IsType<InvalidOperationException>(FailureOf(task)).Message);
        Assert.Empty(_reactor.GetDelayedCalls());
    }

    [Fact, Clause("EP-8")]
    public void ConnectAsync_NoAddress_FailsWithDnsLookup()
    {
        Task<IProtocol> task = new HostnameEndpoint(_reactor, "unknown.example", 80).ConnectAsync(_factory);

        _reactor.Names.Lookups[0].Complete(failure: null);

        Assert.Contains("unknown.example", Assert.IsType<DnsLookupException>(FailureOf(task)).Message, StringComparison.Ordinal);
        Assert.Empty(_factory.Journal);
    }

    [Fact, Clause("EP-8")]
    public void ConnectAsync_UnknownKindsOfAddresses_AreSkipped()
    {
        Task<IProtocol> only = new HostnameEndpoint(_reactor, "one.example", 80).ConnectAsync(_factory);
        Task<IProtocol> among = new HostnameEndpoint(_reactor, "two.example", 80).ConnectAsync(_factory);

        _reactor.Names.Lookups[0].Answer(new UnixDomainSocketEndPoint("/somewhere"));
        _reactor.Names.Lookups[1].Answer(new UnixDomainSocketEndPoint("/somewhere"), new IPEndPoint(Three[1], 80));

        Assert.IsType<DnsLookupException>(FailureOf(only));
        Assert.Equal(["192.0.2.1"], Hosts);
        Assert.False(among.IsCompleted);
    }

    [Fact, Clause("EP-9")]
    public void ConnectAsync_CancelledWhileResolving_FailsWithTheNameAndCancelsTheLookUp()
    {
        using CancellationTokenSource source = new();
        Task<IProtocol> task = new HostnameEndpoint(_reactor, "slow.example", 80).ConnectAsync(_factory, source.Token);

        source.Cancel();

        Assert.Equal(new DnsEndPoint("slow.example", 80), Assert.IsType<ConnectingCancelledException>(FailureOf(task)).Address);
        Assert.True(_reactor.Names.Lookups[0].IsCancelled);
    }

    [Theory, Clause("EP-9")]
    [InlineData(0.0, 1)]
    [InlineData(0.3, 2)]
    [InlineData(0.6, 3)]
    public void ConnectAsync_CancelledWhileConnecting_FailsWithTheNameAndStopsAllAttempts(double after, int attempts)
    {
        Task<IProtocol> task = Connect(out CancellationTokenSource source);
        for (double passed = 0; passed < after; passed += 0.3)
        {
            _reactor.Advance(TimeSpan.FromSeconds(0.3));
        }

        source.Cancel();

        Assert.Equal(new DnsEndPoint("example.com", 80), Assert.IsType<ConnectingCancelledException>(FailureOf(task)).Address);
        Assert.Equal(attempts, _reactor.TcpClients.Count);
        Assert.All(_reactor.TcpClients, client => Assert.Equal(ConnectorState.Disconnected, client.Connector.State));
        Assert.Empty(_reactor.GetDelayedCalls());
        Assert.Equal(_factory.Starts, _factory.Stops);
    }

    [Fact, Clause("EP-9")]
    public void ConnectAsync_CancelledWhileTheFactoryIsStarted_StopsThatAttempt()
    {
        using CancellationTokenSource source = new();
        _factory.OnStart = source.Cancel;
        Task<IProtocol> task = new HostnameEndpoint(_reactor, "slow.example", 80).ConnectAsync(_factory, source.Token);

        _reactor.Names.Lookups[0].Answer(Three[1], Three[2]);

        Assert.IsType<ConnectingCancelledException>(FailureOf(task));
        Assert.Equal(ConnectorState.Disconnected, Assert.Single(_reactor.TcpClients).Connector.State);
        Assert.Empty(_reactor.GetDelayedCalls());
        Assert.Equal((1, 1), (_factory.Starts, _factory.Stops));
    }

    [Fact, Clause("EP-11")]
    public void ConnectAsync_NameOutsideOfAscii_IsEncoded()
    {
        HostnameEndpoint endpoint = new(_reactor, "b\u00fccher.example", 80);

        _ = endpoint.ConnectAsync(_factory);

        Assert.Equal("xn--bcher-kva.example", _reactor.Names.Lookups[0].Name);
        Assert.Equal("<HostnameEndpoint b\u00fccher.example:80>", endpoint.ToString());
    }

    [Fact, Clause("EP-11")]
    public void ConnectAsync_NameCannotBeEncoded_FailsTheConnecting()
    {
        HostnameEndpoint endpoint = new(_reactor, "\u00fc..example", 80);

        Assert.IsType<ArgumentException>(FailureOf(endpoint.ConnectAsync(_factory)));
        Assert.Empty(_reactor.Names.Lookups);
    }

    [Theory, Clause("EP-7")]
    [InlineData("192.0.2.7")]
    [InlineData("2001:db8::7")]
    public void ConnectAsync_Address_IsConnectedTo(string host)
    {
        _ = new HostnameEndpoint(_reactor, host, 80).ConnectAsync(_factory);

        Assert.Equal([host], Hosts);
    }

    [Fact]
    public void Constructor_WrongArguments_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new HostnameEndpoint(_reactor, "example.com", -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HostnameEndpoint(_reactor, "example.com", 65536));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HostnameEndpoint(_reactor, "example.com", 80, attemptDelay: TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentException>(() => new HostnameEndpoint(_reactor, "", 80));
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => new HostnameEndpoint(new TcpOnly(), "example.com", 80));
        Assert.Contains("IReactorTime", wrong.Message, StringComparison.Ordinal);
    }

    private Task<IProtocol> Connect(out CancellationTokenSource source)
    {
        source = new CancellationTokenSource();
        return new HostnameEndpoint(_reactor, "example.com", 80).ConnectAsync(_factory, source.Token);
    }

    private static Exception FailureOf(Task task)
    {
        Assert.True(task.IsFaulted, "The task has not failed.");
        return task.Exception!.InnerException!;
    }

    private sealed class TcpOnly : IReactorTcp
    {
        public IListeningPort ListenTcp(int port, IFactory factory, int backlog = 50, string host = "", TcpListenOptions? options = null) =>
            throw new NotSupportedException();

        public IConnector ConnectTcp(
            string host,
            int port,
            IClientFactory factory,
            TimeSpan? timeout = null,
            IPEndPoint? bindAddress = null,
            TcpConnectOptions? options = null) => throw new NotSupportedException();
    }
}
