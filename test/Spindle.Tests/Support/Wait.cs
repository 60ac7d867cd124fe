namespace Spindle.Tests.Support;

/// <summary>Waits for events of other threads; the time is a limit, never a measure.</summary>
internal static class Wait
{
    public static void For(WaitHandle handle, string what) => Assert.True(handle.WaitOne(OffThread.Patience), $"{what} did not happen.");

    public static void For(ManualResetEventSlim happened, string what) => Assert.True(happened.Wait(OffThread.Patience), $"{what} did not happen.");

    public static void For(SemaphoreSlim happened, string what) => Assert.True(happened.Wait(OffThread.Patience), $"{what} did not happen.");

    public static void For(CountdownEvent happened, string what) => Assert.True(happened.Wait(OffThread.Patience), $"{what} did not happen.");

    public static void For(SemaphoreSlim happened, int times, string what)
    {
        for (int i = 0; i < times; i++)
        {
            For(happened, what);
        }
    }

    /// <summary>Waits about a millisecond, between two attempts at something.</summary>
    public static bool Briefly(ManualResetEventSlim happened) => happened.Wait(TimeSpan.FromMilliseconds(1));
}
