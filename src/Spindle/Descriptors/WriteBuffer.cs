using Spindle.Kernel;

namespace Spindle.Descriptors;

/// <summary>The bytes of one descriptor that the kernel has not taken yet.</summary>
internal struct WriteBuffer
{
    private Segment? _first;
    private Segment? _last;

    /// <summary>How many bytes wait.</summary>
    public int Length { get; private set; }

    public readonly bool IsEmpty => Length == 0;

    /// <summary>Whether all that waits lies in one piece.</summary>
    public readonly bool IsOnePiece => ReferenceEquals(_first, _last);

    public readonly ReadOnlySpan<byte> FirstPiece => _first!.Unsent;

    public void Append(ReadOnlySpan<byte> data, SegmentPool pool)
    {
        Length = checked(Length + data.Length);
        while (true)
        {
            data = data[(_last?.Fill(data) ?? 0)..];
            if (data.IsEmpty)
            {
                return;
            }

            Segment segment = pool.Rent(data.Length);
            if (_last is null)
            {
                _first = segment;
            }
            else
            {
                _last.Next = segment;
            }

            _last = segment;
        }
    }

    /// <summary>Lists what waits, from the front, for sendmsg(2).</summary>
    /// <param name="pieces">Room for the list.</param>
    /// <param name="limit">How many bytes at the most.</param>
    /// <param name="total">How many bytes are listed.</param>
    /// <returns>How many pieces.</returns>
    public readonly unsafe int Gather(Span<IoVector> pieces, int limit, out int total)
    {
        int count = 0;
        total = 0;
        for (Segment? segment = _first; segment is not null && count < pieces.Length && total < limit; segment = segment.Next)
        {
            int length = Math.Min(segment.End - segment.Start, limit - total);
            byte* start = (byte*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(segment.Bytes, segment.Start);
            pieces[count++] = new IoVector { Start = start, Length = (nuint)length };
            total += length;
        }

        return count;
    }

    /// <summary>Drops bytes from the front: they were sent.</summary>
    public void Consume(int count, SegmentPool pool)
    {
        Length -= count;
        while (_first is { } first)
        {
            int available = first.End - first.Start;
            if (count < available)
            {
                first.Start += count;
                return;
            }

            count -= available;
            _first = first.Next;
            _last = _first is null ? null : _last;
            pool.Return(first);
        }
    }

    public void Clear(SegmentPool pool) => Consume(Length, pool);
}
