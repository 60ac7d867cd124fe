using System.Net;
using System.Net.Sockets;
using Spindle.Kernel;
using Spindle.Names;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>The reactor's resolvers.</content>
public abstract partial class EndpointContract
{
    [Fact, Clause("NAME-1", "NAME-5")]
    public void Resolve_ByDefault_AsksTheSystem() => Run(async rig =>
    {
        Assert.IsType<GetAddrInfoResolver>(rig.Reactor.NameResolver);

        Assert.Equal(IPAddress.Loopback, await rig.Reactor.Resolve("localhost"));
        Assert.Equal(IPAddress.Any, await rig.Reactor.Resolve(""));
        Assert.Equal(IPAddress.IPv6Loopback, await rig.Reactor.Resolve("::1"));
        await Assert.ThrowsAsync<DnsLookupException>(() => rig.Reactor.Resolve(new string('x', 300)));
    });

    [Fact, Clause("NAME-12", "TCP-32")]
    public void ConnectTcp_SimpleResolverIsInstalled_AsksIt() => Run(async rig =>
    {
        RecordingFactory clients = new();
        IListeningPort port = rig.Listen(new RecordingFactory());
        rig.Reactor.InstallResolver(new LoopbackResolver());

        rig.Reactor.ConnectTcp("example.com", ReactorRig.AddressOf(port).Port, clients);

        await rig.Until(() => clients.Built.Count == 1);
        Assert.Equal(port.GetHost(), clients.Addresses[0]);
    });

    [Fact, Clause("TCP-32")]
    public void ConnectTcp_NameHasBothKinds_UsesIpv4() => Run(async rig =>
    {
        RecordingFactory clients = new();
        IListeningPort port = rig.Listen(new RecordingFactory());
        Answer(rig, "::1", "127.0.0.1");

        rig.Reactor.ConnectTcp("example.com", ReactorRig.AddressOf(port).Port, clients);

        await rig.Until(() => clients.Built.Count == 1);
        Assert.Equal(port.GetHost(), clients.Addresses[0]);
    });

    [Fact, Clause("TCP-32")]
    public void ConnectTcp_NameHasOnlyIpv6_UsesIt() => Run(async rig =>
    {
        RecordingFactory clients = new();
        IListeningPort port = rig.Listen(new RecordingFactory(), "::1");
        Answer(rig, "::1");

        rig.Reactor.ConnectTcp("example.com", ReactorRig.AddressOf(port).Port, clients);

        await rig.Until(() => clients.Built.Count == 1);
        Assert.Equal(port.GetHost(), clients.Addresses[0]);
    });

    [Fact, Clause("TCP-32")]
    public void ConnectTcp_ResolverThrows_FailsTheAttempt() => Run(async rig =>
    {
        RecordingFactory factory = new();
        rig.Reactor.InstallNameResolver(new BrokenResolver());

        rig.Reactor.ConnectTcp("example.com", 1, factory);

        await rig.Until(() => factory.Failures.Count == 1);
        Assert.IsType<NotSupportedException>(factory.Failures[0]);
    });

    [Fact, Clause("TCP-32", "NAME-11")]
    public void ConnectTcp_AttemptIsOver_CancelsTheLookUp() => Run(async rig =>
    {
        using HeldLookups lookups = Hold(rig);
        rig.Reactor.InstallNameResolver(new GetAddrInfoResolver(rig.Loop, new NameResolverOptions { MaxThreads = 1 }));
        RecordingFactory first = new();
        RecordingFactory second = new();
        RecordingFactory third = new();
        rig.Reactor.ConnectTcp("first.example", 1, first);
        await rig.Until(() => lookups.Held == 1);
        IConnector waits = rig.Reactor.ConnectTcp("second.example", 1, second);
        rig.Reactor.ConnectTcp("third.example", 1, third);
        await rig.NextTurn();

        waits.StopConnecting();
        lookups.Release();

        await rig.Until(() => first.Failures.Count == 1 && third.Failures.Count == 1);
        Assert.Equal(["first.example", "third.example"], lookups.Names);
        Assert.IsType<UserAbortedException>(Assert.Single(second.Failures));
    });

