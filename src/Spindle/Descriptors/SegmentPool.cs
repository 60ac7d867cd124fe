namespace Spindle.Descriptors;

/// <summary>Memory for write buffers, shared by all connections of a reactor: an idle one holds none.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class SegmentPool
{
    private const int SmallSize = 4 * 1024;
    private const int LargeSize = 64 * 1024;
    private const int MaxSmall = 1024; // 4 MiB kept at the most,
    private const int MaxLarge = 64; // and 4 MiB more.

    private readonly Stack<Segment> _small = new();
    private readonly Stack<Segment> _large = new();

    /// <summary>Gives out a segment: a small one for a small need.</summary>
    public Segment Rent(int needed)
    {
        bool isSmall = needed <= SmallSize;
        Stack<Segment> free = isSmall ? _small : _large;
        return free.TryPop(out Segment? segment) ? segment : new Segment(isSmall ? SmallSize : LargeSize);
    }

    public void Return(Segment segment)
    {
        segment.Start = segment.End = 0;
        segment.Next = null;
        bool isSmall = segment.Bytes.Length == SmallSize;
        Stack<Segment> free = isSmall ? _small : _large;
        if (free.Count < (isSmall ? MaxSmall : MaxLarge))
        {
            free.Push(segment);
        }
    }
}
