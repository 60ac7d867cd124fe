using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Reactors;

/// <summary>A reactor's time, its queue of calls, and its passes.</summary>
public sealed class ReactorTimeTests : ManualTimeTest
{
    private readonly List<string> _made = [];
    private readonly AsyncLocal<string> _ambient = new();

    [Fact, Clause("TIME-1")]
    public void Seconds_Now_IsTheTimeOfDay()
    {
        AsyncSelectorReactor reactor = new(Loop);
        AtEnd(reactor.Dispose);

        TimeSpan difference = DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch - reactor.Seconds();

        Assert.InRange(difference.Duration(), TimeSpan.Zero, Seconds(60));
    }

    [Fact, Clause("TIME-1", "TIME-2")]
    public void Seconds_ClockSetBack_GoesOnWithTheMonotonicClock()
    {
        TimeSpan start = Reactor.Seconds();
        Make("call", 5);

        Clock.UtcNow -= TimeSpan.FromDays(1000);
        Assert.Equal(start, Reactor.Seconds());
        Assert.Equal(5, NextWait());

        Advance(5);
        Assert.Equal(start + Seconds(5), Reactor.Seconds());
        Assert.Equal(["call"], _made);
    }

    [Fact, Clause("TIME-2")]
    public void Seconds_ClockSetForward_FiresNothingEarly()
    {
        Make("call", 5);

        Clock.UtcNow += TimeSpan.FromDays(1000);
        Advance(4.9);

        Assert.Empty(_made);
    }