    [Fact, Clause("TCP-32", "TCP-43", "NAME-11")]
    public void StopConnecting_ResolverFailsToStop_TellsTheFactory() => Run(async rig =>
    {
        InvalidOperationException fault = new("It cannot be stopped.");
        rig.Reactor.InstallNameResolver(new UnstoppableResolver(fault));
        RecordingFactory factory = new();
        IConnector connector = rig.Reactor.ConnectTcp("example.com", 1, factory);
        await rig.NextTurn();

        connector.StopConnecting();

        Assert.IsType<UserAbortedException>(Assert.Single(factory.Failures));
        Assert.Equal(ConnectorState.Disconnected, connector.State);
        Assert.Same(fault, Assert.IsType<AggregateException>(rig.TakeError().Exception).InnerException);
    });

    [Fact, Clause("NAME-1", "NAME-11")]
    public void Resolve_BegunOutsideTheLoop_IsCancelledOnIt() => Run(async rig =>
    {
        using HeldLookups lookups = Hold(rig);
        using CancellationTokenSource source = new();
        Task<IPAddress> task = OutsideTheLoop(() => rig.Reactor.Resolve("example.com", null, source.Token));

        OffThread.Run(source.Cancel); // Would throw if the look-up's timer were cancelled there.

        Assert.False(task.IsCompleted);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.Empty(rig.Reactor.GetDelayedCalls());
        lookups.Release();
    });

