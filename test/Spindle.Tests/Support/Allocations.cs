namespace Spindle.Tests.Support;

/// <summary>Counts what a thread allocates.</summary>
internal static class Allocations
{
    private const int MostRounds = 10;

    /// <summary>Does something several times, until it allocates nothing.</summary>
    /// <remarks>The runtime allocates on the thread, too, when it gets to a better version of a method.</remarks>
    /// <returns>How many bytes this thread has allocated in the round that needed the fewest.</returns>
    public static long LeastOf(Action work)
    {
        long least = long.MaxValue;
        for (int round = 0; round < MostRounds && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
