using Spindle.Loops;
using Spindle.Testing;

namespace Spindle.Tests.Testing;

public sealed class ClockTests
{
    private readonly Clock _clock = new();
    private readonly List<(string Name, double Time)> _made = [];

    [Fact, Clause("TIME-30")]
    public void Seconds_New_IsZero() => Assert.Equal(TimeSpan.Zero, _clock.Seconds());

    [Fact, Clause("TIME-30", "TIME-32")]
    public void CallLater_Always_GivesACallOnThisClock()
    {
        Assert.IsAssignableFrom<IReactorTime>(_clock);
        _clock.Advance(Seconds(1));

        DelayedCall call = Make("call", 2);

        Assert.True(call.IsActive);
        Assert.Equal(Seconds(3), call.Due);
        Assert.Contains("[2s]", call.ToString(), StringComparison.Ordinal);
        Assert.NotSame(call, Make("other", 2));
    }

    [Fact, Clause("TIME-30")]
    public void CallLater_BadArguments_ThrowsAsAReactorDoes()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.CallLater(Seconds(-1), () => { }));
        Assert.Throws<ArgumentNullException>(() => _clock.CallLater(Seconds(1), null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(Seconds(-1)));
    }

    [Fact, Clause("TIME-30")]
    public void Advance_ToTheTime_MakesTheCallOnce()
    {
        DelayedCall call = Make("call", 2);

        _clock.Advance(Seconds(1));
        Assert.Empty(_made);

        _clock.Advance(Seconds(1));
        _clock.Advance(Seconds(10));
        Assert.Equal([("call", 2)], _made);
        Assert.False(call.IsActive);
    }

    [Fact, Clause("TIME-30")]
    public void Advance_OverSeveralTimes_MakesThemInOrderAtTheNewTime()
    {
        Make("second", 2);
        Make("first", 1);
        Make("third", 3);

        _clock.Advance(Seconds(5));

        Assert.Equal([("first", 5), ("second", 5), ("third", 5)], _made);
    }

    [Fact, Clause("TIME-30")]
    public void Advance_CallSchedulesAnotherThatIsDue_MakesItToo()
    {
        Make("second", 1);
        _clock.CallLater(Seconds(1), () =>
        {
            Make("of the call", 0);
            Make("not due", 0.1);
        });
        Make("third", 1);

        _clock.Advance(Seconds(1));

        Assert.Equal([("second", 1), ("third", 1), ("of the call", 1)], _made);
    }

    [Fact, Clause("TIME-30")]
    public void Advance_WithinACall_IsPossible()
    {
        Make("later", 3);
        _clock.CallLater(Seconds(1), () => _clock.Advance(Seconds(2)));

        _clock.Advance(Seconds(1));

        Assert.Equal([("later", 3)], _made);
        Assert.Equal(Seconds(3), _clock.Seconds());
    }

    [Fact, Clause("TIME-31")]
    public void Advance_EqualTimes_AreInOrderOfTheirMaking()
    {
        foreach (int i in Enumerable.Range(0, 20))
        {
            Make($"{i:00}", 1);
        }

        _clock.Advance(Seconds(1));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i:00}"), _made.Select(made => made.Name));
    }

    [Fact, Clause("TIME-31")]
    public void Advance_CallFails_TheExceptionComesOutAndTheOthersStay()
    {
        Make("first", 1);
        _clock.CallLater(Seconds(1), () => throw new FormatException());
        Make("last", 1);

        Assert.Throws<FormatException>(() => _clock.Advance(Seconds(1)));
        Assert.Equal([("first", 1)], _made);

        _clock.Advance(TimeSpan.Zero);
        Assert.Equal([("first", 1), ("last", 1)], _made);
    }

    [Fact, Clause("TIME-31")]
    public void Cancel_WithinTheCall_Throws()
    {
        Exception? thrown = null;
        DelayedCall call = null!;
        call = _clock.CallLater(Seconds(1), () => thrown = Record.Exception(call.Cancel));

        _clock.Advance(Seconds(1));

        Assert.IsType<AlreadyCalledException>(thrown);
    }

    [Fact, Clause("TIME-31")]
    public void Cancel_Pending_PreventsTheCall()
    {
        DelayedCall call = Make("call", 1);

        call.Cancel();
        _clock.Advance(Seconds(1));

        Assert.False(call.IsActive);
        Assert.Empty(_made);
    }

    [Fact, Clause("TIME-32")]
    public void Pump_Several_AdvancesByEach()
    {
        Make("call", 1);
        Make("other", 2.5);

        _clock.Pump([Seconds(0.5), Seconds(1), Seconds(1)]);

        Assert.Equal([("call", 1.5), ("other", 2.5)], _made);
    }

    [Fact, Clause("TIME-32")]
    public void GetDelayedCalls_Always_ListsWhatIsPendingEarliestFirst()
    {
        Assert.Empty(_clock.GetDelayedCalls());

        DelayedCall late = Make("late", 2);
        DelayedCall early = Make("early", 1);
        DelayedCall alsoEarly = Make("also early", 1);
        late.Delay(Seconds(1));

        Assert.Equal([early, alsoEarly, late], _clock.GetDelayedCalls());
        _clock.Advance(Seconds(3));
        Assert.Empty(_clock.GetDelayedCalls());
    }

    [Fact, Clause("TIME-33")]
    public void Delay_Pending_MovesTheCall()
    {
        DelayedCall call = Make("call", 1);
        call.Delay(Seconds(1));
        Assert.Equal(Seconds(2), call.Due);

        _clock.Advance(Seconds(1.5));
        Assert.Empty(_made);
        _clock.Advance(Seconds(1));
        Assert.Equal([("call", 2.5)], _made);
    }

    [Fact, Clause("TIME-33")]
    public void Reset_Later_MovesTheCall()
    {
        DelayedCall call = Make("call", 2);
        _clock.Advance(Seconds(1));
        call.Reset(Seconds(3));
        Assert.Equal(Seconds(4), call.Due);

        _clock.Advance(Seconds(2));
        Assert.Empty(_made);
        _clock.Advance(Seconds(1));
        Assert.Equal([("call", 4)], _made);
    }

    [Fact, Clause("TIME-33")]
    public void Reset_Sooner_MovesTheCall()
    {
        DelayedCall call = Make("call", 4);
        call.Reset(Seconds(3));

        _clock.Advance(Seconds(3));

        Assert.Equal([("call", 3)], _made);
    }

    [Theory, Clause("TIME-27", "TIME-30"), InlineData(true), InlineData(false)]
    public void Reset_BehindAnother_KeepsTheOrder(bool isResetFirst)
    {
        DelayedCall a = Make("a", 1);
        if (isResetFirst)
        {
            a.Reset(Seconds(3));
            Make("b", 2);
        }
        else
        {
            Make("b", 2);
            a.Reset(Seconds(3));
        }

        _clock.Pump(Enumerable.Repeat(Seconds(1), 3));

        Assert.Equal([("b", 2), ("a", 3)], _made);
    }

    [Fact, Clause("TIME-30")]
    public void Reset_WithinAnotherCall_KeepsTheOrder()
    {
        DelayedCall b = Make("b", 2);
        _clock.CallLater(Seconds(1), () => b.Reset(Seconds(3)));
        Make("c", 3);

        _clock.Pump(Enumerable.Repeat(Seconds(0.5), 10));

        Assert.Equal([("c", 3), ("b", 4)], _made);
    }

    [Fact]
    public void Advance_AmbientValue_IsTheOneOfTheMaking()
    {
        AsyncLocal<string> ambient = new() { Value = "of the making" };
        string? seen = null;
        _clock.CallLater(Seconds(1), () =>
        {
            seen = ambient.Value;
            ambient.Value = "of the call";
        });
        ambient.Value = "of the test";

        _clock.Advance(Seconds(1));

        Assert.Equal("of the making", seen);
        Assert.Equal("of the test", ambient.Value);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private DelayedCall Make(string name, double delay) =>
        _clock.CallLater(Seconds(delay), () => _made.Add((name, _clock.Seconds().TotalSeconds)));
}
