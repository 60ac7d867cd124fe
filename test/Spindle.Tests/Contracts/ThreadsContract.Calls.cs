using Spindle.Loops;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Into the reactor: CallFromThread.</content>
public abstract partial class ThreadsContract
{
    [Fact, Clause("THR-1", "THR-2")]
    public void CallFromThread_AnotherThread_RunsOnceInTheReactorsThreadInALaterTurn() => Run(async rig =>
    {
        List<int> ranOn = [];
        bool ranWithin = false;
        int turn = rig.Plan.Turns;

        OffThread.Run(() =>
        {
            rig.Reactor.CallFromThread(() => ranOn.Add(Environment.CurrentManagedThreadId));
            ranWithin = ranOn.Count > 0;
        });
        await rig.Until(() => ranOn.Count > 0);
        await rig.NextTurn();

        Assert.False(ranWithin);
        Assert.Equal([Environment.CurrentManagedThreadId], ranOn);
        Assert.True(rig.Plan.Turns > turn);
    });

    [Fact, Clause("THR-1")]
    public void CallFromThread_ReactorsThread_RunsInALaterTurnNotWithinTheCall() => Run(async rig =>
    {
        int turn = rig.Plan.Turns;
        int ranIn = -1;

        rig.Reactor.CallFromThread(() => ranIn = rig.Plan.Turns);
        Assert.Equal(-1, ranIn);
        await rig.Until(() => ranIn >= 0);

        Assert.Equal(turn + 1, ranIn);
    });

    [Fact, Clause("THR-3")]
    public void CallFromThread_ManyThousand_KeepTheirOrder() => Run(async rig =>
    {
        const int Count = 50_000;
        List<int> ran = [];

        OffThread thread = OffThread.Start(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                int number = i;
                rig.Reactor.CallFromThread(() => ran.Add(number));
            }
        });
        await rig.Until(() => ran.Count == Count);

