using Spindle.Tests.Support;

namespace Spindle.Tests.Reactors;

/// <summary>System events on a reactor that does not run (CORE-45 to CORE-58).</summary>
public sealed class SystemEventTests : ReactorTest
{
    private const string Event = "an event";

    [Fact, Clause("CORE-45", "CORE-47", "CORE-48")]
    public void Fire_Triggers_RunByPhaseAndByOrderOfAddition()
    {
        Add(SystemEventPhase.After, Event, "after");
        Add(SystemEventPhase.During, Event, "during 1");
        Add(SystemEventPhase.Before, Event, "before 1");
        Add(SystemEventPhase.During, Event, "during 2");
        Add(SystemEventPhase.Before, Event, "before 2");

        Reactor.FireSystemEvent(Event);

        Assert.Equal(["before 1", "before 2", "during 1", "during 2", "after"], Journal);
    }

    [Fact, Clause("CORE-48")]
    public void Fire_UnknownEvent_DoesNothing() => Reactor.FireSystemEvent("nobody added anything");

    [Fact, Clause("CORE-46")]
    public void Add_UnknownPhaseOrNoCall_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Reactor.AddSystemEventTrigger((SystemEventPhase)7, Event, () => null));
        Assert.Throws<ArgumentNullException>(() => Reactor.AddSystemEventTrigger(SystemEventPhase.Before, Event, null!));
    }

    [Fact, Clause("CORE-48")]
    public void Fire_BeforeTriggersReturnTasks_TheRestWaitsForAllOfThem()
    {
        TaskCompletionSource first = new();
        TaskCompletionSource second = new();
        Reactor.AddSystemEventTrigger(SystemEventPhase.Before, Event, () => first.Task);
        Reactor.AddSystemEventTrigger(SystemEventPhase.Before, Event, () => second.Task);
        Add(SystemEventPhase.Before, Event, "before");
        Add(SystemEventPhase.During, Event, "during");
        Add(SystemEventPhase.After, Event, "after");

        Reactor.FireSystemEvent(Event);
        Assert.Equal(["before"], Journal);
        first.SetResult();
        RunTurn();
        Assert.Equal(["before"], Journal);
        second.SetResult();
        RunTurn();
        Assert.Equal(["before", "during", "after"], Journal);
    }

    [Fact, Clause("CORE-49")]
    public void Fire_BeforeTriggerCompletesAnEarlierOnesTask_TheDuringPhaseDoesNotStartEarly()
    {
        TaskCompletionSource earlier = new();
        Reactor.AddSystemEventTrigger(SystemEventPhase.Before, Event, () => earlier.Task);
        Add(SystemEventPhase.Before, Event, "second before", earlier.SetResult);
        Add(SystemEventPhase.Before, Event, "third before");
        Add(SystemEventPhase.During, Event, "during");

        Reactor.FireSystemEvent(Event);
        RunTurn();

        Assert.Equal(["second before", "third before", "during"], Journal);
    }

    [Fact, Clause("CORE-50")]
    public void Fire_ABeforeTriggersTaskFails_IsLoggedWithTheEventAndTheRestRuns()
    {
        InvalidOperationException failure = new("before");
        Reactor.AddSystemEventTrigger(SystemEventPhase.Before, Event, () => Task.FromException(failure));
        Add(SystemEventPhase.During, Event, "during");

        Reactor.FireSystemEvent(Event);
        RunTurn();

        Assert.Equal(["during"], Journal);
        LogRecord record = Assert.Single(Log.Take());
        Assert.Same(failure, record.Exception);
        Assert.Contains(Event, record.Text, StringComparison.Ordinal);
    }

    [Fact, Clause("CORE-51")]
    public void Fire_ALaterTriggerReturnsATask_IsNotWaitedFor()
    {
        Reactor.AddSystemEventTrigger(SystemEventPhase.During, Event, () => new TaskCompletionSource().Task);
        Add(SystemEventPhase.After, Event, "after");

        Reactor.FireSystemEvent(Event);

        Assert.Equal(["after"], Journal);
    }

    [Fact, Clause("CORE-51")]
    public void Fire_AnotherEvent_DoesNotInterfere()
    {
        TaskCompletionSource waiting = new();
        Reactor.AddSystemEventTrigger(SystemEventPhase.Before, Event, () => waiting.Task);
        Add(SystemEventPhase.During, Event, "during");
        Add(SystemEventPhase.During, "another event", "another during");

        Reactor.FireSystemEvent(Event);
        Reactor.FireSystemEvent("another event");

        Assert.Equal(["another during"], Journal);
    }

    [Theory, Clause("CORE-52")]
    [InlineData(SystemEventPhase.Before)]
    [InlineData(SystemEventPhase.During)]
    [InlineData(SystemEventPhase.After)]
    public void Fire_ATriggerThrows_IsLoggedAndTheOthersRun(SystemEventPhase phase)
    {
        InvalidOperationException failure = new("trigger");
        Add(phase, Event, "thrower", () => throw failure);
        Add(phase, Event, "next");
        Add(SystemEventPhase.After, Event, "last");

        Reactor.FireSystemEvent(Event);

        Assert.Equal(["thrower", "next", "last"], Journal);
        Assert.Same(failure, Assert.Single(Log.Take()).Exception);
    }

    [Fact, Clause("CORE-53")]
    public void Fire_Twice_RunsEachTriggerOnce()
    {
        Add(SystemEventPhase.Before, Event, "before");
        Add(SystemEventPhase.During, Event, "during");
        Reactor.FireSystemEvent(Event);
        Reactor.FireSystemEvent(Event);

        Assert.Equal(["before", "during"], Journal);
    }

    [Fact, Clause("CORE-54")]
    public void Remove_Added_DoesNotRunAndASecondRemovalThrows()
    {
        SystemEventTrigger removed = Add(SystemEventPhase.During, Event, "removed");
        Reactor.RemoveSystemEventTrigger(removed);
        Reactor.FireSystemEvent(Event);

        Assert.Empty(Journal);
        Assert.Throws<ArgumentException>(() => Reactor.RemoveSystemEventTrigger(removed));
        Assert.Throws<ArgumentNullException>(() => Reactor.RemoveSystemEventTrigger(null!));
    }

    [Fact, Clause("CORE-55", "CORE-58")]
    public void Remove_ABeforeTriggerThatHasRun_IsOnlyLoggedUntilTheDuringPhase()
    {
        SystemEventTrigger first = Add(SystemEventPhase.Before, Event, "first");
        Add(SystemEventPhase.Before, Event, "second", () => Reactor.RemoveSystemEventTrigger(first));
        Add(SystemEventPhase.During, Event, "during", () => Assert.Throws<ArgumentException>(() => Reactor.RemoveSystemEventTrigger(first)));

        Reactor.FireSystemEvent(Event);

        Assert.Equal(["first", "second", "during"], Journal);
        Assert.Contains("has run already", Assert.Single(Log.Take()).Text, StringComparison.Ordinal);
    }

    [Fact, Clause("CORE-56", "CORE-57", "CORE-58")]
    public void Remove_LaterOnesFromATrigger_DoNotRun()
    {
        SystemEventTrigger laterBefore = null!, laterDuring = null!, after = null!;
        Add(SystemEventPhase.Before, Event, "before", () =>
        {
            Reactor.RemoveSystemEventTrigger(laterBefore);
            Reactor.RemoveSystemEventTrigger(after);
        });
        laterBefore = Add(SystemEventPhase.Before, Event, "removed before");
        Add(SystemEventPhase.During, Event, "during", () => Reactor.RemoveSystemEventTrigger(laterDuring));
        laterDuring = Add(SystemEventPhase.During, Event, "removed during");
        after = Add(SystemEventPhase.After, Event, "removed after");

        Reactor.FireSystemEvent(Event);

        Assert.Equal(["before", "during"], Journal);
    }
}
