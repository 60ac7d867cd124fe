using System.Runtime.CompilerServices;
using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Loops;

public sealed class DelayedCallTests : ManualTimeTest
{
    private readonly List<string> _made = [];

    [Fact, Clause("TIME-9")]
    public void IsActive_WithinTheCall_IsFalse()
    {
        bool? wasActive = null;
        DelayedCall call = null!;
        call = Reactor.CallLater(TimeSpan.Zero, () => wasActive = call.IsActive);
        Assert.True(call.IsActive);

        Advance(0);

        Assert.False(wasActive);
        Assert.False(call.IsActive);
        Assert.False(call.IsCancelled);
    }

    [Fact, Clause("TIME-3", "TIME-10")]
    public void Due_Always_CountsPostponements()
    {
        TimeSpan now = TimedLoop.Time;
        DelayedCall call = Make("call", 10);
        Assert.Equal(now + Seconds(10), call.Due);

        call.Delay(Seconds(5));
        Assert.Equal(now + Seconds(15), call.Due);

        Clock.Advance(Seconds(1));
        call.Reset(Seconds(3));
        Assert.Equal(now + Seconds(4), call.Due);
    }

    [Fact, Clause("TIME-11")]
    public void Cancel_Pending_PreventsTheCall()
    {
        DelayedCall call = Make("call", 1);

        call.Cancel();
        Advance(2);

        Assert.Empty(_made);
        Assert.False(call.IsActive);
        Assert.True(call.IsCancelled);
        Assert.Empty(Reactor.GetDelayedCalls());
    }

    [Fact, Clause("TIME-11")]
    public void Cancel_Cancelled_Throws()
    {
        DelayedCall call = Make("call", 1);
        call.Cancel();

        Assert.Throws<AlreadyCancelledException>(call.Cancel);
        Assert.Throws<AlreadyCancelledException>(() => call.Reset(Seconds(1)));
        Assert.Throws<AlreadyCancelledException>(() => call.Delay(Seconds(1)));
    }

    [Fact, Clause("TIME-11", "TIME-12", "TIME-13")]
    public void Cancel_Made_Throws()
    {
        DelayedCall call = Make("call", 0);
        Advance(0);

        Assert.Throws<AlreadyCalledException>(call.Cancel);
        Assert.Throws<AlreadyCalledException>(() => call.Reset(Seconds(1)));
        Assert.Throws<AlreadyCalledException>(() => call.Delay(Seconds(1)));
        Assert.False(call.IsCancelled);
    }

    [Fact, Clause("TIME-11")]
    public void Cancel_WithinTheCall_Throws()
    {
        Exception? thrown = null;
        DelayedCall call = null!;
        call = Reactor.CallLater(TimeSpan.Zero, () => thrown = Record.Exception(call.Cancel));

        Advance(0);

        Assert.IsType<AlreadyCalledException>(thrown);
    }

    [Fact, Clause("TIME-11", "TIME-18", "TIME-25")]
    public void Cancel_ThenCollect_HasLetGoOfWhatItHeld()
    {
        (DelayedCall call, WeakReference held) = CallThatHolds();
        call.Cancel();

        GC.Collect();

        Assert.False(held.IsAlive);
        GC.KeepAlive(call);
    }

    [Fact, Clause("TIME-8")]
    public void Made_ThenCollect_HasLetGoOfWhatItHeld()
    {
        (DelayedCall call, WeakReference held) = CallThatHolds();
        Advance(1);

        GC.Collect();

        Assert.False(held.IsAlive);
        GC.KeepAlive(call);
    }

    [Fact, Clause("TIME-12")]
    public void Reset_Later_RunsOnceAtTheNewTime()
    {
        DelayedCall call = Make("call", 2);
        Advance(1);

        call.Reset(Seconds(3));
        Advance(2);
        Assert.Empty(_made);

        Advance(0.999);
        Assert.Empty(_made);
        Advance(0.001);
        Advance(10);
        Assert.Equal(["call"], _made);
    }

