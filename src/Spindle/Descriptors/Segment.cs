namespace Spindle.Descriptors;

/// <summary>A piece of memory with bytes that wait to be sent, linked to the next.</summary>
internal sealed class Segment(int size)
{
    /// <summary>Pinned, so that sendmsg(2) can be given its address.</summary>
    public readonly byte[] Bytes = GC.AllocateUninitializedArray<byte>(size, pinned: true);

    public int Start;
    public int End;
    public Segment? Next;

    public ReadOnlySpan<byte> Unsent => Bytes.AsSpan(Start, End - Start);

    /// <summary>Takes as much as there is room for.</summary>
    /// <returns>How much that was.</returns>
    public int Fill(ReadOnlySpan<byte> data)
    {
        int count = Math.Min(data.Length, Bytes.Length - End);
        data[..count].CopyTo(Bytes.AsSpan(End));
        End += count;
        return count;
    }
}
