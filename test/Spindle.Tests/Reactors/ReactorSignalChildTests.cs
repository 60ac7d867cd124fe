using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Reactors;

/// <summary>Real signals, and what a process inherits of them, in processes of their own.</summary>
public sealed class ReactorSignalChildTests
{
    private const int SIGINT = 2;
    private const int SIGTERM = 15;
    private const int KilledBy = 128;

    [Theory, Clause("CORE-61", "CORE-62")]
    [InlineData(nameof(ChildIsInterrupted), SIGINT)]
    [InlineData(nameof(ChildIsTerminated), SIGTERM)]
    public void Signal_WhileRunning_ShutsDownAndTheProcessDiesOfIt(string child, int signal)
    {
        (int exitCode, string output) = ChildRun.Run(typeof(ReactorSignalChildTests), child);

        Assert.True(exitCode == KilledBy + signal, $"Exit code {exitCode}: {output}");
    }

    [Fact(Explicit = true), Trait("Run", "InAChild")]
    public void ChildIsInterrupted() => RunUntilRaised(SIGINT);

    [Fact(Explicit = true), Trait("Run", "InAChild")]
    public void ChildIsTerminated() => RunUntilRaised(SIGTERM);

    [Fact, Clause("CORE-60")]
    public void Run_SigintIsInheritedAsIgnored_StaysIgnored() => AssertPasses(nameof(ChildIgnoresInterrupts), "trap '' INT");

    [Fact(Explicit = true), Trait("Run", "InAChild")]
    public void ChildIgnoresInterrupts()
    {
        Assert.True(new LinuxSignals().IsIgnored(SIGINT));
        using AsyncSelectorReactor reactor = new(new EventLoopOptions());
        bool isStoppedByCall = false;
        reactor.CallWhenRunning(() =>
        {
            NativeCalls.Raise(SIGINT);
            reactor.CallLater(TimeSpan.FromMilliseconds(200), () =>
            {
                isStoppedByCall = true;
                reactor.Stop();
            });
        });

        reactor.Run();

        Assert.True(isStoppedByCall);
        Assert.Null(reactor.ExitSignal);
        Assert.True(new LinuxSignals().IsIgnored(SIGINT));
    }

    [Fact, Clause("CORE-65")]
    public void Subscription_OfASignalThatWasIgnored_IsIgnoredAgainAfterwards() => AssertPasses(nameof(ChildTakesAndGivesBack), "trap '' USR1");

    [Fact(Explicit = true), Trait("Run", "InAChild")]
    public void ChildTakesAndGivesBack()
    {
        LinuxSignals signals = new();
        Assert.True(signals.IsIgnored(NativeCalls.SIGUSR1));
        using ManualResetEventSlim heard = new();
        IDisposable subscription = signals.Subscribe(NativeCalls.SIGUSR1, heard.Set)!;
        Assert.False(signals.IsIgnored(NativeCalls.SIGUSR1));
        NativeCalls.Raise(NativeCalls.SIGUSR1);
        Wait.For(heard, "The signal");

        subscription.Dispose();
        Assert.True(signals.IsIgnored(NativeCalls.SIGUSR1));
        NativeCalls.Raise(NativeCalls.SIGUSR1); // Would end the process if it had its default action.

        // The runtime dispatches in order: when a later one has come, so has this one.
        using ManualResetEventSlim later = new();
        using IDisposable again = signals.Subscribe(NativeCalls.SIGUSR1, later.Set)!;
        NativeCalls.Raise(NativeCalls.SIGUSR1);
        Wait.For(later, "The later signal");
    }

    [Fact, Clause("I8", "CORE-66")]
    public void New_ChildrenAreIgnored_UndoesThat()
    {
        (int exitCode, string output) = ChildRun.Run(typeof(ReactorSignalChildTests), nameof(ChildIgnoresItsChildren));

        Assert.True(exitCode == 0, output);
    }

    // The test's host has a handler for SIGCHLD of its own before we are asked, so it cannot be inherited here.
    [Fact(Explicit = true), Trait("Run", "InAChild")]
    public void ChildIgnoresItsChildren()
    {
        const int SIGCHLD = 17;
        NativeCalls.Ignore(SIGCHLD);
        Assert.True(new LinuxSignals().IsIgnored(SIGCHLD));

        using AsyncSelectorReactor reactor = new(new EventLoopOptions());

        Assert.False(new LinuxSignals().IsIgnored(SIGCHLD));
    }

    private static void RunUntilRaised(int signal)
    {
        using AsyncSelectorReactor reactor = new(new EventLoopOptions());
        bool isShutDown = false;
        reactor.AddSystemEventTrigger(SystemEventPhase.After, "shutdown", () =>
        {
            isShutDown = true;
            return null;
        });
        reactor.CallWhenRunning(() => NativeCalls.Raise(signal));

        reactor.Run();

        Assert.True(isShutDown);
        Assert.Equal(signal, reactor.ExitSignal);
        reactor.DieOfExitSignal();
        Assert.Fail("The process lives.");
    }

    private static void AssertPasses(string child, string shellCommand)
    {
        (int exitCode, string output) = ChildRun.RunUnder(shellCommand, typeof(ReactorSignalChildTests), child);
        Assert.True(exitCode == 0, $"Exit code {exitCode}: {output}");
    }
}
