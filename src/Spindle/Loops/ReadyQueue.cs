namespace Spindle.Loops;

/// <summary>The callbacks that wait to be run, in order. Its memory comes in pieces that are used again: nothing is copied when it grows.</summary>
internal sealed class ReadyQueue
{
    private const int MaxSpare = 128; // Half a megabyte. What a flood has taken beyond that goes back when it has passed.

    private Piece _first = new();
    private Piece _last;
    private Piece? _spare;
    private int _spareCount;

    public ReadyQueue() => _last = _first;

    public int Count { get; private set; }

    public void Add(Handle handle)
    {
        handle.IsQueued = true;
        Add(new Entry(handle, null));
    }

    public void Add(SendOrPostCallback callback, object? state) => Add(new Entry(callback, state));

    public void Add(in Entry entry)
    {
        Piece last = _last;
        if (last.End == Piece.Length)
        {
            last = _last = last.Next = NewPiece();
        }

        last.Entries[last.End++] = entry;
        Count++;
    }

    public void Add(ReadOnlySpan<Entry> entries)
    {
        Count += entries.Length;
        while (entries.Length > 0)
        {
            Piece last = _last;
            if (last.End == Piece.Length)
            {
                last = _last = last.Next = NewPiece();
            }

            int count = Math.Min(entries.Length, Piece.Length - last.End);
            entries[..count].CopyTo(last.Entries.AsSpan(last.End));
            last.End += count;
            entries = entries[count..];
        }
    }

    public Entry Take()
    {
        Piece first = _first;
        ref Entry slot = ref first.Entries[first.Start++];
        Entry entry = slot;
        slot = default; // A dead slot must not keep alive what has run.
        Count--;
        if (first.Start == first.End)
        {
            RemoveFirst();
        }

        return entry;
    }

    public void Clear()
    {
        _first = _last = new Piece();
        _spare = null;
        _spareCount = Count = 0;
    }

    private void RemoveFirst()
    {
        Piece used = _first;
        used.Start = used.End = 0;
        if (used.Next is { } next)
        {
            _first = next;
            Spare(used);
        }
    }

    private Piece NewPiece()
    {
        if (_spare is not { } piece)
        {
            return new Piece();
        }

        _spare = piece.Next;
        _spareCount--;
        piece.Next = null;
        return piece;
    }

    private void Spare(Piece piece)
    {
        if (_spareCount < MaxSpare)
        {
            piece.Next = _spare;
            _spare = piece;
            _spareCount++;
        }
    }

    /// <summary>A <see cref="Handle"/>, or a callback that was posted and its state.</summary>
    internal readonly record struct Entry(object Target, object? State);

    private sealed class Piece
    {
        public const int Length = 256;

        public readonly Entry[] Entries = new Entry[Length];
        public int Start;
        public int End;
        public Piece? Next;
    }
}