        thread.Join();
        Assert.Equal(Enumerable.Range(0, Count), ran);
    });

    [Fact, Clause("THR-4")]
    public void CallFromThread_ReactorsThread_ComesAfterADelayedCallOfZeroMadeRightAfterIt() => Run(async rig =>
    {
        List<string> ran = [];

        rig.Reactor.CallFromThread(() => ran.Add("from a thread"));
        rig.Reactor.CallLater(TimeSpan.Zero, () => ran.Add("delayed"));
        await rig.Until(() => ran.Count == 2);

        Assert.Equal(["delayed", "from a thread"], ran);
    });

    [Fact, Clause("THR-4", "THR-5")]
    public void CallFromThread_WithinSuchACall_WaitsForALaterTurn() => Run(async rig =>
    {
        List<(string What, int Turn)> ran = [];
        rig.Reactor.CallFromThread(() =>
        {
            ran.Add(("first", rig.Plan.Turns));
            rig.Reactor.CallFromThread(() => ran.Add(("of the first", rig.Plan.Turns)));
            rig.Reactor.CallLater(TimeSpan.Zero, () => ran.Add(("delayed", rig.Plan.Turns)));
        });
        rig.Reactor.CallFromThread(() => ran.Add(("second", rig.Plan.Turns)));

        await rig.Until(() => ran.Count == 4);

        Assert.Equal(["first", "second", "delayed", "of the first"], ran.Select(each => each.What));
        Assert.Equal(ran[0].Turn, ran[1].Turn);
        Assert.Equal(ran[0].Turn + 1, ran[3].Turn);
    });

    [Fact, Clause("THR-6")]
    public void CallFromThread_BeforeTheReactorRuns_IsKeptUntilItDoes()
    {
        int ran = 0;
        OffThread.Run(() => Reactor.CallFromThread(() =>
        {
            ran++;
            Reactor.Stop();
        }));
        Assert.Equal(0, ran);

        Run();

        Assert.Equal(1, ran);
    }

    [Fact, Clause("THR-7")]
    public void CallFromThread_ReactorSleeps_WakesIt() => Run(async rig =>
    {
        bool ran = false;
        OffThread thread = OffThread.Start(() =>
        {
            rig.WaitUntilAsleep();
            rig.Reactor.CallFromThread(() => ran = true);
        });

        await rig.Until(() => ran);

        thread.Join();
        Assert.True(rig.Plan.Count(Operation.EventFdWrite) >= 1);
    });

    [Fact, Clause("THR-7")]
    public void CallFromThread_FromADelayedCall_IsMadeInTheNextTurn() => Run(async rig =>
    {
        int calledIn = 0;
        int ranIn = 0;
        rig.Reactor.CallLater(TimeSpan.FromMilliseconds(1), () =>
        {
            calledIn = rig.Plan.Turns;
            rig.Reactor.CallFromThread(() => ranIn = rig.Plan.Turns);
        });

        await rig.Until(() => ranIn > 0);

        Assert.Equal(calledIn + 1, ranIn);
    });

    [Fact, Clause("THR-7")]
    public void CallFromThread_ABatchWhileTheReactorSleeps_CostsOneWakeUp() => Run(async rig =>
    {
        const int Batch = 1_000;
        int ran = 0;
        int wakeUps = rig.Plan.Count(Operation.EventFdWrite);

        // Called on the loop's thread when it has said that it sleeps: it cannot wake before the batch is complete.
        rig.Plan.OnSleep = () => OffThread.Run(() => Post(rig, Batch, () => ran++));
        await rig.Until(() => ran == Batch);

        Assert.Equal(wakeUps + 1, rig.Plan.Count(Operation.EventFdWrite));
    });

    [Fact, Clause("THR-7")]
    public void CallFromThread_ABatchWhileTheReactorIsBusy_CostsNoWakeUp() => Run(async rig =>
    {
        const int Batch = 1_000;
        int ran = 0;
        int wakeUps = rig.Plan.Count(Operation.EventFdWrite);

        OffThread.Run(() => Post(rig, Batch, () => ran++)); // This turn waits for it.
        await rig.Until(() => ran == Batch);

        Assert.Equal(wakeUps, rig.Plan.Count(Operation.EventFdWrite));
    });

    [Fact, Clause("THR-8")]
    public void CallFromThread_Throws_IsLoggedAndTheNextIsMade() => Run(async rig =>
    {
        FormatException failure = new("The call fails.");
        bool isNextMade = false;

        OffThread.Run(() =>
        {
            rig.Reactor.CallFromThread(() => throw failure);
            rig.Reactor.CallFromThread(() => isNextMade = true);
        });
        await rig.Until(() => isNextMade);

        Assert.Same(failure, rig.TakeError().Exception);
    });

    [Fact, Clause("THR-8")]
    public void CallFromThread_Nothing_ThrowsAtTheCall() =>
        Assert.Throws<ArgumentNullException>(() => Reactor.CallFromThread(null!));

    [Fact, Clause("THR-8")]
    public void CallFromThread_LoopIsClosed_Throws()
    {
        AsyncSelectorReactor reactor = Reactor;
        reactor.Dispose();
        Loop.Close();

        Assert.Throws<ObjectDisposedException>(() => reactor.CallFromThread(() => { }));
    }

    [Fact, Clause("THR-9")]
    public void CallFromThread_TheReactorHasStopped_IsNeverMade() => Run(async rig =>
    {
        rig.Reactor.AddSystemEventTrigger(SystemEventPhase.During, "shutdown", () =>
        {
            rig.Reactor.CallFromThread(() => Journal.Add("during"));
            return null;
        });
        rig.Reactor.AddSystemEventTrigger(SystemEventPhase.Before, "shutdown", () =>
        {
            rig.Reactor.CallFromThread(() => Journal.Add("before"));
            return null;
        });
        rig.Reactor.Stop();
        await rig.Reactor.Stopped;
        OffThread.Run(() => rig.Reactor.CallFromThread(() => Journal.Add("after")));

        await rig.NextTurn(); // The loop goes on.
        await rig.NextTurn();

        Assert.Empty(Journal);
    });

    [Fact, Clause("THR-9")]
    public void CallFromThread_LeftWhenTheReactorHasStopped_IsNotMadeByALaterTurnOfTheLoop()
    {
        Add(SystemEventPhase.After, "shutdown", "shutdown", () => Reactor.CallFromThread(() => Journal.Add("left")));
        Reactor.CallWhenRunning(Reactor.Stop);
        Run();

        RunTurn();

        Assert.Equal(["shutdown"], Journal);
    }

    [Fact]
    public void CallFromThread_AmbientValue_IsTheCallersAndLeaksNowhere() => Run(async rig =>
    {
        AsyncLocal<string> ambient = new();
        List<string?> seen = [];

        OffThread.Run(() =>
        {
            ambient.Value = "of the thread";
            rig.Reactor.CallFromThread(() =>
            {
                seen.Add(ambient.Value);
                ambient.Value = "of the call";
            });
            using (ExecutionContext.SuppressFlow())
            {
                rig.Reactor.CallFromThread(() => seen.Add(ambient.Value));
            }
        });
        await rig.Until(() => seen.Count == 2);

        Assert.Equal(["of the thread", null], seen);
        Assert.Null(ambient.Value);
    });

    [Fact]
    public void CallFromThread_AtWork_HasTheLoopsContext() => Run(async rig =>
    {
        SynchronizationContext? seen = null;

        OffThread.Run(() => rig.Reactor.CallFromThread(() => seen = SynchronizationContext.Current));
        await rig.Until(() => seen is not null);

        Assert.Same(rig.Loop.SynchronizationContext, seen);
    });

    [Fact]
    public void CallFromThread_CallerWithoutAmbientValues_AllocatesNothing() => Run(async rig =>
    {
        const int Batch = 100;
        int ran = 0;
        Action call = () => ran++;
        OffThread.Run(() => Post(rig, Batch, call)); // Memory is taken and code is compiled,
        await rig.Until(() => ran == Batch);

        // The runtime allocates on the thread, too, when it gets to a better version of a method: hence more than one look.
        long allocated = long.MaxValue;
        for (int look = 2; look <= 10 && allocated > 0; look++)
        {
            allocated = OffThread.Run(() =>
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                Post(rig, Batch, call);
                return GC.GetAllocatedBytesForCurrentThread() - before;
            });
            await rig.Until(() => ran == look * Batch);
        }

        Assert.Equal(0, allocated);
    });

    [Fact]
    public void CallFromThread_SlowInDebugMode_IsReportedByItsOwnName()
    {
        TimeSpan slow = TimeSpan.FromMilliseconds(100);
        ManualClock clock = new();
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { Clock = clock }, debug: true, slow);
        AsyncSelectorReactor reactor = new(loop);
        AtEnd(reactor.Dispose);
        reactor.CallFromThread(BeSlow);
        loop.CallSoon(() => reactor.CallFromThread(BeSlow)); // While it runs, in the loop's own context.

        RunTurn(loop);
        RunTurn(loop);

        IReadOnlyList<LogRecord> logged = Log.Take();
        Assert.Equal(2, logged.Count);
        Assert.All(logged, record => Assert.Contains(nameof(BeSlow), record.Text, StringComparison.Ordinal));

        void BeSlow() => clock.Advance(slow);
    }

    private static void Post(ReactorRig rig, int count, Action call)
    {
        for (int i = 0; i < count; i++)
        {
            rig.Reactor.CallFromThread(call);
        }
    }
}