    [Fact, Clause("TCP-29")]
    public void ConnectTcp_ServiceName_IsItsPort() => Run(rig =>
    {
        RecordingFactory factory = new();

        IConnector connector = rig.Reactor.ConnectTcp("127.0.0.1", "http", factory);

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 80), connector.GetDestination());
        connector.StopConnecting();
        Assert.Equal(53, rig.Reactor.GetServicePort("domain", "udp"));
        return Task.CompletedTask;
    });

    [Fact, Clause("TCP-29")]
    public void ConnectTcp_UnknownServiceOrNoTable_Throws() => Run(rig =>
    {
        RecordingFactory factory = new();

        Assert.Throws<ServiceNameUnknownException>(() => rig.Reactor.ConnectTcp("127.0.0.1", "no-such-service", factory));
        rig.Plan.FailNext(Operation.Open, Errno.ENOENT);
        ServiceNameUnknownException unreadable = Assert.Throws<ServiceNameUnknownException>(() => rig.Reactor.ConnectTcp("127.0.0.1", "http", factory));
        rig.Plan.FailNext(Operation.Read, Errno.EIO);
        AssertErrno(Errno.EIO, Assert.Throws<ServiceNameUnknownException>(() => rig.Reactor.ConnectTcp("127.0.0.1", "http", factory)));

        AssertErrno(Errno.ENOENT, unreadable);
        Assert.Contains("give the port's number", unreadable.Message, StringComparison.Ordinal);
        Assert.Empty(factory.Journal);
        return Task.CompletedTask;
    });

    [Fact, Clause("NAME-4", "NAME-17")]
    public void Resolve_ServerIsDead_EachLookUpEndsByItsTimeAndNothingElseWaits() => Run(async rig =>
    {
        using HeldLookups lookups = Hold(rig);
        IListeningPort port = rig.Listen(new RecordingFactory());
        TimeSpan[] time = [TimeSpan.FromSeconds(1)]; // The threads have begun by then.

        Task<IPAddress>[] pending = [.. Enumerable.Range(0, 50).Select(number => rig.Reactor.Resolve($"{number}.example", time))];
        await rig.Until(() => lookups.Held == new NameResolverOptions().MaxThreads);
        await rig.Until(Task.Run(() => true)); // The runtime's pool has its threads,
        RecordingFactory clients = new();
        rig.Connect(port, clients);
        await rig.Until(() => clients.Built.Count == 1); // and the loop goes on.

        foreach (Task<IPAddress> task in pending)
        {
            await Assert.ThrowsAsync<DnsLookupException>(() => task);
        }

        Assert.Equal(new NameResolverOptions().MaxThreads, lookups.Names.Count);
    });

    [Fact, Clause("NAME-5")]
    public void Resolve_NothingMoreToDo_ThreadsEnd() => Run(async rig =>
    {
        EndCounter threads = new(rig.Kernel.WorkerThreads);
        rig.Kernel.WorkerThreads = threads;
        rig.Reactor.InstallNameResolver(new GetAddrInfoResolver(rig.Loop, new NameResolverOptions { ThreadIdleTime = TimeSpan.FromMilliseconds(1) }));
        Answer(rig, "127.0.0.1");

        Assert.Equal(IPAddress.Loopback, await rig.Reactor.Resolve("first.example"));
        await rig.Until(threads.Ended.WaitAsync().ContinueWith(_ => true, TaskScheduler.Default));

        Assert.Equal(IPAddress.Loopback, await rig.Reactor.Resolve("second.example"));
        Assert.Equal(2, threads.Started);
    });

    [Fact, Clause("NAME-5")]
    public void Resolve_ThreadIsIdle_IsUsedAgain() => Run(async rig =>
    {
        EndCounter threads = new(rig.Kernel.WorkerThreads);
        rig.Kernel.WorkerThreads = threads;
        rig.Reactor.InstallNameResolver(new GetAddrInfoResolver(rig.Loop, new NameResolverOptions { MaxThreads = 1 }));
        Answer(rig, "127.0.0.1");

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(IPAddress.Loopback, await rig.Reactor.Resolve($"{i}.example"));
        }

        Assert.Equal(1, threads.Started);
    });

    /// <summary>Has look-ups block. The loop is woken when one does, so that the test looks.</summary>
    private static HeldLookups Hold(ReactorRig rig)
    {
        HeldLookups lookups = new(() => rig.Loop.CallSoonThreadSafe(() => { }));
        rig.Kernel.NameLookups = lookups;
        return lookups;
    }

    private static void AssertErrno(int errno, SpindleException failure) => Assert.Equal(errno, failure.Errno);

    private sealed class LoopbackResolver : IResolverSimple
    {
        public Task<IPAddress> GetHostByName(string name, IReadOnlyList<TimeSpan>? timeouts = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(IPAddress.Loopback);
    }

    private sealed class BrokenResolver : IHostnameResolver
    {
        public IHostResolution ResolveHostName(
            IResolutionReceiver receiver,
            string hostName,
            int portNumber = 0,
            AddressFamily addressFamily = AddressFamily.Unspecified,
            TransportSemantics transportSemantics = TransportSemantics.Tcp) => throw new NotSupportedException("It does not work.");
    }

    /// <summary>Never answers, and fails to stop.</summary>
    private sealed class UnstoppableResolver(Exception fault) : IHostnameResolver, IHostResolution
    {
        public string Name => "unstoppable";

        public Exception? Failure => null;

        public IHostResolution ResolveHostName(
            IResolutionReceiver receiver,
            string hostName,
            int portNumber = 0,
            AddressFamily addressFamily = AddressFamily.Unspecified,
            TransportSemantics transportSemantics = TransportSemantics.Tcp)
        {
            receiver.ResolutionBegan(this);
            return this;
        }

        public void Cancel() => throw fault;
    }

    /// <summary>Counts threads that begin and end. Thread: any.</summary>
    private sealed class EndCounter(IWorkerThreads inner) : IWorkerThreads
    {
        private int _started;

        public int Started => Volatile.Read(ref _started);

        public SemaphoreSlim Ended { get; } = new(0);

        public void Start(string name, Action body)
        {
            Interlocked.Increment(ref _started);
            inner.Start(name, () =>
            {
                body();
                Ended.Release();
            });
        }
    }
}
