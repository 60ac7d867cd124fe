using System.Collections.Concurrent;

namespace Spindle.Tests.Testing;

/// <summary>Bytes by which one notices when some are missing, repeated or out of order.</summary>
internal static class Payload
{
    private static readonly ConcurrentDictionary<(int, int), ReadOnlyMemory<byte>> Made = new();

    /// <summary>The same as <see cref="Make"/>, made once for all.</summary>
    public static ReadOnlyMemory<byte> Shared(int length, int seed = 0) => Made.GetOrAdd((length, seed), static key => Make(key.Item1, key.Item2));

    public static byte[] Make(int length, int seed = 0)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)((i * 31) + (i >> 8) + (i >> 16) + seed);
        }

        return bytes;
    }
}
