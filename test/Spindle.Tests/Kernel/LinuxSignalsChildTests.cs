using Spindle.Kernel;
using Spindle.Tests.Support;

namespace Spindle.Tests.Kernel;

/// <summary>Signals that end a process. The explicit tests are what the others run in a child.</summary>
public sealed class LinuxSignalsChildTests
{
    private const int SIGTERM = 15;
    private const int KilledBy = 128;

    [Fact, Clause("LOOP-37")]
    public void Subscription_Ended_GivesTheSignalItsDefaultActionAgain()
    {
        (int exitCode, string output) = ChildRun.Run(typeof(LinuxSignalsChildTests), nameof(ChildSubscribesThenEndsAndRaises));

        Assert.True(exitCode == KilledBy + NativeCalls.SIGUSR1, $"Exit code {exitCode}: {output}");
    }

    [Fact]
    public void DieOf_Signal_EndsTheProcessByIt()
    {
        (int exitCode, string output) = ChildRun.Run(typeof(LinuxSignalsChildTests), nameof(ChildDies));

        Assert.True(exitCode == KilledBy + SIGTERM, $"Exit code {exitCode}: {output}");
    }

    [Fact(Explicit = true), Trait("Run", "InAChild")]
    public void ChildSubscribesThenEndsAndRaises()
    {
        LinuxSignals signals = new();
        using ManualResetEventSlim heard = new();
        IDisposable subscription = signals.Subscribe(NativeCalls.SIGUSR1, heard.Set)!;
        NativeCalls.Raise(NativeCalls.SIGUSR1);
        Wait.For(heard, "The signal");

        subscription.Dispose();
        NativeCalls.Raise(NativeCalls.SIGUSR1);

        using ManualResetEventSlim never = new();
        Wait.For(never, "The end of the process");
    }

    [Fact(Explicit = true), Trait("Run", "InAChild")]
    public void ChildDies()
    {
        LinuxSignals signals = new();
        using IDisposable? subscription = signals.Subscribe(SIGTERM, () => { });

        signals.DieOf(SIGTERM);

        Assert.Fail("The process lives.");
    }
}