    [Fact, Clause("TIME-3", "TIME-4")]
    public void CallLater_BadArguments_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Reactor.CallLater(TimeSpan.FromTicks(-1), () => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Reactor.CallLater(TimeSpan.MinValue, () => { }));
        Assert.Throws<ArgumentNullException>(() => Reactor.CallLater(TimeSpan.Zero, null!));
        Assert.Empty(Reactor.GetDelayedCalls());
    }

    [Fact, Clause("TIME-3")]
    public void CallLater_ReactorIsGone_Throws()
    {
        AsyncSelectorReactor reactor = new(new EventLoopOptions { LoggerFactory = Log });
        DelayedCall armed = reactor.CallLater(Seconds(1), () => { });
        reactor.Dispose();

        // Whether or not the loop's timer would have to be set for it.
        Assert.Throws<ObjectDisposedException>(() => reactor.CallLater(Seconds(0), () => { }));
        Assert.Throws<ObjectDisposedException>(() => reactor.CallLater(Seconds(2), () => { }));
        Assert.Equal([armed], reactor.GetDelayedCalls());
        armed.Cancel(); // To tidy up is never wrong.
    }

    [Fact, Clause("TIME-3")]
    public void CallLater_Zero_RunsInALaterPassNeverWithinTheCall()
    {
        Make("call", 0);
        Assert.Empty(_made);

        Advance(0);
        Advance(0);

        Assert.Equal(["call"], _made);
    }

    [Fact, Clause("TIME-4", "TIME-6")]
    public void CallLater_Infinite_NeverComesAndDisturbsNothing()
    {
        DelayedCall never = Make("never", TimeSpan.MaxValue.TotalSeconds);
        Assert.Equal(TimeSpan.MaxValue, never.Due);
        Assert.Null(NextWait());
        DelayedCall afterEternity = Reactor.CallLater(TimeSpan.MaxValue - Seconds(1), () => _made.Add("after an eternity"));
        Make("soon", 1);

        Assert.Equal(1, NextWait());
        Advance(1);
        Advance(TimeSpan.FromDays(36_500).TotalSeconds);

        Assert.Equal(["soon"], _made);
        Assert.Equal([never, afterEternity], Reactor.GetDelayedCalls().OrderBy(call => call != never));
    }

    [Fact, Clause("TIME-5", "TIME-20", "TIME-28")]
    public void CallLater_EarlierThanTheArmedOne_ShortensTheWait()
    {
        Assert.Null(NextWait());

        Make("late", 10);
        Assert.Equal(10, NextWait());

        Make("later", 20);
        Assert.Equal(10, NextWait());

        Make("early", 1);
        Assert.Equal(1, NextWait());

        Advance(1);
        Assert.Equal(["early"], _made);
        Assert.Equal(9, NextWait());
    }

    [Fact, Clause("TIME-5")]
    public void CallLater_BeforeTheReactorRuns_WaitsForIt()
    {
        Make("due", 1);
        Clock.Advance(Seconds(2));
        Assert.Empty(_made);

        Reactor.CallLater(Seconds(0), Reactor.Stop);
        Reactor.Run(installSignalHandlers: false);

        Assert.Equal(["due"], _made);
        _ = Log.Take();
    }

    [Fact, Clause("TIME-20")]
    public void NextWait_CallIsDue_IsNil()
    {
        Make("call", 1);
        Clock.Advance(Seconds(5));

        Assert.Equal(0, NextWait());
    }

    // The original wakes up for the cancelled entry at the top (TIME-21), and so do we, once; then it sleeps.
    [Fact, Clause("TIME-21")]
    public void NextWait_OnlyCallIsCancelled_WakesUpOnceAtMost()
    {
        DelayedCall call = Make("call", 1);
        call.Cancel();

        Advance(1);

        Assert.Null(NextWait());
        Assert.Empty(_made);
    }

    [Fact, Clause("TIME-7")]
    public void GetDelayedCalls_Always_ListsWhatIsStillToBeMade()
    {
        DelayedCall first = Make("first", 1);
        DelayedCall cancelled = Make("cancelled", 1);
        DelayedCall second = Make("second", 1);
        IReadOnlyList<DelayedCall> withinPass = [];
        DelayedCall? added = null;
        Reactor.CallLater(Seconds(1), () =>
        {
            added = Make("added", 0);
            withinPass = Reactor.GetDelayedCalls();
        });
        DelayedCall third = Make("third", 1);
        cancelled.Cancel();
        Assert.Equal(4, Reactor.GetDelayedCalls().Count);
        Assert.True(new HashSet<DelayedCall> { first, second, third }.IsSubsetOf(Reactor.GetDelayedCalls()));

        Advance(1);

        Assert.Equal(new HashSet<DelayedCall> { third, added! }, withinPass.ToHashSet());
        Assert.Equal([added!], Reactor.GetDelayedCalls());
    }

    [Fact, Clause("TIME-8")]
    public void CallLater_Many_CostOneSmallObjectEach()
    {
        const int Count = 1_000;
        Action nothing = () => { };
        CallAndRun(); // The queue has grown.

        double perCall = Allocations.LeastOf(CallAndRun) / (double)Count;

        Assert.InRange(perCall, 1, 72);

        void CallAndRun()
        {
            for (int i = 0; i < Count; i++)
            {
                Reactor.CallLater(TimeSpan.Zero, nothing);
            }

            Advance(0);
            Assert.Empty(Reactor.GetDelayedCalls());
        }
    }

    [Fact, Clause("TIME-22", "TIME-23")]
    public void Pass_CallSchedulesItselfOnAFrozenClock_RunsOncePerPass()
    {
        int runs = 0;
        Again();

        Advance(0);
        Assert.Equal(1, runs);
        Advance(0);
        Assert.Equal(2, runs);

        void Again()
        {
            Reactor.CallLater(TimeSpan.Zero, () =>
            {
                runs++;
                Again();
            });
        }
    }

    [Fact, Clause("TIME-23")]
    public void Pass_CallsScheduleMore_StarveNoDescriptor()
    {
        PipeEnds pipe = CreateFullPipe();
        TimedLoop.AddReader(pipe.Read, () => _made.Add("reader"));
        Reactor.CallLater(TimeSpan.Zero, () =>
        {
            _made.Add("call");
            Make("call of the call", 0);
        });

        Advance(0);
        Advance(0);

        Assert.Equal(["reader", "call", "reader", "call of the call"], _made);
    }

    [Fact, Clause("TIME-22", "TIME-23")]
    public void Pass_CallMovesOthers_TheMovedOnesWait()
    {
        DelayedCall reset = null!;
        DelayedCall delayed = null!;
        DelayedCall cancelled = null!;
        Reactor.CallLater(Seconds(1), () =>
        {
            reset.Reset(TimeSpan.Zero);
            delayed.Delay(Seconds(1));
            cancelled.Cancel();
        });
        reset = Make("reset", 1);
        delayed = Make("delayed", 1);
        cancelled = Make("cancelled", 1);
        Make("last", 1);

        Advance(1);
        Assert.Equal(["last"], _made);

        Advance(0);
        Assert.Equal(["last", "reset"], _made);

        Advance(1);
        Assert.Equal(["last", "reset", "delayed"], _made);
    }

    [Fact, Clause("TIME-7", "TIME-13")]
    public void GetDelayedCalls_WithinAPassThatMovesACallTwice_ListsItOnce()
    {
        DelayedCall moved = Make("moved", 5);
        IReadOnlyList<DelayedCall> listed = [];
        Reactor.CallLater(Seconds(1), () => moved.Delay(Seconds(-4.5)));
        Reactor.CallLater(Seconds(2), () => moved.Delay(Seconds(-0.1)));
        Reactor.CallLater(Seconds(3), () => listed = Reactor.GetDelayedCalls());

        Advance(3);
        Assert.Equal([moved], listed);
        Assert.Empty(_made);

        Advance(0);
        Assert.Equal(["moved"], _made);
    }

    [Fact, Clause("TIME-24")]
    public void Pass_CallFails_IsLoggedAndTheOthersAreMade()
    {
        DelayedCall failing = null!;
        bool? wasActive = null;
        failing = Reactor.CallLater(TimeSpan.Zero, () =>
        {
            wasActive = failing.IsActive;
            throw new OperationCanceledException("Of any type.");
        });
        Make("other", 0);

        Advance(0);

        Assert.Equal(["other"], _made);
        Assert.False(wasActive);
        LogRecord record = Assert.Single(Log.Take());
        Assert.IsType<OperationCanceledException>(record.Exception);
        Assert.Contains("delayed call", record.Text, StringComparison.Ordinal);
    }

    [Fact, Clause("TIME-22", "TIME-26")]
    public void Pass_CallStopsTheReactor_TheOthersThatAreDueAreMade()
    {
        Reactor.CallLater(TimeSpan.Zero, () =>
        {
            Reactor.Stop();
            Make("scheduled after the stop", 0);
        });
        Make("due", 0);
        Make("not due", 1);

        Reactor.Run(installSignalHandlers: false);

        Assert.Equal(["due"], _made);
        _ = Log.Take();
    }

    [Fact, Clause("TIME-26", "CORE-33")]
    public void Pass_StoppedBeforeIt_TheShutdownFollowsWhatIsDue()
    {
        Reactor.AddSystemEventTrigger(SystemEventPhase.Before, "shutdown", () =>
        {
            _made.Add("shutdown");
            return null;
        });
        Reactor.CallWhenRunning(() =>
        {
            Reactor.Stop();
            Make("scheduled after the stop", 0);
        });
        Make("due", 0);
        Make("not due", 1);

        Reactor.Run(installSignalHandlers: false);

        Assert.Equal(["due", "scheduled after the stop", "shutdown"], _made);
        _ = Log.Take();
    }

    [Fact, Clause("TIME-27")]
    public void Pass_ManyTimes_AreInOrder()
    {
        int[] delays = [.. Enumerable.Range(0, 100).Select(i => (i * 37) % 100)];
        foreach (int delay in delays)
        {
            Make($"{delay:00}", delay / 100.0);
        }

        Advance(1);

        Assert.Equal(delays.Order().Select(delay => $"{delay:00}"), _made);
    }

    [Fact, Clause("TIME-27")]
    public void Pass_EqualTimes_AreFirstInFirstOut()
    {
        foreach (int i in Enumerable.Range(0, 50))
        {
            Make($"{i:00}", 1);
        }

        Advance(1);

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i:00}"), _made);
    }

    [Fact, Clause("TIME-28")]
    public void Pass_SeveralAreDue_ShareOneCallbackOfTheLoop()
    {
        Reactor.CallLater(TimeSpan.Zero, () =>
        {
            _made.Add("first");
            TimedLoop.CallSoon(() => _made.Add("of the loop"));
        });
        Make("second", 0);

        Advance(0);
        RunTurn(TimedLoop);

        Assert.Equal(["first", "second", "of the loop"], _made);
    }

    [Fact, Clause("TIME-29")]
    public void Made_RealTime_IsNeverEarly()
    {
        AsyncSelectorReactor reactor = new(Loop);
        AtEnd(reactor.Dispose);
        List<TimeSpan> late = [];
        foreach (int i in Enumerable.Range(0, 40))
        {
            TimeSpan delay = TimeSpan.FromMicroseconds(i * 333);
            TimeSpan due = reactor.Seconds() + delay;
            reactor.CallLater(delay, () => late.Add(reactor.Seconds() - due));
        }

        reactor.CallLater(TimeSpan.FromMilliseconds(20), Loop.Stop);
        Run(Loop);

        Assert.Equal(40, late.Count);
        Assert.All(late, by => Assert.True(by >= TimeSpan.Zero, $"A call was made {-by} early."));
    }

    [Fact]
    public void Made_AmbientValue_IsTheOneOfItsMaking()
    {
        List<string?> seen = [];
        Reactor.CallLater(TimeSpan.Zero, See);
        TimedLoop.CallSoon(() =>
        {
            _ambient.Value = "of the callback";
            Reactor.CallLater(TimeSpan.Zero, () =>
            {
                See();
                _ambient.Value = "set within a call";
                SynchronizationContext.SetSynchronizationContext(null);
            });
        });
        TimedLoop.CallSoon(() => Reactor.CallLater(TimeSpan.Zero, See));

        Advance(0);
        Advance(0);
        Advance(0);

        Assert.Equal([null, "of the callback", null], seen);

        void See()
        {
            seen.Add(_ambient.Value);
            Assert.Same(TimedLoop.SynchronizationContext, SynchronizationContext.Current);
        }
    }

    [Fact]
    public void CallLater_FromAnotherThread_Throws()
    {
        TimedLoop.CallSoon(() => OffThread.Run(() =>
            Assert.Throws<InvalidOperationException>(() => Reactor.CallLater(TimeSpan.Zero, () => { }))));

        RunTurn(TimedLoop);

        Assert.Empty(Reactor.GetDelayedCalls());
    }

    private DelayedCall Make(string name, double delay) => Reactor.CallLater(
        delay >= TimeSpan.MaxValue.TotalSeconds ? TimeSpan.MaxValue : Seconds(delay),
        () => _made.Add(name));
}
