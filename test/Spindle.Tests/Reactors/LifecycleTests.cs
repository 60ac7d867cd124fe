using Spindle.Loops;

namespace Spindle.Tests.Reactors;

/// <summary>Starting, stopping and crashing (CORE-9 to CORE-41).</summary>
public sealed class LifecycleTests : ReactorTest
{
    [Fact, Clause("CORE-4", "CORE-13")]
    public void New_Always_RunsNotAndHasNothing()
    {
        Assert.False(Reactor.IsRunning);
        Assert.Empty(Reactor.GetDelayedCalls());
        Assert.Empty(Reactor.GetReaders());
        Assert.Empty(Reactor.GetWriters());
        Assert.Null(Reactor.ExitSignal);
    }

    [Fact, Clause("CORE-5", "CORE-13", "CORE-20", "CORE-32")]
    public void Run_Always_PassesThroughEveryPhase()
    {
        foreach (string eventType in new[] { "startup", "shutdown" })
        {
            foreach (SystemEventPhase phase in Enum.GetValues<SystemEventPhase>())
            {
                string name = $"{phase} {eventType}";
                Reactor.AddSystemEventTrigger(phase, eventType, () =>
                {
                    Journal.Add($"{name}: {Reactor.IsRunning}");
                    return null;
                });
            }
        }

        Reactor.CallWhenRunning(Reactor.Stop);
        Run();

        Assert.Equal(
            ["Before startup: False", "During startup: True", "After startup: True", "Before shutdown: True", "During shutdown: False", "After shutdown: False"],
            Journal);
    }

    [Fact, Clause("CORE-10", "CORE-15")]
    public void Run_Running_Throws()
    {
        Reactor.CallWhenRunning(() =>
        {
            Assert.Throws<ReactorAlreadyRunningException>(Reactor.Run);
            Assert.Throws<ReactorAlreadyRunningException>(() => Reactor.StartRunning());
            Reactor.Stop();
        });
        Run();

        Assert.Empty(Log.Take());
    }

    [Fact, Clause("CORE-35", "CORE-12", "CORE-29")]
    public void Run_Stopped_CannotBeRestartedNotEvenInTheLastTrigger()
    {
        Add(SystemEventPhase.After, "shutdown", "after", () => Assert.Throws<ReactorNotRestartableException>(Reactor.Run));
        Reactor.CallWhenRunning(Reactor.Stop);
        Run();

        Assert.Equal(["after"], Journal);
        Assert.Throws<ReactorNotRestartableException>(Reactor.Run);
        Assert.Throws<ReactorNotRunningException>(Reactor.Stop);
        Reactor.Crash(); // Harmless.
    }

    [Fact, Clause("CORE-29", "CORE-41")]
    public void StopAndCrash_New_ThrowsAndDoesNothing()
    {
        Assert.Throws<ReactorNotRunningException>(Reactor.Stop);
        Reactor.Crash();
        Reactor.CallWhenRunning(Reactor.Stop);
        Run();
    }

    [Fact, Clause("CORE-30", "CORE-11", "CORE-31")]
    public void Stop_Called_FiresTheShutdownLaterAndOnlyOnce()
    {
        Add(SystemEventPhase.Before, "shutdown", "shutdown");
        Reactor.CallWhenRunning(() =>
        {
            Reactor.Stop();
            Assert.Empty(Journal);
            Assert.True(Reactor.IsRunning);
            Assert.Throws<ReactorNotRunningException>(Reactor.Stop);
        });
        Run();

        Assert.Equal(["shutdown"], Journal);
        Assert.Empty(Reactor.GetDelayedCalls());
    }

    [Fact, Clause("CORE-34", "CORE-36")]
    public void Stop_FromADelayedCall_LeavesTheOthersAsTheyAre()
    {
        DelayedCall pending = Reactor.CallLater(TimeSpan.FromHours(1), () => Journal.Add("pending"));
        Reactor.CallLater(TimeSpan.Zero, Reactor.Stop);
        Run();

        Assert.True(pending.IsActive);
        Assert.Empty(Journal);
    }

    [Fact, Clause("CORE-16", "CORE-21")]
    public void Run_ABeforeStartupTriggerWaits_TheLoopTurnsButItDoesNotRunYet()
    {
        TaskCompletionSource ready = new();
        Reactor.AddSystemEventTrigger(SystemEventPhase.Before, "startup", () => ready.Task);
        Reactor.CallWhenRunning(() =>
        {
            Journal.Add("running");
            Reactor.Stop();
        });
        Reactor.CallLater(TimeSpan.Zero, () =>
        {
            Assert.False(Reactor.IsRunning);
            Journal.Add("delayed call");
            ready.SetResult();
        });
        Run();

        Assert.Equal(["delayed call", "running"], Journal);
    }

    [Fact, Clause("CORE-33")]
    public void Stop_WhileStartupWaits_ShutsDownAndDropsTheRestOfTheStartup()
    {
        TaskCompletionSource ready = new();
        Reactor.AddSystemEventTrigger(SystemEventPhase.Before, "startup", () => ready.Task);
        Add(SystemEventPhase.During, "startup", "during startup");
        Add(SystemEventPhase.During, "shutdown", "during shutdown");
        Reactor.CallLater(TimeSpan.Zero, Reactor.Stop);
        Run();
        ready.SetResult();
        RunTurn();

        Assert.Equal(["during shutdown"], Journal);
        Assert.False(Reactor.IsRunning);
    }

