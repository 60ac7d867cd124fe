namespace Spindle.Tests.Support;

/// <summary>Gives out real-time signals, one for each test that asks, so that tests in parallel do not hear each other's.</summary>
internal static class SignalNumbers
{
    private static int _next = 36; // Up to 34 belong to glibc and the runtime.

    public static int Next()
    {
        int number = Interlocked.Increment(ref _next);
        Assert.True(number <= 64, "There are no more signals of one's own.");
        return number;
    }
}
