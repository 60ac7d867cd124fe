namespace Spindle.Tests.Support;

/// <summary>
/// Gives out descriptor numbers that nobody else in the process uses. A test that closes a low number cannot know who
/// has it a moment later: tests run in parallel, and the kernel hands out the lowest free one.
/// </summary>
internal static class DescriptorNumbers
{
    /// <summary>From here on the kernel may be asked for the lowest free number; below it they are given out one by one.</summary>
    public const int FirstShared = 3000;

    private static int _last = 1200;

    public static int Next()
    {
        int number = Interlocked.Increment(ref _last);
        Assert.True(number < FirstShared, "There are no more descriptor numbers of one's own.");
        return number;
    }
}
