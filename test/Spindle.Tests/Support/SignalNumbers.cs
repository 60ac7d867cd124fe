using Spindle.Kernel;

namespace Spindle.Tests.Support;

/// <summary>Gives out real-time signals, one for each test that asks, so that tests in parallel do not hear each other's.</summary>
internal static class SignalNumbers
{
    private static int _next = 36; // Up to 34 belong to glibc and the runtime.

    public static int Next()
    {
        int number = Interlocked.Increment(ref _next);
        Assert.True(number <= 64, "There are no more signals of one's own.");
        Keep(number);
        return number;
    }

    /// <summary>Hears a signal for the rest of the process's life: a late one that nobody heard would end the process, and with it every test.</summary>
    public static void Keep(int signal) => Assert.NotNull(new LinuxSignals().Subscribe(signal, static () => { }));
}
