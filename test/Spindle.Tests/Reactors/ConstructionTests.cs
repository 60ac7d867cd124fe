using System.Reflection;
using Spindle.FileWatching;
using Spindle.Loops;
using Spindle.Reactors;
using Spindle.Serial;
using Spindle.Stdio;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Reactors;

/// <summary>Making reactors, and finding them (CORE-1 to CORE-8).</summary>
public sealed class ConstructionTests : LoopTest
{
    [Fact, Clause("CORE-1")]
    public void New_LoopRuns_IsOnThatLoopAndDoesNotCloseIt() => Loop.RunUntilComplete(() =>
    {
        using AsyncSelectorReactor reactor = new();

        Assert.Same(Loop, reactor.EventLoop);
        reactor.Dispose();
        Assert.False(Loop.IsClosed);
        return Task.CompletedTask;
    });

    [Fact, Clause("CORE-1")]
    public void New_NoLoopRuns_HasALoopOfItsOwnThatEndsWithIt()
    {
        AsyncSelectorReactor reactor = new();
        using AsyncSelectorReactor other = new();
        Assert.NotSame(reactor.EventLoop, other.EventLoop);
        Assert.False(reactor.EventLoop.IsRunning);

        reactor.Dispose();
        reactor.Dispose();

        Assert.True(reactor.EventLoop.IsClosed);
        Assert.False(other.EventLoop.IsClosed);
    }

    [Fact, Clause("CORE-1")]
    public void New_GivenALoop_UsesItAsItIsAndDoesNotCloseIt()
    {
        AsyncSelectorReactor reactor = new(Loop);

        Assert.Same(Loop, reactor.EventLoop);
        reactor.Dispose();
        Assert.False(Loop.IsClosed);
    }

    [Fact, Clause("CORE-1")]
    public void New_SecondOnALoop_ThrowsUntilTheFirstIsDisposedOf()
    {
        AsyncSelectorReactor first = new(Loop);
        Assert.Throws<InvalidOperationException>(() => new AsyncSelectorReactor(Loop));

        first.Dispose();

        using AsyncSelectorReactor second = new(Loop);
    }

    [Fact, Clause("CORE-2")]
    public void New_LoopIsNotOnASelector_Throws()
    {
        IEventLoop loop = DispatchProxy.Create<IEventLoop, OtherLoop>();

        ArgumentException refused = Assert.Throws<ArgumentException>(() => new AsyncSelectorReactor(loop));

        Assert.Contains(nameof(SelectorEventLoop), refused.Message, StringComparison.Ordinal);
        Assert.Contains(loop.GetType().Name, refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new AsyncSelectorReactor((IEventLoop)null!));
    }

    [Fact, Clause("CORE-2")]
    public void New_LoopIsClosed_Throws()
    {
        Loop.Close();

        Assert.Throws<ObjectDisposedException>(() => new AsyncSelectorReactor(Loop));
    }

    [Fact, Clause("CORE-1", "I4")]
    public void New_LoopRunsInAnotherThread_ThrowsAndNamesTheWay()
    {
        using LoopThread thread = new(Loop);

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => new AsyncSelectorReactor(Loop));

