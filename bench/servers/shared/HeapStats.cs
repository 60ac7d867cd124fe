using System.Text.Unicode;

namespace Spindle.Bench;

/// <summary>Tells the driver about the managed heap when a client sends <c>STATS</c> and a line feed, alone, in mode stats-echo.</summary>
internal static class HeapStats
{
    private static readonly Stream Output = Console.OpenStandardOutput();
    private static readonly byte[] Line = new byte[128];

    public static bool Asked(ReadOnlySpan<byte> data) => data.SequenceEqual("STATS\n"u8);

    /// <summary>Allocates nothing itself, or it could not show that nothing is allocated.</summary>
    public static void Print()
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long heap = GC.GetTotalMemory(forceFullCollection: true);
        Utf8.TryWrite(Line, $"heap {heap} allocated {allocated}\n", out int length);
        Output.Write(Line.AsSpan(0, length));
    }
}
