using System.Net;
using Spindle.Kernel;
using Spindle.Testing;
using Spindle.Tests.Support;
using Spindle.Tls;

namespace Spindle.Tests.Testing;

public sealed class MemoryReactorFailureTests
{
    private readonly MemoryReactor _reactor = new();
    private readonly Exception _failure = new FormatException("broken");

    [Fact]
    public void Start_CallFails_ComesOutWhenAllAreMade()
    {
        bool isMade = false;
        _reactor.CallWhenRunning(() => throw _failure);
        _reactor.CallWhenRunning(() => isMade = true);

        Assert.Same(_failure, Assert.Throws<FormatException>(_reactor.Start));

        Assert.True(isMade);
        Assert.True(_reactor.IsRunning);
        _reactor.Advance(TimeSpan.Zero); // Once is enough.
    }

    [Fact]
    public void Run_CallFails_ComesOutAndStops()
    {
        _reactor.CallWhenRunning(() => throw _failure);

        Assert.Same(_failure, Assert.Throws<FormatException>(_reactor.Run));

        Assert.False(_reactor.IsRunning);
        Assert.True(_reactor.HasStopped);
    }

    [Fact]
    public void Stop_TriggersFail_AllComeOutAndItHasStopped()
    {
        _reactor.AddSystemEventTrigger(SystemEventPhase.Before, "shutdown", () => throw _failure);
        _reactor.AddSystemEventTrigger(SystemEventPhase.After, "shutdown", () => throw new ArithmeticException());
        _reactor.Start();

        AggregateException all = Assert.Throws<AggregateException>(_reactor.Stop);

        Assert.Equal([typeof(FormatException), typeof(ArithmeticException)], all.InnerExceptions.Select(each => each.GetType()));
        Assert.False(_reactor.IsRunning);
    }

    [Fact]
    public void FireSystemEvent_WhatATriggerWaitsForFails_ComesOutOfTheNextAdvance()
    {
        TaskCompletionSource waiting = new();
        _reactor.AddSystemEventTrigger(SystemEventPhase.Before, "persist", () => waiting.Task);
        _reactor.FireSystemEvent("persist");

        waiting.SetException(_failure);

        Assert.Same(_failure, Assert.Throws<FormatException>(() => _reactor.Advance(TimeSpan.Zero)));
    }

    [Fact]
    public void Crash_Always_IsNoted()
    {
        _reactor.Start();
        Assert.False(_reactor.HasCrashed);

        _reactor.Crash();

        Assert.True(_reactor.HasCrashed);
        Assert.False(_reactor.IsRunning || _reactor.HasStopped);
    }

    [Fact]
    public void ListenFailure_Set_IsThrownByEverythingThatListens()
    {
        Factory factory = Factory.For<EchoProtocol>();
        UnixAddress path = new("/run/test");
        using Microsoft.Win32.SafeHandles.SafeFileHandle socket = new();
        Action[] calls =
        [
            () => _reactor.ListenTcp(0, factory),
            () => _reactor.ListenSsl(0, factory, new TlsServerContext(TlsOptions.Server())),
            () => _reactor.ListenUnix(path, factory),
            () => _reactor.ListenUnixDatagram(path, new EchoDatagrams()),
            () => _reactor.ListenUdp(0, new EchoDatagrams()),
            () => _reactor.ListenMulticast(0, new EchoDatagrams()),
            () => _reactor.AdoptStreamPort(socket, System.Net.Sockets.AddressFamily.InterNetwork, factory),
            () => _reactor.AdoptDatagramPort(socket, System.Net.Sockets.AddressFamily.InterNetwork, new EchoDatagrams()),
        ];

        _reactor.ListenFailure = _failure;
        Assert.All(calls, call => Assert.Same(_failure, Assert.Throws<FormatException>(call)));
        Assert.Empty(_reactor.TcpServers);

        _reactor.ListenFailure = null;
        Assert.All(calls, call => call());
    }

