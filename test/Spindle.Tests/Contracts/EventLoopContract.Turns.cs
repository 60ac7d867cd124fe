using System.Runtime.CompilerServices;
using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Contracts;

/// <content>One turn.</content>
public abstract partial class EventLoopContract
{
    private const long NanosecondsPerTick = 100;
    private const long LongestWait = 86_400L * 1_000_000_000;

    [Fact, Clause("LOOP-12")]
    public void Cancel_Timer_IsLetGoAtOnce()
    {
        (WeakReference timer, WeakReference state) = ScheduleAndCancel();

        GC.Collect();

        Assert.False(timer.IsAlive);
        Assert.False(state.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        (WeakReference Timer, WeakReference State) ScheduleAndCancel()
        {
            object held = new();
            TimerHandle handle = Loop.CallLater(TimeSpan.FromDays(1), _ => { }, held);
            handle.Cancel();
            return (new WeakReference(handle), new WeakReference(held));
        }
    }

    [Fact, Clause("LOOP-12")]
    public void Cancel_MostOfManyTimers_LeavesTheOthersInOrder()
    {
        List<int> ran = [];
        TimerHandle[] timers = [.. Enumerable.Range(0, 500).Select(i => Loop.CallAt(new TimeSpan(i), () => ran.Add(i)))];
        foreach (TimerHandle timer in timers.Where((_, i) => i % 5 != 0))
        {
            timer.Cancel();
        }

        RunTurn();

        Assert.Equal(Enumerable.Range(0, 100).Select(i => i * 5), ran);
    }

    [Fact, Clause("LOOP-13")]
    public void Turn_NothingToDo_WaitsWithoutEnd() => Assert.Equal(-1, TimeoutOfATurn(_ => { }));

    [Fact, Clause("LOOP-12", "LOOP-13")]
    public void Turn_OnlyTimerIsCancelled_WaitsWithoutEnd() =>
        Assert.Equal(-1, TimeoutOfATurn(loop => loop.CallLater(TimeSpan.FromSeconds(1), () => { }).Cancel()));

    [Fact, Clause("LOOP-13")]
    public void Turn_SomethingIsReady_DoesNotWait()
    {
        Assert.Equal(0, TimeoutOfATurn(loop => loop.CallSoon(() => { })));
        Assert.Equal(0, TimeoutOfATurn(loop => loop.CallSoonThreadSafe(() => { })));
        Assert.Equal(0, TimeoutOfATurn(loop => loop.CallAtTurnEnd(new TurnEnd(_ => { }))));
        Assert.Equal(0, TimeoutOfATurn(loop => loop.Stop()));
    }

    [Fact, Clause("LOOP-13")]
    public void Turn_TimerIsDue_DoesNotWait()
    {
        Assert.Equal(0, TimeoutOfATurn(loop => loop.CallLater(TimeSpan.Zero, () => { })));
        Assert.Equal(0, TimeoutOfATurn(loop => loop.CallAt(TimeSpan.Zero, () => { })));
        Assert.Equal(0, TimeoutOfATurn(loop => loop.CallAt(TimeSpan.MinValue, () => { })));
    }

    [Fact, Clause("LOOP-13")]
    public void Turn_Timers_WaitsForTheEarliest()
    {
        TimeSpan delay = TimeSpan.FromSeconds(2.5);

        long timeout = TimeoutOfATurn(loop =>
        {
            loop.CallLater(delay * 2, () => { });
            loop.CallLater(delay, () => { });
            loop.CallLater(delay * 3, () => { });
        });

        Assert.Equal(delay.Ticks * NanosecondsPerTick, timeout);
    }

    [Fact, Clause("LOOP-13")]
    public void Turn_TimerIsFarOff_WaitsADayAtTheMost()
    {
        Assert.Equal(LongestWait, TimeoutOfATurn(loop => loop.CallLater(TimeSpan.FromDays(30), () => { })));
        Assert.Equal(LongestWait, TimeoutOfATurn(loop => loop.CallLater(TimeSpan.MaxValue, () => { })));
        Assert.Equal(LongestWait, TimeoutOfATurn(loop => loop.CallAt(TimeSpan.MaxValue, () => { })));
    }

    [Fact, Clause("LOOP-14", "LOOP-15")]
    public void Turn_EverythingAtOnce_RunsQueuedThenReadyThenDueThenPosted()
    {
        List<string> ran = [];
        PipeEnds pipe = CreateFullPipe();
        OffThread.Run(() => Loop.CallSoonThreadSafe(() => ran.Add("posted")));
        Loop.CallLater(TimeSpan.Zero, () => ran.Add("timer"));
        Loop.AddReader(pipe.Read, () => ran.Add("reader"));
        Loop.CallAtTurnEnd(new TurnEnd(_ => ran.Add("turn end")));
        Loop.CallSoon(() => ran.Add("queued"));

        RunTurn();

        Assert.Equal(["queued", "reader", "timer", "posted", "turn end"], ran);
    }

    [Fact, Clause("LOOP-16")]
    public void Turn_CallbackQueuesAnother_LeavesItToTheNextTurn()
    {
        List<string> ran = [];
        Loop.CallSoon(() =>
        {
            ran.Add("first");
            Loop.CallSoon(() => ran.Add("queued by first"));
            Loop.CallLater(TimeSpan.Zero, () => ran.Add("timer of first"));
            Loop.CallSoonThreadSafe(() => ran.Add("posted by first"));
        });
        Loop.CallSoon(() => ran.Add("second"));

        RunTurn();
        Assert.Equal(["first", "second"], ran);

        RunTurn();
        Assert.Equal(["first", "second", "queued by first", "timer of first", "posted by first"], ran);
    }

    [Fact, Clause("LOOP-16")]
    public void Turn_CallbackQueuesItselfForEver_StarvesNobody()
    {
        int runs = 0;
        int reads = 0;
        int timers = 0;
        PipeEnds pipe = CreateFullPipe();
        Loop.AddReader(pipe.Read, () => reads++);
        Loop.CallLater(TimeSpan.Zero, () => timers++);
        Loop.CallSoon(Again);

        Run();

        Assert.Equal(10, runs);
        Assert.Equal(10, reads);
        Assert.Equal(1, timers);

        void Again()
        {
            if (++runs < 10)
            {
                Loop.CallSoon(Again);
            }
            else
            {
                Loop.Stop();
            }
        }
    }

    [Fact]
    public void CallAtTurnEnd_InATurn_IsToldOnceAfterItsCallbacks()
    {
        List<string> ran = [];
        TurnEnd item = new(_ => ran.Add("end"));
        Loop.CallSoon(() =>
        {
            Loop.CallAtTurnEnd(item);
            Loop.CallAtTurnEnd(item);
        });
        Loop.CallSoon(() => ran.Add("callback"));

        RunTurn();
        RunTurn();

        Assert.Equal(["callback", "end"], ran);
    }

    [Fact]
    public void CallAtTurnEnd_Several_AreToldInOrder()
    {
        List<int> ran = [];
        foreach (int i in Enumerable.Range(0, 5))
        {
            Loop.CallAtTurnEnd(new TurnEnd(_ => ran.Add(i)));
        }

        RunTurn();

        Assert.Equal([0, 1, 2, 3, 4], ran);
    }

    [Fact]
    public void CallAtTurnEnd_AnotherAddedWhileDraining_RunsInTheSameTurn()
    {
        TurnEnd added = new(_ => { });
        Loop.CallAtTurnEnd(new TurnEnd(_ => Loop.CallAtTurnEnd(added)));

        RunTurn();

        Assert.Equal(1, added.Count);
    }

    [Fact]
    public void CallAtTurnEnd_AddsItselfEachTime_RunsTwiceATurnAndTheNextDoesNotWait()
    {
        ScriptedWaits waits = new(Kernel);
        SelectorEventLoop loop = NewLoop(KernelDouble.With(Kernel, waits));
        int left = 5;
        TurnEnd item = new(self =>
        {
            if (--left > 0)
            {
                loop.CallAtTurnEnd(self);
            }
            else
            {
                loop.Stop();
            }
        });
        List<int> counts = [];
        waits.BeforeWait = _ =>
        {
            counts.Add(item.Count);
            return null;
        };
        loop.CallAtTurnEnd(item);

        loop.RunForever();

        Assert.Equal([0, 2, 4], counts);
        Assert.Equal(5, item.Count);
        Assert.Equal([0, 0, 0], waits.Timeouts);
    }

    [Fact]
    public void CallAtTurnEnd_ObjectFails_IsReportedAndTheOthersAreTold()
    {
        List<LoopError> errors = CollectErrors(Loop);
        InvalidOperationException failure = new("The end of the turn fails.");
        TurnEnd failing = new(_ => throw failure);
        TurnEnd other = new(_ => { });
        Loop.CallAtTurnEnd(failing);
        Loop.CallAtTurnEnd(other);

        RunTurn();

        Assert.Equal(1, other.Count);
        LoopError error = Assert.Single(errors);
        Assert.Same(failure, error.Exception);
        Assert.Equal(typeof(TurnEnd).FullName, error.Origin);

        Loop.CallAtTurnEnd(failing); // It may be added again.
        RunTurn();
        Assert.Equal(2, failing.Count);
    }

    /// <summary>How long a turn asks the kernel to wait, on a clock that stands still; it does not in fact wait.</summary>
    private long TimeoutOfATurn(Action<SelectorEventLoop> prepare)
    {
        ScriptedWaits waits = new(Kernel);
        KernelDouble kernel = new(Kernel) { Epolls = waits, Polls = waits, Selects = waits, Clock = new ManualClock() };
        SelectorEventLoop loop = NewLoop(kernel);
        prepare(loop);
        waits.BeforeWait = _ =>
        {
            loop.Stop();
            return 0;
        };
        loop.RunForever();
        return Assert.Single(waits.Timeouts);
    }
}