    [Fact, Clause("CORE-33")]
    public void Stop_InABeforeStartupTrigger_CompletesTheStartupFirst()
    {
        Add(SystemEventPhase.Before, "startup", "before startup", Reactor.Stop);
        Add(SystemEventPhase.After, "startup", "after startup");
        Add(SystemEventPhase.Before, "shutdown", "before shutdown");
        Run();

        Assert.Equal(["before startup", "after startup", "before shutdown"], Journal);
    }

    [Fact, Clause("CORE-37", "CORE-38", "CORE-39", "CORE-40")]
    public void Crash_Running_EndsWithoutAShutdownAndMayRunAgain()
    {
        Add(SystemEventPhase.Before, "shutdown", "shutdown");
        DelayedCall kept = Reactor.CallLater(TimeSpan.FromHours(1), () => { });
        Reactor.CallWhenRunning(Reactor.Crash);
        Run();

        Assert.Empty(Journal);
        Assert.False(Reactor.IsRunning);
        Assert.True(kept.IsActive);
        Assert.Throws<ReactorNotRunningException>(Reactor.Stop);

        Add(SystemEventPhase.During, "startup", "second startup");
        Reactor.CallWhenRunning(Reactor.Stop);
        Run();
        Assert.Equal(["second startup", "shutdown"], Journal);
    }

    [Fact, Clause("CORE-24")]
    public void Run_SomebodyElseStopsTheLoop_IsACrash()
    {
        Reactor.CallWhenRunning(Loop.Stop);
        Run();

        Assert.False(Reactor.IsRunning);
        Reactor.CallWhenRunning(Reactor.Stop);
        Run();
    }

    [Fact, Clause("CORE-25", "CORE-26")]
    public void Iterate_NeverRun_ServesWhatIsDueAndReturns()
    {
        Reactor.CallLater(TimeSpan.Zero, () => Journal.Add("due"));
        Reactor.CallLater(TimeSpan.FromHours(1), () => Journal.Add("not due"));
        Reactor.Iterate();
        Reactor.Iterate(TimeSpan.FromMilliseconds(1));

        Assert.Equal(["due"], Journal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Reactor.Iterate(TimeSpan.FromTicks(-1)));
    }

    [Fact, Clause("CORE-27", "CORE-28")]
    public void Iterate_Running_ThrowsAndTheRunGoesOn()
    {
        Reactor.CallLater(TimeSpan.Zero, () =>
        {
            Assert.Throws<InvalidOperationException>(() => Reactor.Iterate());
            Reactor.CallLater(TimeSpan.FromMilliseconds(20), () =>
            {
                Journal.Add("later");
                Reactor.Stop();
            });
        });
        Run();

        Assert.Equal(["later"], Journal);
    }

    [Fact, Clause("CORE-59")]
    public void CallWhenRunning_BeforeAndWhile_RunsInOrderOrAtOnce()
    {
        SystemEventTrigger? first = Reactor.CallWhenRunning(() => Journal.Add("first"));
        SystemEventTrigger? removed = Reactor.CallWhenRunning(() => Journal.Add("removed"));
        Reactor.CallWhenRunning(() =>
        {
            Journal.Add("second");
            Assert.Null(Reactor.CallWhenRunning(() => Journal.Add("at once")));
            Assert.Equal("at once", Journal[^1]);
            Assert.Throws<FormatException>(() => Reactor.CallWhenRunning(() => throw new FormatException()));
            Reactor.Stop();
        });
        Assert.NotNull(first);
        Reactor.RemoveSystemEventTrigger(removed!);
        Run();

        Assert.Equal(["first", "second", "at once"], Journal);
    }

    [Fact, Clause("CORE-42", "CORE-43", "CORE-44")]
    public void Shutdown_LiveConnections_AllHearOfItWithTheReactorNoLongerRunning()
    {
        List<string> ends = [];
        IListeningPort port = Reactor.ListenTcp(0, Factory.For(_ => new Witness(Reactor, ends)), host: "127.0.0.1");
        int number = ((System.Net.IPEndPoint)port.GetHost()).Port;
        Reactor.ConnectTcp("127.0.0.1", number, ClientFactory.For(_ => new Witness(Reactor, ends) { Pauses = true }));
        Reactor.CallLater(TimeSpan.FromMilliseconds(1), WaitForBoth);
        Run();
        Log.Take();

        Assert.Equal(["ConnectionLostException False", "ConnectionLostException False"], ends);

        void WaitForBoth()
        {
            if (Witness.Made(ends) == 2)
            {
                ends.Clear();
                Reactor.Stop();
            }
            else
            {
                Reactor.CallLater(TimeSpan.FromMilliseconds(1), WaitForBoth);
            }
        }
    }

    [Fact]
    public void StartRunning_OnALoopThatRuns_EndsWithoutEndingTheLoop()
    {
        Loop.RunUntilComplete(async () =>
        {
            Reactor.StartRunning();
            Assert.True(Reactor.IsRunning);
            Reactor.Stop();
            await Reactor.Stopped;
            Assert.False(Reactor.IsRunning);
            Journal.Add("the loop goes on");
        });

        Assert.Equal(["the loop goes on"], Journal);
    }

    private sealed class Witness(AsyncSelectorReactor reactor, List<string> ends) : Protocol
    {
        public bool Pauses { get; init; }

        public static int Made(List<string> ends) => ends.Count(end => end == "made");

        public override void ConnectionMade()
        {
            if (Pauses)
            {
                Transport.PauseProducing(); // Watched in no direction: it must be told all the same.
            }

            ends.Add("made");
        }

        public override void ConnectionLost(Exception reason) => ends.Add($"{reason.GetType().Name} {reactor.IsRunning}");
    }
}