        Assert.Contains(nameof(IEventLoop.CallSoonThreadSafe), refused.Message, StringComparison.Ordinal);
    }

    [Fact, Clause("CORE-3")]
    public void Run_OthersScheduleOnTheLoop_AreServedToo()
    {
        using AsyncSelectorReactor reactor = new(Loop);
        List<string> served = [];
        Loop.CallSoon(() => served.Add("callback"));
        Loop.CallLater(TimeSpan.FromMilliseconds(1), () => served.Add("timer"));
        Loop.Spawn(async () =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), Loop.TimeProvider);
            await Task.Run(() => { }, TestContext.Current.CancellationToken);
            served.Add(EventLoop.Current == Loop ? "await" : "await elsewhere");
            reactor.Stop();
        });

        reactor.Run(installSignalHandlers: false);

        Assert.Equal(["callback", "timer", "await"], served);
        _ = Log.Take();
    }

    [Fact, Clause("CORE-4", "CORE-6")]
    public void New_Always_StartsNoThread()
    {
        TrackedThreads threads = new(Kernel);

        using AsyncSelectorReactor reactor = new(NewLoop(new KernelDouble(Kernel) { WorkerThreads = threads }));

        Assert.Equal(0, threads.Started);
    }

    [Fact, Clause("OVR-7", "OVR-8", "OVR-9")]
    public void Reactor_Always_ProvidesEveryInterfaceOfReactors()
    {
        IEnumerable<Type> interfaces = typeof(IReactorCore).Assembly.GetExportedTypes()
            .Where(type => type.IsInterface && type.Name.StartsWith("IReactor", StringComparison.Ordinal) && type != typeof(IReactorThreadPool));

        Assert.All(interfaces, type => Assert.True(type.IsAssignableFrom(typeof(AsyncSelectorReactor)), type.Name));
        Assert.Superset(
            new HashSet<Type> { typeof(IReactorCore), typeof(IReactorTime), typeof(IReactorFDSet), typeof(IReactorFromThreads), typeof(IReactorTcp) },
            interfaces.ToHashSet());
    }

    [Fact, Clause("CORE-5")]
    public void Stop_TriggersDuringTheShutdown_RunWhenConnectionsAreLostAndItRunsNoMore()
    {
        using AsyncSelectorReactor reactor = new(Loop);
        List<string> journal = [];
        reactor.ListenTcp(0, new JournalFactory(journal), host: "127.0.0.1");
        reactor.AddSystemEventTrigger(SystemEventPhase.During, "shutdown", () =>
        {
            journal.Add($"during, {(reactor.IsRunning ? "running" : "not running")}, {reactor.GetReaders().Count} readers");
            return null;
        });
        reactor.CallWhenRunning(reactor.Stop);

        reactor.Run(installSignalHandlers: false);

        Assert.Equal(["start", "stop", "during, not running, 0 readers"], journal);
        _ = Log.Take();
    }

    [Fact, Clause("CORE-7")]
    public void Install_Twice_ThrowsAndKeepsTheFirst()
    {
        InstalledReactor installed = new();
        using AsyncSelectorReactor first = new(Loop);
        Assert.Same(first, installed.Install(() => first));

        ReactorAlreadyInstalledException refused = Assert.Throws<ReactorAlreadyInstalledException>(
            () => installed.Install(() => throw new InvalidOperationException("Nothing is to be made.")));

        Assert.IsAssignableFrom<InvalidOperationException>(refused);
        Assert.Same(first, installed.GetOrMake());
    }

    [Fact, Clause("CORE-8")]
    public void Default_NothingInstalled_MakesOneOnTheLoopThatRuns() => Loop.RunUntilComplete(() =>
    {
        InstalledReactor installed = new();

        using AsyncSelectorReactor made = installed.GetOrMake();

        Assert.Same(Loop, made.EventLoop);
        Assert.Same(made, installed.GetOrMake());
        Assert.Throws<ReactorAlreadyInstalledException>(() => installed.Install(() => made));
        return Task.CompletedTask;
    });

    [Fact, Clause("CORE-7", "CORE-8")]
    public void TheProcessesReactor_InAProcessOfItsOwn_IsOne()
    {
        (int exitCode, string output) = ChildRun.Run(typeof(ConstructionTests), nameof(ChildInstallsAndRuns));

        Assert.True(exitCode == 0, output);
    }

    [Fact(Explicit = true), Trait("Run", "InAChild")]
    public void ChildInstallsAndRuns()
    {
        using SelectorEventLoop loop = new();
        AsyncSelectorReactor installed = Reactor.Install(loop);

        Assert.Same(loop, installed.EventLoop);
        Assert.Same(installed, Reactor.Default);
        Assert.Throws<ReactorAlreadyInstalledException>(() => Reactor.Install());
        Assert.Throws<ReactorAlreadyInstalledException>(() => Reactor.Install(loop));
        Assert.Throws<ReactorAlreadyInstalledException>(() => Reactor.Install(installed));
        installed.CallWhenRunning(() =>
        {
            Assert.Same(installed, Reactor.Current);
            installed.Stop();
        });
        installed.Run();
    }

    [Fact, Clause("CORE-8")]
    public void Current_OnALoopWithAReactor_IsThatOne() => Loop.RunUntilComplete(async () =>
    {
        using AsyncSelectorReactor reactor = new();
        Assert.Same(reactor, Reactor.Current);

        await Task.Run(() => AssertNamesTheWay(Record.Exception(() => Reactor.Current)), TestContext.Current.CancellationToken);

        Assert.Same(reactor, Reactor.Current);
        reactor.Dispose();
        AssertNamesTheWay(Record.Exception(() => Reactor.Current));
    });

    [Fact, Clause("CORE-8")]
    public void Current_NoLoopRuns_ThrowsAndNamesTheWay()
    {
        using AsyncSelectorReactor reactor = new(Loop);

        AssertNamesTheWay(Record.Exception(() => Reactor.Current));
    }

    [Fact]
    public void AnyUse_Disposed_Throws()
    {
        AsyncSelectorReactor reactor = new(Loop);
        reactor.Dispose();

        Assert.Throws<ObjectDisposedException>(reactor.Run);
        Assert.Throws<ObjectDisposedException>(() => reactor.StartRunning());
        Assert.Throws<ObjectDisposedException>(() => reactor.ListenTcp(0, Factory.For(_ => null!)));
        Assert.Throws<ObjectDisposedException>(() => reactor.ConnectTcp("127.0.0.1", 1, ClientFactory.For(_ => null!)));
        Assert.Throws<ObjectDisposedException>(() => new INotify(reactor));
        Assert.Throws<ObjectDisposedException>(() => new StandardIO(new RecordingProtocol(), reactor: reactor));
        Assert.Throws<ObjectDisposedException>(() => new SerialPort(new RecordingProtocol(), "/dev/null", reactor));
        Assert.Throws<ObjectDisposedException>(() => new Terminal(reactor: reactor));
    }

    private static void AssertNamesTheWay(Exception? refused) =>
        Assert.Contains(nameof(IReactorFromThreads.CallFromThread), Assert.IsType<InvalidOperationException>(refused).Message, StringComparison.Ordinal);

    private sealed class JournalFactory(List<string> journal) : Factory
    {
        public override void StartFactory() => journal.Add("start");

        public override void StopFactory() => journal.Add("stop");

        protected override IProtocol? CreateProtocol(System.Net.EndPoint address) => null;
    }

    /// <summary>A loop that is not on a selector, as Windows' proactor is not; nothing of it is ever called.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1852", Justification = "DispatchProxy derives from it when the test runs.")]
    private class OtherLoop : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new NotSupportedException(targetMethod?.Name);
    }
}
