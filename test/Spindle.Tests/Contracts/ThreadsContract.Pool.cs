using Spindle.Loops;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Threads;

namespace Spindle.Tests.Contracts;

/// <content>Out of the reactor: its pool.</content>
public abstract partial class ThreadsContract
{
    [Fact, Clause("CORE-6", "THR-11")]
    public void Constructor_Always_MakesNoThread()
    {
        TrackedThreads threads = new(Kernel);
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { WorkerThreads = threads });
        AsyncSelectorReactor reactor = new(loop);
        AtEnd(reactor.Dispose);
        reactor.CallWhenRunning(reactor.Stop);

        reactor.Run(installSignalHandlers: false);

        Assert.Equal(0, threads.Started);
    }

    [Fact, Clause("THR-11")]
    public void GetThreadPool_First_MakesOneThatStartsWithTheReactor()
    {
        ReactorThreadPool pool = Reactor.GetThreadPool();
        Assert.Same(pool, Reactor.GetThreadPool());
        Assert.Same(pool, ((IReactorThreads)Reactor).GetThreadPool());
        Assert.Equal((0, 10), (pool.Min, pool.Max));
        pool.StartAWorker();
        Assert.Equal(0, pool.Workers);

        int workers = -1;
        Reactor.CallWhenRunning(() =>
        {
            pool.StartAWorker();
            workers = pool.Workers;
            Reactor.Stop();
        });
        Run();

        Assert.Equal(1, workers);
        Assert.Equal(0, pool.Workers);
    }

    [Fact, Clause("THR-11")]
    public void GetThreadPool_ReactorRuns_StartsAtOnce() => Run(rig =>
    {
        ReactorThreadPool pool = rig.Reactor.GetThreadPool();

        pool.StartAWorker();

        Assert.Equal(1, pool.Workers);
        return Task.CompletedTask;
    });

    [Fact, Clause("THR-12")]
    public void CallInThread_ReactorRuns_RunsInAThreadOfThePool() => Run(async rig =>
    {
        string? ranOn = null;

        rig.Reactor.CallInThread(() =>
        {
            string? name = Thread.CurrentThread.Name;
            rig.Reactor.CallFromThread(() => ranOn = name);
        });
        await rig.Until(() => ranOn is not null);

        Assert.Equal("PoolThread-reactor-0", ranOn);
    });

    [Fact, Clause("THR-12")]
    public void CallInThread_BeforeTheReactorRuns_WaitsForIt()
    {
        bool isRunning = false;
        Reactor.CallInThread(() => Reactor.CallFromThread(() =>
        {
            isRunning = Reactor.IsRunning;
            Reactor.Stop();
        }));
        Assert.Equal(1, Reactor.GetThreadPool().QueueSize);

        Run();

        Assert.True(isRunning);
    }

    [Fact, Clause("THR-12", "THR-14")]
    public void CallInThread_TheReactorNeverRuns_IsNotMade()
    {
        bool wasMade = false;
        Reactor.CallInThread(() => wasMade = true);

        Reactor.Dispose();

        Assert.False(wasMade);
    }

    [Fact, Clause("THR-13")]
    public void SuggestThreadPoolSize_Always_SetsTheMaximum() => Run(rig =>
    {
        rig.Reactor.SuggestThreadPoolSize(34);
        Assert.Equal((0, 34), (rig.Reactor.GetThreadPool().Min, rig.Reactor.GetThreadPool().Max));

        rig.Reactor.SuggestThreadPoolSize(0);
        Assert.Equal(0, rig.Reactor.GetThreadPool().Max);

        Assert.Throws<ArgumentOutOfRangeException>(() => rig.Reactor.SuggestThreadPoolSize(-1));
        return Task.CompletedTask;
    });

    [Fact, Clause("THR-14")]
    public void Shutdown_PoolWasMadeBefore_WaitsForItsThreadsAndRemovesItsTriggers()
    {
        List<string> done = [];
        ReactorThreadPool pool = Reactor.GetThreadPool();
        Reactor.CallWhenRunning(() =>
        {
            Occupation work = new();
            Reactor.CallInThread(() =>
            {
                work.Work();
                done.Add("work");
            });
            work.WaitUntilBegun();
            Add(SystemEventPhase.After, "shutdown", "after", () => done.Add("after"));
            Reactor.Stop();
            OffThread.Start(work.End);
        });

        Run();

        Assert.Equal(["work", "after"], done);
        Assert.False(pool.CallInThread(() => { }));
        Assert.NotSame(pool, Reactor.GetThreadPool());
    }

    [Fact, Clause("THR-14")]
    public void Shutdown_FiredOnAReactorThatNeverRan_StopsThePool()
    {
        ReactorThreadPool pool = Reactor.GetThreadPool();

        Reactor.FireSystemEvent("shutdown");
        Assert.False(pool.CallInThread(() => { }));

        // It may still run, with another pool.
        bool wasMade = false;
        Reactor.CallInThread(() =>
        {
            wasMade = true;
            Reactor.CallFromThread(Reactor.Stop);
        });
        Run();
        Assert.True(wasMade);
    }

    [Fact, Clause("THR-15")]
    public void Shutdown_AThreadDoesNotEnd_GoesOnAndSaysSo() => Run(async rig =>
    {
        Occupation work = new();
        ReactorThreadPool pool = rig.Reactor.GetThreadPool();
        pool.JoinTimeout = TimeSpan.FromMilliseconds(1);
        rig.Reactor.CallInThread(work.Work);
        work.WaitUntilBegun();

        await rig.StopAsync();

        Assert.IsType<TimeoutException>(rig.TakeError().Exception);
        work.End();
        pool.JoinTimeout = Timeout.InfiniteTimeSpan;
        Assert.True(pool.Stop());
    });

    [Fact, Clause("THR-16")]
    public void GetThreadPool_AfterTheShutdown_GivesOneThatNeverStarts() => Run(async rig =>
    {
        await rig.StopAsync();

        ReactorThreadPool pool = rig.Reactor.GetThreadPool();
        bool wasMade = false;
        Assert.True(pool.CallInThread(() => wasMade = true));
        await rig.NextTurn();

        Assert.Equal((0, 1), (pool.Workers, pool.QueueSize));
        Assert.False(wasMade);
    });

    [Fact, Clause("THR-22")]
    public void CallInThread_Throws_IsLoggedUnderTheNameOfWhoWantedItMade() => Run(async rig =>
    {
        FormatException failure = new("The call fails.");
        bool isLogged = false;
        rig.Log.OnRecord = record =>
        {
            if (record.Exception == failure)
            {
                rig.Reactor.CallFromThread(() => isLogged = true);
            }
        };
        RecordingProtocol protocol = new("server") { OnData = _ => rig.Reactor.CallInThread(() => throw failure) };
        Pair pair = await rig.ConnectPair(protocol);

        pair.Client.Transport!.Write("x"u8);
        await rig.Until(() => isLogged);

        LogRecord record = rig.TakeError();
        Assert.Same(failure, record.Exception);
        Assert.Contains("[server,", record.Text, StringComparison.Ordinal);
    });

    [Fact]
    public void ThePool_FromAnotherThreadWhileTheReactorRuns_ThrowsAndNamesTheWayIn() => Run(rig =>
    {
        Action[] calls =
        [
            () => rig.Reactor.CallInThread(() => { }),
            () => rig.Reactor.GetThreadPool(),
            () => rig.Reactor.SuggestThreadPoolSize(1),
            () => _ = rig.Reactor.DeferToThread(() => { }),
            () => _ = rig.Reactor.CallMultipleInThread([]),
        ];

        Exception?[] refused = OffThread.Run(() => Array.ConvertAll(calls, call => Record.Exception(call)));

        Assert.All(refused, each => Assert.Contains("CallFromThread", Assert.IsType<InvalidOperationException>(each).Message, StringComparison.Ordinal));
        return Task.CompletedTask;
    });
}