    [Fact, Clause("TIME-12", "TIME-17", "TIME-19")]
    public void Reset_Sooner_TakesEffectAtOnce()
    {
        DelayedCall call = Make("call", 100);
        Assert.Equal(100, NextWait());

        call.Reset(Seconds(1));

        Assert.Equal(1, NextWait());
        Advance(1);
        Assert.Equal(["call"], _made);
    }

    [Fact, Clause("TIME-12", "TIME-14")]
    public void Reset_LaterThenALittleSooner_RunsOnceAtTheLastTime()
    {
        DelayedCall call = Make("call", 1);
        call.Reset(Seconds(10));
        call.Reset(Seconds(5));

        Advance(1);
        Advance(3.5);
        Assert.Empty(_made);
        Advance(0.5);
        Advance(20);
        Assert.Equal(["call"], _made);
    }

    // Design, section 6: the original accepts it and runs the call in the next pass.
    [Fact, Clause("TIME-12")]
    public void Reset_Negative_ThrowsAndChangesNothing()
    {
        DelayedCall call = Make("call", 1);

        Assert.Throws<ArgumentOutOfRangeException>(() => call.Reset(TimeSpan.FromTicks(-1)));

        Advance(0.5);
        Assert.Empty(_made);
        Advance(0.5);
        Assert.Equal(["call"], _made);
    }

    [Fact, Clause("TIME-13")]
    public void Delay_Positive_AddsToTheTime()
    {
        DelayedCall call = Make("call", 1);

        call.Delay(Seconds(1));
        Advance(1.5);
        Assert.Empty(_made);

        Advance(0.5);
        Assert.Equal(["call"], _made);
    }

    [Fact, Clause("TIME-13", "TIME-19")]
    public void Delay_Negative_MovesTheCallForward()
    {
        DelayedCall call = Make("call", 10);

        call.Delay(Seconds(-9));

        Assert.Equal(1, NextWait());
        Advance(1);
        Assert.Equal(["call"], _made);
    }

    [Fact, Clause("TIME-13")]
    public void Delay_IntoThePast_RunsInTheNextPass()
    {
        DelayedCall call = Make("call", 10);

        call.Delay(Seconds(-1e6));
        call.Delay(TimeSpan.MinValue); // Further than can be told.
        call.Delay(TimeSpan.MinValue);

        Assert.Empty(_made);
        Advance(0);
        Assert.Equal(["call"], _made);
    }

    [Fact, Clause("TIME-13")]
    public void Delay_PastThenFarBeyondTheEnd_NeverOverflows()
    {
        DelayedCall call = Make("call", 1);

        call.Delay(Seconds(-1e6));
        call.Delay(TimeSpan.MaxValue);
        call.Delay(TimeSpan.MaxValue);
        Assert.Equal(TimeSpan.MaxValue, call.Due);

        call.Delay(Seconds(-1)); // What never comes stays so.
        Assert.Equal(TimeSpan.MaxValue, call.Due);

        call.Reset(Seconds(1));
        Advance(1);
        Assert.Equal(["call"], _made);
    }

    [Fact, Clause("TIME-14")]
    public void PutOff_AtTheOldTime_IsPutBackInItsPlace()
    {
        Make("put off", 1).Delay(Seconds(2));
        Make("other", 2);

        Advance(1); // The queue looks at it, and it is not due.
        Assert.Empty(_made);

        Advance(2);
        Assert.Equal(["other", "put off"], _made);
    }

    [Fact, Clause("TIME-14", "TIME-27")]
    public void Reset_ToATimeThatOthersHave_ComesAfterThem()
    {
        DelayedCall later = Make("reset from later", 3);
        DelayedCall sooner = Make("reset from sooner", 1);
        DelayedCall same = Make("reset to the same", 2);
        Make("first", 2);
        sooner.Reset(Seconds(2));
        later.Reset(Seconds(2));
        same.Reset(Seconds(2));
        Make("last", 2);

        Advance(1);
        Advance(1);

        Assert.Equal(["first", "reset from sooner", "reset from later", "reset to the same", "last"], _made);
    }

    [Fact, Clause("TIME-14")]
    public void Equals_CallsOfTheSameTime_IsIdentity()
    {
        DelayedCall one = Make("one", 1);
        DelayedCall other = Make("one", 1);

        Assert.True(one.Equals(one));
        Assert.False(one.Equals(other));
    }

