using System.Collections.Concurrent;
using System.Net;
using Spindle.Loops;
using Spindle.Selectors;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <summary>What a group of reactors does on every selector.</summary>
public abstract partial class GroupContract
{
    private protected abstract SelectorKind Kind { get; }

    private Task Run(Func<GroupRig, Task> test, int count = 2) => GroupRig.Run(Kind, count, test);

    [Fact, Clause("I4")]
    public Task Start_Always_EachReactorRunsOnItsOwnThread() => Run(
        async rig =>
        {
            ConcurrentDictionary<AsyncSelectorReactor, int> threads = new();

            await GroupRig.Until(rig.Group.StartAsync(reactor =>
            {
                Assert.True(reactor.IsRunning);
                Assert.Same(reactor.EventLoop, EventLoop.Current);
                threads[reactor] = Environment.CurrentManagedThreadId;
                return Task.CompletedTask;
            }));

            Assert.Equal(rig.Group.Reactors.Count, threads.Count);
            Assert.Equal(3, threads.Values.Append(Environment.CurrentManagedThreadId).Distinct().Count() - 1);
            Assert.False(rig.Group.Stopped.IsCompleted);
        },
        count: 3);

    [Fact]
    public Task Start_Twice_Throws() => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());

        Assert.Throws<InvalidOperationException>(() => { _ = rig.Group.StartAsync(); });
        Assert.Throws<InvalidOperationException>(rig.Group.Dispose);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(ReactorGroup.MaxCount + 1)]
    public void New_CountOutOfRange_Throws(int count) => Assert.Throws<ArgumentOutOfRangeException>(() => new ReactorGroup(count));

    [Fact, Clause("I7")]
    public Task Dispose_NeverStarted_ClosesEveryLoop() => Run(rig =>
    {
        Assert.Throws<ReactorNotRunningException>(() => { _ = rig.Group.StopAsync(TimeSpan.Zero); });
        Assert.NotEmpty(rig.Kernel.Ledger.Describe());
        rig.Group.Dispose();
        Assert.Empty(rig.Kernel.Ledger.Describe());
        Assert.Throws<InvalidOperationException>(() => { _ = rig.Group.StartAsync(); });
        return Task.CompletedTask;
    });

    [Fact]
    public Task Listen_NotStarted_Fails() => Run(rig => Assert.ThrowsAsync<ReactorNotRunningException>(() => rig.Listen(_ => Factory.For<EchoProtocol>())));

    [Fact, Clause("I2", "I7")]
    public Task Start_OneSetUpFails_EndsAllAndSaysWhy() => Run(
        async rig =>
        {
            InvalidOperationException cause = new("the set-up failed");

            Exception failure = await Assert.ThrowsAsync<InvalidOperationException>(() => GroupRig.Until(rig.Group.StartAsync(
                reactor => ReferenceEquals(reactor, rig.Group.Reactors[1]) ? Task.FromException(cause) : Task.CompletedTask)));

            Assert.Same(cause, failure);
            Assert.True(rig.Group.Stopped.IsFaulted);
            Assert.Empty(rig.Kernel.Ledger.Describe());
        },
        count: 3);

    [Fact]
    public Task Run_SetUpFails_ThrowsAfterAllHaveEnded() => Run(rig =>
    {
        Exception failure = Assert.Throws<CannotListenException>(() => OffThread.Run(() => rig.Group.Run(() => rig.Group.ListenTcpAsync(1, _ => Factory.For<EchoProtocol>(), host: "192.0.2.1"))));

        Assert.Contains("192.0.2.1", failure.Message, StringComparison.Ordinal);
        Assert.Empty(rig.Kernel.Ledger.Describe());
        return Task.CompletedTask;
    });

    [Fact]
    public Task Run_OnALoop_ThrowsInsteadOfBlockingIt() => Run(rig =>
    {
        OffThread.Run(() => EventLoop.Run(() =>
        {
            Assert.Throws<InvalidOperationException>(() => rig.Group.Run(() => Task.CompletedTask));
            return Task.CompletedTask;
        }));
        return Task.CompletedTask;
    });

    [Fact, Clause("I2")]
    public Task Stop_OneReactor_EndsTheGroup() => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        ConcurrentBag<EchoProtocol> protocols = [];
        IPEndPoint address = await rig.Listen(_ => Recording(protocols));
        using RawPeer first = RawPeer.Connect(address);
        using RawPeer second = RawPeer.Connect(address);
        await Serves(first);
        await Serves(second);

        await rig.Do(1, reactor => reactor.Stop());

        await GroupRig.Until(rig.Group.Stopped);
        Assert.Equal([1, 1], protocols.Select(protocol => protocol.LostCount));
        Assert.True(rig.Group.StopAsync(TimeSpan.Zero).IsCompletedSuccessfully);
    });

    [Fact, Clause("I2", "I7")]
    public Task Wait_Fails_ReactorDiesTheGroupEndsAndSaysSo() => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        ConcurrentBag<EchoProtocol> protocols = [];
        IPEndPoint address = await rig.Listen(_ => Recording(protocols));
        using RawPeer first = RawPeer.Connect(address);
        using RawPeer second = RawPeer.Connect(address);
        await Serves(first);
        await Serves(second);
        Operation wait = Kind switch
        {
            SelectorKind.Epoll => Operation.EpollWait,
            SelectorKind.Poll => Operation.Poll,
            _ => Operation.Select,
        };

        rig.Kernel.Plan.FailNext(wait, Spindle.Kernel.Errno.EIO);
        rig.Group.Reactors[1].CallFromThread(() => { }); // Whoever waits next.

        SystemCallException death = await Assert.ThrowsAsync<SystemCallException>(() => GroupRig.Until(rig.Group.Stopped));
        Assert.Equal(Spindle.Kernel.Errno.EIO, death.Errno);
        LogRecord record = Assert.Single(rig.TakeErrors());
        Assert.Contains("of 2 died", record.Text, StringComparison.Ordinal);
        Assert.Same(death, record.Exception);
        Assert.Equal([1, 1], protocols.Select(protocol => protocol.LostCount));
    });

    [Fact]
    public Task Start_NoMoreThreads_EndsAllAndSaysWhy() => GroupRig.Run(Kind, 2, async rig =>
    {
        InvalidOperationException cause = new("no more threads");
        ReactorGroup group = new(2, new EventLoopOptions { Selector = Kind, LoggerFactory = rig.Log }, new KernelDouble(rig.Kernel) { WorkerThreads = new OneThread(rig.Kernel.WorkerThreads, cause) });

        Assert.Same(cause, await Assert.ThrowsAsync<InvalidOperationException>(() => GroupRig.Until(group.StartAsync())));

        Assert.True(group.Stopped.IsFaulted);
        Assert.Same(cause, Assert.Single(rig.TakeErrors()).Exception);
        group.Dispose();
    });

    private static RecordingFactoryOfEchoes Recording(ConcurrentBag<EchoProtocol> protocols) => new(protocols);

    /// <summary>Sends a byte and gets it back.</summary>
    private static async Task Serves(RawPeer peer)
    {
        await peer.Send(new byte[] { 7 });
        Assert.Equal([7], await GroupRig.Until(peer.Receive(1)));
    }

    private sealed class RecordingFactoryOfEchoes(ConcurrentBag<EchoProtocol> protocols) : Factory
    {
        protected override IProtocol CreateProtocol(EndPoint address)
        {
            EchoProtocol protocol = new();
            protocols.Add(protocol);
            return protocol;
        }
    }

    private sealed class OneThread(Spindle.Kernel.IWorkerThreads inner, Exception refusal) : Spindle.Kernel.IWorkerThreads
    {
        private int _started;

        public void Start(string name, Action body)
        {
            if (_started++ > 0)
            {
                throw refusal;
            }

            inner.Start(name, body);
        }
    }
}
