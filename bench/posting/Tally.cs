namespace Spindle.Bench.Posting;

/// <summary>Counts what was run without slowing it down: each thread has a slot of its own.</summary>
internal static class Tally
{
    private const int Stride = 16; // Slots of two threads lie on different cache lines.
    private const int MaxThreads = 256;

    private static readonly long[] _slots = new long[Stride * (MaxThreads + 1)];
    private static int _threads;

    [ThreadStatic]
    private static int _slot;

    public static long Total
    {
        get
        {
            long total = 0;
            for (int i = 0; i < _slots.Length; i += Stride)
            {
                total += Volatile.Read(ref _slots[i]);
            }

            return total;
        }
    }

    public static void Count()
    {
        if (_slot == 0)
        {
            _slot = Stride * Interlocked.Increment(ref _threads);
        }

        _slots[_slot]++;
    }
}