    [Fact, Clause("TIME-15")]
    public void ToString_Always_TellsTimeStateAndFunction()
    {
        Clock.Advance(Seconds(1));
        DelayedCall call = Reactor.CallLater(Seconds(4.5), NamedFunction);
        Clock.Advance(Seconds(1));

        Assert.Matches(
            @"^<DelayedCall 0x[0-9a-f]+ \[3\.5s\] called=0 cancelled=0 Spindle\.Tests\.Loops\.DelayedCallTests\.NamedFunction\(\)>$",
            call.ToString());

        call.Cancel();
        Assert.Matches(@"^<DelayedCall 0x[0-9a-f]+ \[3\.5s\] called=0 cancelled=1>$", call.ToString());

        DelayedCall made = Make("made", 0);
        Advance(0);
        Assert.Matches(@"^<DelayedCall 0x[0-9a-f]+ \[0s\] called=1 cancelled=0>$", made.ToString());
        Assert.Contains("[never]", Reactor.CallLater(TimeSpan.MaxValue, NamedFunction).ToString(), StringComparison.Ordinal);
    }

    [Fact, Clause("TIME-13", "TIME-15", "TIME-16")]
    public void ToString_DelayedToTheBeginningOfTime_IsFarInThePast()
    {
        TimedLoop.Debug = true;
        DelayedCall call = Make("call", 1);
        call.Delay(TimeSpan.MinValue);
        Clock.Advance(Seconds(10));

        Assert.Contains("[-922337203", call.ToString(), StringComparison.Ordinal);
        call.Cancel(); // Keeps the text.
        Advance(0);
        Assert.Empty(_made);
    }

    [Fact, Clause("TIME-16")]
    public void ToString_MadeInDebugMode_ShowsWhere()
    {
        DelayedCall before = Make("before", 1);
        TimedLoop.Debug = true;
        DelayedCall call = Make("call", 1);
        TimedLoop.Debug = false;

        // Whether it is shown depends on when it was made, not on the mode now.
        Assert.Contains(nameof(ToString_MadeInDebugMode_ShowsWhere), call.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(ToString_MadeInDebugMode_ShowsWhere), call.CreationStack, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(ToString_MadeInDebugMode_ShowsWhere), before.ToString(), StringComparison.Ordinal);
        Assert.Null(before.CreationStack);

        string text = call.ToString();
        call.Cancel();
        Clock.Advance(Seconds(1));
        Assert.Equal(text, call.ToString());
    }

    [Fact, Clause("TIME-16")]
    public void Made_InDebugModeAndFails_TheRecordShowsWhere()
    {
        TimedLoop.Debug = true;
        Reactor.CallLater(TimeSpan.Zero, () => throw new FormatException("It failed."));
        TimedLoop.Debug = false;

        Advance(0);

        LogRecord record = Assert.Single(Log.Take());
        Assert.IsType<FormatException>(record.Exception);
        Assert.Contains(nameof(Made_InDebugModeAndFails_TheRecordShowsWhere), record.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void AnyChange_FromAnotherThread_Throws()
    {
        DelayedCall call = Make("call", 1);
        TimedLoop.CallSoon(() => OffThread.Run(() =>
        {
            foreach (Action change in new Action[] { call.Cancel, () => call.Reset(Seconds(1)), () => call.Delay(Seconds(1)) })
            {
                InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(change);
                Assert.Contains("CallFromThread", thrown.Message, StringComparison.Ordinal);
            }

            _made.Add("checked");
        }));

        RunTurn(TimedLoop);

        Assert.Equal(["checked"], _made);
        Assert.True(call.IsActive);
    }

    private DelayedCall Make(string name, double delay) => Reactor.CallLater(Seconds(delay), () => _made.Add(name));

    private static void NamedFunction()
    {
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private (DelayedCall Call, WeakReference Held) CallThatHolds()
    {
        object held = new();
        return (Reactor.CallLater(Seconds(1), () => GC.KeepAlive(held)), new WeakReference(held));
    }
}
