using System.Runtime.CompilerServices;
using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Contracts;

/// <content>Callbacks and timers.</content>
public abstract partial class EventLoopContract
{
    [Fact, Clause("LOOP-5")]
    public void CallSoon_Several_RunOnceEachInOrder()
    {
        List<int> ran = [];
        for (int i = 0; i < 100; i++)
        {
            Loop.CallSoon(state => ran.Add((int)state!), i);
        }

        RunTurn();
        RunTurn();

        Assert.Equal(Enumerable.Range(0, 100), ran);
    }

    [Fact, Clause("LOOP-6")]
    public void CallSoon_AmbientContext_IsTheOneOfItsCreation()
    {
        AsyncLocal<string> ambient = new() { Value = "first" };
        List<string?> seen = [];
        Loop.CallSoon(() => seen.Add(ambient.Value));
        ambient.Value = "second";
        Loop.CallSoon(() =>
        {
            seen.Add(ambient.Value);
            ambient.Value = "of the callback";
        });
        Loop.CallSoonThreadSafe(() => seen.Add(ambient.Value));
        Loop.CallLater(TimeSpan.Zero, () => seen.Add(ambient.Value));
        ambient.Value = "third";

        RunTurn();

        Assert.Equal(["first", "second", "second", "second"], seen);
        Assert.Equal("third", ambient.Value);
    }

    [Fact, Clause("LOOP-7")]
    public void Cancel_Queued_PreventsTheRun()
    {
        int runs = 0;
        Handle handle = Loop.CallSoon(() => runs++);
        Handle threadSafe = Loop.CallSoonThreadSafe(() => runs++);
        TimerHandle timer = Loop.CallLater(TimeSpan.Zero, () => runs++);
        Assert.False(handle.IsCancelled);

        foreach (Handle each in new[] { handle, threadSafe, timer })
        {
            each.Cancel();
            each.Cancel();
            Assert.True(each.IsCancelled);
        }

        RunTurn();
        Assert.Equal(0, runs);
    }

    [Fact, Clause("LOOP-7", "LOOP-16")]
    public void Cancel_ByAnEarlierCallbackOfTheSameTurn_PreventsTheRun()
    {
        int runs = 0;
        Handle later = null!;
        TimerHandle timer = null!;
        Loop.CallSoon(() =>
        {
            later.Cancel();
            timer.Cancel();
        });
        later = Loop.CallSoon(() => runs++);
        timer = Loop.CallLater(TimeSpan.Zero, () => runs++);

        RunTurn();

        Assert.Equal(0, runs);
    }

    [Fact, Clause("LOOP-7")]
    public void Cancel_Queued_LetsGoOfTheState()
    {
        (Handle handle, WeakReference state) = Schedule();

        handle.Cancel();
        GC.Collect();

        Assert.False(state.IsAlive);
        GC.KeepAlive(handle);

        [MethodImpl(MethodImplOptions.NoInlining)]
        (Handle Handle, WeakReference State) Schedule()
        {
            object held = new();
            return (Loop.CallSoon(_ => { }, held), new WeakReference(held));
        }
    }

    [Fact, Clause("LOOP-8")]
    public void CallSoonThreadSafe_LoopSleeps_WakesItAndRunsOnTheLoop()
    {
        using ManualResetEventSlim isSleeping = new();
        ScriptedWaits waits = new(Kernel) { BeforeWait = timeout => SetIf(timeout < 0, isSleeping) };
        SelectorEventLoop loop = NewLoop(KernelDouble.With(Kernel, waits));
        int ranOn = 0;
        int loopThread = 0;

        OffThread thread = OffThread.Start(() =>
        {
            loopThread = Environment.CurrentManagedThreadId;
            loop.RunForever();
        });
        Wait.For(isSleeping, "The sleep");
        loop.CallSoonThreadSafe(() =>
        {
            ranOn = Environment.CurrentManagedThreadId;
            loop.Stop();
        });
        thread.Join();

        Assert.Equal(loopThread, ranOn);
    }

