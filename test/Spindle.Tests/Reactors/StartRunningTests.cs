using Spindle.Loops;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Reactors;

/// <summary>A reactor on a loop that somebody else runs (design 5), and what surrounds a start.</summary>
public sealed class StartRunningTests : ReactorTest
{
    [Fact, Clause("CORE-15")]
    public void StartRunning_StartedOrStopped_Throws() => Loop.RunUntilComplete(async () =>
    {
        Reactor.StartRunning();
        Assert.Throws<ReactorAlreadyRunningException>(() => Reactor.StartRunning());
        Assert.Throws<ReactorAlreadyRunningException>(Reactor.Run);

        Reactor.Stop();
        await Reactor.Stopped;

        Assert.Throws<ReactorNotRestartableException>(() => Reactor.StartRunning());
        Assert.True(Loop.IsRunning);
    });

    [Fact, Clause("CORE-19")]
    public void Run_TheLoopRunsAlready_ThrowsAndStartsNothing() => Loop.RunUntilComplete(async () =>
    {
        Add(SystemEventPhase.Before, "startup", "startup");

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(Reactor.Run);

        Assert.Contains(nameof(Reactor.StartRunning), refused.Message, StringComparison.Ordinal);
        await Task.Yield();
        Assert.Empty(Journal);
        Reactor.StartRunning();
        Assert.Equal(["startup"], Journal);
        Reactor.Stop();
        await Reactor.Stopped;
    });

    [Fact]
    public void Dispose_StartedOnARunningLoop_CrashesAndHidesNoException() => Loop.RunUntilComplete(async () =>
    {
        Task stopped = Task.CompletedTask;

        CannotListenException failure = await Assert.ThrowsAsync<CannotListenException>(async () =>
        {
            using AsyncSelectorReactor reactor = new(Loop);
            reactor.StartRunning();
            stopped = reactor.Stopped;
            await Task.Yield();
            reactor.ListenTcp(1, Factory.For<EchoProtocol>(), host: "192.0.2.1");
        });

        Assert.Contains("192.0.2.1", failure.Message, StringComparison.Ordinal);
        await stopped;
        Assert.True(Loop.IsRunning);
    });

    [Fact]
    public void Dispose_WithinRun_Throws()
    {
        Exception? refused = null;
        Reactor.CallWhenRunning(() =>
        {
            refused = Record.Exception(Reactor.Dispose);
            Reactor.Stop();
        });

        Run();

        Assert.IsType<InvalidOperationException>(refused);
    }

    [Fact, Clause("CORE-16")]
    public void StartRunning_ABeforeTriggerWaits_ReturnsAndRunsLater() => Loop.RunUntilComplete(async () =>
    {
        TaskCompletionSource ready = new();
        Reactor.AddSystemEventTrigger(SystemEventPhase.Before, "startup", () => ready.Task);
        TaskCompletionSource runs = new();
        Reactor.CallWhenRunning(runs.SetResult);

        Reactor.StartRunning();
        Assert.False(Reactor.IsRunning);
        ready.SetResult();
        await runs.Task;

        Assert.True(Reactor.IsRunning);
        Reactor.Stop();
        await Reactor.Stopped;
    });

    [Fact, Clause("CORE-16", "CORE-21")]
    public void StartRunning_BeforeTheLoopRuns_GoesOnThereWhateverThreadEndsTheWait()
    {
        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Reactor.AddSystemEventTrigger(SystemEventPhase.Before, "startup", () => ready.Task);
        Reactor.AddSystemEventTrigger(SystemEventPhase.During, "startup", () =>
        {
            Journal.Add(EventLoop.Current == Loop ? "on the loop" : "elsewhere");
            Reactor.Stop();
            return null;
        });
        Reactor.StartRunning();
        _ = Reactor.Stopped.ContinueWith(_ => Loop.CallSoonThreadSafe(Loop.Stop), TaskScheduler.Default);
        _ = Task.Run(ready.SetResult, TestContext.Current.CancellationToken);

        Run(Loop);

        Assert.Equal(["on the loop"], Journal);
        Assert.True(Reactor.Stopped.IsCompletedSuccessfully);
    }

    [Fact, Clause("CORE-24")]
    public void Loop_EndsFirst_IsACrashAndTheReactorMayStartAgain()
    {
        Add(SystemEventPhase.During, "shutdown", "shutdown");
        DelayedCall kept = Reactor.CallLater(TimeSpan.FromHours(1), () => { });
        Loop.RunUntilComplete(() =>
        {
            Reactor.StartRunning();
            return Task.CompletedTask;
        });

        Assert.False(Reactor.IsRunning);
        Assert.Empty(Journal);
        Assert.True(kept.IsActive);
        Assert.True(Reactor.Stopped.IsCompletedSuccessfully);
        Assert.Throws<ReactorNotRunningException>(Reactor.Stop);

        Loop.RunUntilComplete(async () =>
        {
            Reactor.StartRunning();
            Assert.False(Reactor.Stopped.IsCompleted);
            Reactor.Stop();
            await Reactor.Stopped;
        });
        Assert.Equal(["shutdown"], Journal);
    }

