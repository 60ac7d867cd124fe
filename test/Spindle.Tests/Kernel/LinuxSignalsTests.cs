using Spindle.Kernel;
using Spindle.Tests.Support;

namespace Spindle.Tests.Kernel;

public sealed class LinuxSignalsTests : LedgerCheckedTest
{
    private const int SIGPIPE = 13;

    private ISignals Signals => Kernel.Signals;

    [Theory, Clause("LOOP-36")]
    [InlineData(NativeCalls.SIGUSR1)]
    [InlineData(NativeCalls.SIGUSR2)]
    public void Subscribe_Raised_CallsTheHandler(int signal)
    {
        SignalNumbers.Keep(signal);
        using ManualResetEventSlim heard = new();
        using IDisposable? subscription = Signals.Subscribe(signal, heard.Set);
        Assert.NotNull(subscription);

        NativeCalls.Raise(signal);

        Wait.For(heard, "The signal");
    }

    [Fact, Clause("LOOP-38")]
    public void Subscribe_Twice_CallsBothUntilEachEnds()
    {
        int signal = SignalNumbers.Next();
        using SemaphoreSlim heard = new(0);
        int first = 0;
        IDisposable one = Signals.Subscribe(signal, () =>
        {
            first++;
            heard.Release();
        })!;
        using IDisposable other = new LinuxKernel().Signals.Subscribe(signal, () => heard.Release())!; // Signals belong to the process.

        NativeCalls.Raise(signal);
        Wait.For(heard, 2, "The signal for both");

        one.Dispose();
        one.Dispose();
        NativeCalls.Raise(signal);
        Wait.For(heard, "The signal for the other");
        Assert.Equal(1, first);
    }

    [Theory, Clause("LOOP-36")]
    [InlineData(int.MinValue)]
    [InlineData(0)]
    [InlineData(4)] // SIGILL
    [InlineData(9)] // SIGKILL
    [InlineData(11)] // SIGSEGV
    [InlineData(19)] // SIGSTOP
    [InlineData(33)] // glibc's
    [InlineData(34)] // The runtime's
    [InlineData(65)]
    public void Subscribe_CannotBeCaught_IsNull(int signal) => Assert.Null(Signals.Subscribe(signal, () => { }));

    [Fact]
    public void IsIgnored_Signals_SaysWhatTheProcessDoes()
    {
        Assert.True(Signals.IsIgnored(SIGPIPE)); // The runtime ignores it.
        Assert.False(Signals.IsIgnored(9));
        Assert.False(Signals.IsIgnored(-1));
    }
}