    [Fact]
    public void ConnectFailure_Set_EachAttemptFailsAtTheNextAdvance()
    {
        RecordingFactory factory = new();
        ReconnectingClientFactory persistent = ReconnectingClientFactory.For<EchoProtocol>();
        _reactor.ConnectFailure = _failure;
        IConnector connector = _reactor.ConnectTcp("example.org", 1, factory);
        _reactor.ConnectTcp("example.org", 1, persistent);
        Assert.Equal(ConnectorState.Connecting, connector.State); // Not within the call.

        _reactor.Advance(TimeSpan.Zero);
        Assert.Same(_failure, Assert.Single(factory.Failures));
        _reactor.Advance(persistent.Delay);
        _reactor.Advance(TimeSpan.Zero);
        Assert.Equal(2, persistent.Retries);

        _reactor.ConnectFailure = null;
        _reactor.Advance(persistent.Delay);
        _reactor.Advance(TimeSpan.Zero);
        Assert.Equal(ConnectorState.Connecting, _reactor.TcpClients[1].Connector.State);
    }

    [Fact]
    public void StartFactory_Throws_CanBeTriedAgain()
    {
        RecordingFactory servers = new();
        RecordingFactory clients = new();
        IListeningPort port = _reactor.ListenTcp(0, servers);
        IConnector connector = _reactor.ConnectTcp("127.0.0.1", 1, clients);
        _ = port.StopListening();
        connector.StopConnecting();
        servers.OnStart = clients.OnStart = () => throw new InvalidOperationException("Not now.");

        Assert.Throws<InvalidOperationException>(port.StartListening);
        Assert.Throws<InvalidOperationException>(connector.Connect);
        servers.OnStart = clients.OnStart = null;

        port.StartListening();
        connector.Connect();
        Assert.Equal(ConnectorState.Connecting, connector.State);
        Assert.Equal((2, 2), (servers.Starts, clients.Starts));
    }

    [Fact]
    public void StopConnecting_WhileTheFactoryIsStarted_GivesTheAttemptUpAsAReactorDoes()
    {
        RecordingFactory factory = new();
        IConnector connector = _reactor.ConnectTcp("127.0.0.1", 1, factory);
        connector.StopConnecting();
        factory.Journal.Clear();
        factory.OnStart = connector.StopConnecting;

        connector.Connect();

        Assert.Equal(["start factory", "connection failed", "stop factory"], factory.Journal);
        Assert.Equal(ConnectorState.Disconnected, connector.State);
    }

    [Fact]
    public void ConnectFailure_AttemptHasEnded_LeavesTheNextAlone()
    {
        RecordingFactory factory = new();
        _reactor.ConnectFailure = _failure;
        IConnector connector = _reactor.ConnectTcp("example.org", 1, factory);
        _reactor.ConnectFailure = null;

        connector.StopConnecting();
        connector.Connect();
        _reactor.Advance(TimeSpan.Zero);

        Assert.Equal(ConnectorState.Connecting, connector.State);
        Assert.IsType<UserAbortedException>(Assert.Single(factory.Failures));
    }

    [Theory, Clause("TCP-10")]
    [InlineData("", "", true)]
    [InlineData("", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "", true)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    [InlineData("", "::1", false)]
    public void ListenTcp_PortIsTaken_ThrowsAsAReactorDoes(string one, string other, bool isTaken)
    {
        Factory factory = Factory.For<EchoProtocol>();
        IListeningPort port = _reactor.ListenSsl(443, factory, new TlsServerContext(TlsOptions.Server()), host: one);

        if (isTaken)
        {
            Assert.Equal(Errno.EADDRINUSE, Assert.Throws<CannotListenException>(() => _reactor.ListenTcp(443, factory, host: other)).Errno);
            _reactor.ListenTcp(443, factory, host: other, options: new TcpListenOptions { ReusePort = true });
            Assert.True(port.StopListening().IsCompletedSuccessfully);
            Assert.True(_reactor.TcpServers[0].Listener.StopListening().IsCompletedSuccessfully);
        }

        _reactor.ListenTcp(443, factory, host: other);
        _reactor.ListenTcp(444, factory, host: other);
    }

    [Fact, Clause("NAME-1")]
    public void ConnectTcp_AnyHost_IsReadAsAReactorDoes()
    {
        RecordingFactory factory = new();

        Assert.Equal(new IPEndPoint(IPAddress.Any, 7), _reactor.ConnectTcp("", 7, factory).GetDestination());
        Assert.Equal(new DnsEndPoint("0x7f000001", 7), _reactor.ConnectTcp("0x7f000001", 7, factory).GetDestination());
        Assert.Throws<ArgumentOutOfRangeException>(() => _reactor.ConnectTcp("127.0.0.1", 65_536, factory));
    }
}