    [Fact, Clause("CORE-37")]
    public void Crash_StartedOnALoop_EndsTheReactorAndNotTheLoop() => Loop.RunUntilComplete(async () =>
    {
        Reactor.StartRunning();

        Reactor.Crash();
        await Reactor.Stopped;

        Assert.False(Reactor.IsRunning);
        Reactor.StartRunning();
        Reactor.Stop();
        await Reactor.Stopped;
    });

    [Fact, Clause("CORE-14", "CORE-37")]
    public void Crash_WhileTheShutdownWaits_LeavesNothingOfItBehind()
    {
        TaskCompletionSource slow = new();
        Reactor.AddSystemEventTrigger(SystemEventPhase.Before, "shutdown", () => slow.Task);
        Add(SystemEventPhase.During, "shutdown", "shutdown");
        Reactor.CallWhenRunning(Reactor.Stop);
        Reactor.CallLater(TimeSpan.FromMilliseconds(1), Reactor.Crash);
        Run();
        Assert.Empty(Journal);

        Reactor.CallWhenRunning(slow.SetResult);
        Reactor.CallLater(TimeSpan.FromMilliseconds(1), () =>
        {
            Assert.True(Reactor.IsRunning); // The old shutdown does not end the new run.
            Assert.Empty(Journal);
            Reactor.Stop();
        });
        Run();

        Assert.Equal(["shutdown"], Journal);
    }

    [Fact, Clause("CORE-30", "CORE-33")]
    public void Stop_QueuedOnTheLoopBeforeTheRun_StopsIt()
    {
        Loop.CallSoon(Reactor.Stop); // The startup comes first, as in the original.
        Add(SystemEventPhase.After, "startup", "startup");
        Run();

        Assert.Equal(["startup"], Journal);
    }

    [Fact, Clause("CORE-39")]
    public void Crash_InAnAfterStartupTrigger_LetsOneTurnHappen()
    {
        Reactor.CallWhenRunning(() =>
        {
            Loop.CallSoon(() => Journal.Add("this turn"));
            Reactor.CallLater(TimeSpan.Zero, () => Journal.Add("due"));
            Loop.CallSoon(() => Loop.CallSoon(() => Journal.Add("next turn")));
            Reactor.Crash();
        });
        Run();

        Assert.Equal(["this turn", "due"], Journal);
    }

    [Fact, Clause("CORE-76", "CORE-27")]
    public void Iterate_InAnAfterStartupTrigger_RunsATurnAndTheRunGoesOn()
    {
        Reactor.CallWhenRunning(() =>
        {
            Assert.True(Reactor.IsRunning);
            Assert.Same(Loop.SynchronizationContext, SynchronizationContext.Current);
            Loop.CallSoon(() =>
            {
                Journal.Add("nested");
                Assert.Throws<InvalidOperationException>(() => Reactor.Iterate()); // But not within a turn.
            });
            Reactor.Iterate();
            Journal.Add("after");
            Reactor.CallLater(TimeSpan.FromMilliseconds(1), Reactor.Stop);
        });
        Run();

        Assert.Equal(["nested", "after"], Journal);
    }

    [Fact, Clause("CORE-25", "CORE-26")]
    public void Iterate_TurnsWithNothingToDo_WaitsOn()
    {
        DelayedCall cancelled = Reactor.CallLater(TimeSpan.FromMilliseconds(1), () => Journal.Add("cancelled"));
        Reactor.CallLater(TimeSpan.FromMilliseconds(5), () => Journal.Add("due"));
        Reactor.CallLater(TimeSpan.FromHours(1), () => Journal.Add("not due"));
        cancelled.Cancel();

        Reactor.Iterate(TimeSpan.FromMinutes(1));

        Assert.Equal(["due"], Journal);
    }

    [Fact, Clause("CORE-28")]
    public void Iterate_CrashWithin_DoesNotEndALaterRun()
    {
        Reactor.CallLater(TimeSpan.Zero, Reactor.Crash);
        Reactor.Iterate();
        Reactor.CallLater(TimeSpan.FromMilliseconds(20), () =>
        {
            Journal.Add("later");
            Reactor.Stop();
        });
        Run();

        Assert.Equal(["later"], Journal);
    }

    [Fact, Clause("CORE-42", "CORE-37")]
    public void FireSystemEvent_ShutdownByHand_EndsTheRunAsACrash()
    {
        // As in the original: the event's own work is to crash and to lose every connection.
        Add(SystemEventPhase.After, "shutdown", "shutdown");
        Reactor.CallLater(TimeSpan.Zero, () => Reactor.FireSystemEvent("shutdown"));
        Run();

        Assert.Equal(["shutdown"], Journal);
        Assert.False(Reactor.IsRunning);
        Reactor.CallWhenRunning(Reactor.Stop);
        Run();
    }

    [Fact, Clause("CORE-17")]
    public void FireSystemEvent_StartupByHand_InstallsNoSignalHandlers()
    {
        Reactor.FireSystemEvent("startup");

        Assert.True(Reactor.IsRunning);
        Assert.Null(Loop.SignalHandlerOf(2));
        Assert.Throws<ReactorNotRunningException>(Reactor.Stop);
    }
}
