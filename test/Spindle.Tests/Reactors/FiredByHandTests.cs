using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Reactors;

/// <summary>The reactor's own events, fired by whoever likes (CORE-48): the life of the reactor goes on in good order.</summary>
public sealed class FiredByHandTests : ReactorTest
{
    [Fact, Clause("CORE-32", "CORE-48", "CORE-53")]
    public void Shutdown_WhileItWaits_IsBroughtAboutAndTheRunEnds()
    {
        TaskCompletionSource slow = new();
        Reactor.AddSystemEventTrigger(SystemEventPhase.Before, "shutdown", () => slow.Task);
        Add(SystemEventPhase.During, "shutdown", "during");
        Add(SystemEventPhase.After, "shutdown", "after");
        Reactor.CallWhenRunning(Reactor.Stop);
        Reactor.CallLater(TimeSpan.FromMilliseconds(1), () => Reactor.FireSystemEvent("shutdown"));

        Run();

        Assert.Equal(["during", "after"], Journal);
        Assert.True(Reactor.Stopped.IsCompletedSuccessfully);
        slow.SetResult();
        RunTurn();
        Assert.Equal(["during", "after"], Journal);
        Assert.Throws<ReactorNotRestartableException>(Reactor.Run);
    }

    [Theory, Clause("CORE-32", "CORE-33", "CORE-48")]
    [InlineData(false)]
    [InlineData(true)]
    public void Shutdown_RightAfterAStop_RunsOnceAndTheRunEnds(bool isWithinAPass)
    {
        TaskCompletionSource startup = new();
        if (isWithinAPass)
        {
            Reactor.AddSystemEventTrigger(SystemEventPhase.Before, "startup", () => startup.Task);
            Reactor.CallLater(TimeSpan.Zero, StopAndFire);
        }
        else
        {
            Reactor.CallWhenRunning(StopAndFire);
        }

        Add(SystemEventPhase.After, "shutdown", "after");

        Run();

        Assert.Equal(["after"], Journal);
        Assert.True(Reactor.Stopped.IsCompletedSuccessfully);
        Add(SystemEventPhase.During, "startup", "startup");
        startup.SetResult();
        RunTurn();
        Assert.Equal(["after"], Journal);

        void StopAndFire()
        {
            Reactor.Stop();
            Reactor.FireSystemEvent("shutdown");
        }
    }

    [Theory, Clause("CORE-32", "CORE-48", "CORE-53")]
    [InlineData(SystemEventPhase.Before)]
    [InlineData(SystemEventPhase.During)]
    [InlineData(SystemEventPhase.After)]
    public void Shutdown_InOneOfItsTriggers_RunsTheOthersOnceAndTheRunEnds(SystemEventPhase phase)
    {
        bool? wasOver = null;
        Add(phase, "shutdown", "by hand", () =>
        {
            Reactor.FireSystemEvent("shutdown");
            wasOver = Reactor.Stopped.IsCompleted;
        });
        Add(phase, "shutdown", "next");
        Add(SystemEventPhase.After, "shutdown", "last");
        Reactor.CallWhenRunning(Reactor.Stop);

        Run();

        Assert.Equal(["by hand", "next", "last"], Journal);
        Assert.Equal(phase == SystemEventPhase.Before, wasOver);
        Assert.True(Reactor.Stopped.IsCompletedSuccessfully);
    }

    [Fact, Clause("CORE-30", "CORE-48")]
    public void Stop_WhileAShutdownByHandWaits_ShutsDown()
    {
        TaskCompletionSource slow = new();
        Reactor.AddSystemEventTrigger(SystemEventPhase.Before, "shutdown", () => slow.Task);
        Add(SystemEventPhase.During, "shutdown", "during");
        Reactor.CallWhenRunning(() =>
        {
            Reactor.FireSystemEvent("shutdown");
            Reactor.Stop();
        });

        Run();

        Assert.Equal(["during"], Journal);
        Assert.Throws<ReactorNotRestartableException>(Reactor.Run);
    }

    [Fact, Clause("CORE-13", "CORE-33")]
    public void Startup_ReactorHasStopped_DoesNotSetItRunning()
    {
        Reactor.CallWhenRunning(Reactor.Stop);
        Run();
        Add(SystemEventPhase.During, "startup", "startup");

        Reactor.FireSystemEvent("startup");

        Assert.Equal(["startup"], Journal);
        Assert.False(Reactor.IsRunning);
    }

    [Fact, Clause("CORE-13")]
    public void Startup_ThenDisposed_RunsNoMore()
    {
        Reactor.FireSystemEvent("startup");
        Assert.True(Reactor.IsRunning); // As in the original.

        Reactor.Dispose();

        Assert.False(Reactor.IsRunning);
    }

    [Fact, Clause("CORE-20", "CORE-65")]
    public void Startup_ReactorRuns_TakesNoSignalTwice()
    {
        ScriptedSignals signals = new();
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { Signals = signals });
        using AsyncSelectorReactor reactor = new(loop);
        reactor.CallWhenRunning(() =>
        {
            reactor.FireSystemEvent("startup");
            reactor.Stop();
        });

        reactor.Run();

        Assert.Empty(signals.Subscribed);
    }

    [Fact, Clause("CORE-55")]
    public void Remove_BeforeTriggerOfAFiringThatACrashEnded_Throws()
    {
        SystemEventTrigger waits = Reactor.AddSystemEventTrigger(SystemEventPhase.Before, "startup", () => new TaskCompletionSource().Task);
        Reactor.CallLater(TimeSpan.Zero, Reactor.Crash);
        Run();

        Assert.Throws<ArgumentException>(() => Reactor.RemoveSystemEventTrigger(waits));
    }
}