    [Fact, Clause("LOOP-8")]
    public void CallSoonThreadSafe_BeforeTheLoopRuns_WaitsForTheFirstTurn()
    {
        List<int> ran = [];
        OffThread.Run(() =>
        {
            Loop.CallSoonThreadSafe(() => ran.Add(1));
            Loop.CallSoonThreadSafe(state => ran.Add((int)state!), 2);
        });
        Assert.Empty(ran);

        RunTurn();

        Assert.Equal([1, 2], ran);
    }

    [Fact, Clause("LOOP-8")]
    public void CallSoonThreadSafe_ManyThreads_RunsEachOnceInEachThreadsOrder()
    {
        const int Threads = 4;
        const int Calls = 2_000;
        List<(int Thread, int Call)> ran = [];
        using LoopThread loopThread = new(Loop);
        using CountdownEvent left = new(Threads * Calls);

        OffThread[] threads = [.. Enumerable.Range(0, Threads).Select(thread => OffThread.Start(() =>
        {
            for (int call = 0; call < Calls; call++)
            {
                (int, int) mine = (thread, call);
                Loop.CallSoonThreadSafe(() =>
                {
                    ran.Add(mine);
                    left.Signal();
                });
            }
        }))];
        Wait.For(left, "The last call");

        Assert.All(threads, thread => thread.Join());
        Assert.Equal(Threads * Calls, ran.Count);
        foreach (IGrouping<int, (int Thread, int Call)> group in ran.GroupBy(each => each.Thread))
        {
            Assert.Equal(Enumerable.Range(0, Calls), group.Select(each => each.Call));
        }
    }

    [Fact, Clause("LOOP-9")]
    public void CallLater_Delay_IsCallAtFromNow()
    {
        ManualClock clock = new();
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { Clock = clock });
        int runs = 0;

        TimerHandle timer = loop.CallLater(TimeSpan.FromSeconds(2), () => runs++);
        Assert.Equal(loop.Time + TimeSpan.FromSeconds(2), timer.When);
        Assert.Equal(timer.When, loop.CallAt(timer.When, () => runs++).When);

