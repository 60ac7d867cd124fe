using System.Buffers;

namespace Spindle.Tests.Testing;

/// <summary>One piece of a <see cref="ReadOnlySequence{T}"/>.</summary>
internal sealed class SequencePiece : ReadOnlySequenceSegment<byte>
{
    public SequencePiece(byte[] data, long index)
    {
        Memory = data;
        RunningIndex = index;
    }

    public SequencePiece Append(byte[] data)
    {
        SequencePiece next = new(data, RunningIndex + Memory.Length);
        Next = next;
        return next;
    }
}