        clock.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromTicks(1));
        RunTurn(loop);
        Assert.Equal(0, runs);

        clock.Advance(TimeSpan.FromTicks(1));
        RunTurn(loop);
        RunTurn(loop);
        Assert.Equal(2, runs);
    }

    [Fact, Clause("LOOP-9")]
    public void CallLater_ZeroNegativeOrPast_IsDueInTheNextTurn()
    {
        int runs = 0;
        Loop.CallLater(TimeSpan.Zero, () => runs++);
        Loop.CallLater(TimeSpan.FromDays(-1), () => runs++);
        Loop.CallLater(TimeSpan.MinValue, () => runs++);
        Loop.CallAt(TimeSpan.Zero, () => runs++);
        Loop.CallAt(TimeSpan.MinValue, _ => runs++, null);

        RunTurn();

        Assert.Equal(5, runs);
    }

    [Fact, Clause("LOOP-9")]
    public void CallLater_LongestTime_NeverComes()
    {
        int runs = 0;
        TimerHandle timer = Loop.CallLater(TimeSpan.MaxValue, () => runs++);
        Loop.CallAt(TimeSpan.MaxValue, () => runs++);

        RunTurn();

        Assert.Equal(TimeSpan.MaxValue, timer.When);
        Assert.Equal(0, runs);
    }

    [Fact, Clause("LOOP-2", "LOOP-9", "LOOP-13")]
    public void CallLater_RealTime_IsNeverEarly()
    {
        List<(TimeSpan When, TimeSpan Ran)> ran = [];
        for (int i = 0; i < 20; i++)
        {
            TimerHandle timer = null!;
            bool isLast = i == 19;
            timer = Loop.CallLater(TimeSpan.FromMicroseconds((i + 1) * 250), () =>
            {
                ran.Add((timer.When, Loop.Time));
                if (isLast)
                {
                    Loop.Stop();
                }
            });
        }

        Run();

        Assert.Equal(20, ran.Count);
        Assert.All(ran, each => Assert.True(each.Ran >= each.When, $"{each.When} ran at {each.Ran}."));
    }

    [Fact, Clause("LOOP-10")]
    public void CallAt_EqualTimes_RunFirstInFirstOut()
    {
        List<int> ran = [];
        TimeSpan when = Loop.Time;
        for (int i = 0; i < 50; i++)
        {
            Loop.CallAt(when, state => ran.Add((int)state!), i);
        }

        RunTurn();

        Assert.Equal(Enumerable.Range(0, 50), ran);
    }

    [Fact, Clause("LOOP-10", "LOOP-15")]
    public void CallAt_DifferentTimes_RunInTheOrderOfTheirTimes()
    {
        List<int> ran = [];
        TimeSpan now = Loop.Time;
        foreach (int i in new[] { 5, 1, 4, 2, 3 })
        {
            Loop.CallAt(now - TimeSpan.FromSeconds(10 - i), () => ran.Add(i));
        }

        RunTurn();

        Assert.Equal([1, 2, 3, 4, 5], ran);
    }

    [Theory, Clause("LOOP-11")]
    [MemberData(nameof(SchedulingMembers))]
    public void Scheduling_Closed_Throws(string member)
    {
        Loop.Close();

        Assert.Throws<ObjectDisposedException>(() => Scheduling[member](Loop));
    }

    [Theory]
    [MemberData(nameof(SchedulingMembers))]
    public void Scheduling_NoCallback_Throws(string member) =>
        Assert.Throws<ArgumentNullException>(() => WithoutCallback[member](Loop));

    public static TheoryData<string> SchedulingMembers => [.. Scheduling.Keys];

    private static Dictionary<string, Action<SelectorEventLoop>> Scheduling { get; } = new()
    {
        ["CallSoon"] = loop => loop.CallSoon(() => { }),
        ["CallSoon with state"] = loop => loop.CallSoon(_ => { }, null),
        ["CallSoonThreadSafe"] = loop => loop.CallSoonThreadSafe(() => { }),
        ["CallSoonThreadSafe with state"] = loop => loop.CallSoonThreadSafe(_ => { }, null),
        ["CallLater"] = loop => loop.CallLater(TimeSpan.Zero, () => { }),
        ["CallAt"] = loop => loop.CallAt(TimeSpan.Zero, () => { }),
        ["CallAtTurnEnd"] = loop => loop.CallAtTurnEnd(new TurnEnd(_ => { })),
        ["AddReader"] = loop => loop.AddReader(0, () => { }),
        ["AddWriter"] = loop => loop.AddWriter(0, () => { }),
        ["AddSignalHandler"] = loop => loop.AddSignalHandler(NativeCalls.SIGUSR1, () => { }),
        ["RunInExecutor"] = loop => loop.RunInExecutor(() => 0),
        ["Spawn"] = loop => loop.Spawn(() => Task.CompletedTask),
        ["RunUntilComplete"] = loop => loop.RunUntilComplete(() => Task.CompletedTask),
        ["RunUntilComplete with a result"] = loop => loop.RunUntilComplete(() => Task.FromResult(0)),
    };

    private static Dictionary<string, Action<SelectorEventLoop>> WithoutCallback { get; } = new()
    {
        ["CallSoon"] = loop => loop.CallSoon(null!),
        ["CallSoon with state"] = loop => loop.CallSoon(null!, null),
        ["CallSoonThreadSafe"] = loop => loop.CallSoonThreadSafe(null!),
        ["CallSoonThreadSafe with state"] = loop => loop.CallSoonThreadSafe(null!, null),
        ["CallLater"] = loop => loop.CallLater(TimeSpan.Zero, null!),
        ["CallAt"] = loop => loop.CallAt(TimeSpan.Zero, null!),
        ["CallAtTurnEnd"] = loop => loop.CallAtTurnEnd(null!),
        ["AddReader"] = loop => loop.AddReader(0, null!),
        ["AddWriter"] = loop => loop.AddWriter(0, null!),
        ["AddSignalHandler"] = loop => loop.AddSignalHandler(NativeCalls.SIGUSR1, null!),
        ["RunInExecutor"] = loop => loop.RunInExecutor<int>(null!),
        ["Spawn"] = loop => loop.Spawn(null!),
        ["RunUntilComplete"] = loop => loop.RunUntilComplete(null!),
        ["RunUntilComplete with a result"] = loop => loop.RunUntilComplete((Func<Task<int>>)null!),
    };

    private static int? SetIf(bool condition, ManualResetEventSlim happened)
    {
        if (condition)
        {
            happened.Set();
        }

        return null;
    }
}
