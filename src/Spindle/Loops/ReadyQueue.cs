namespace Spindle.Loops;

/// <summary>The callbacks that wait to be run, in order: a ring that grows and never allocates otherwise.</summary>
internal sealed class ReadyQueue
{
    private Entry[] _ring = new Entry[64]; // The length is a power of two.
    private int _head;

    public int Count { get; private set; }

    public void Add(Handle handle)
    {
        handle.IsQueued = true;
        Add(new Entry(handle, null));
    }

    public void Add(SendOrPostCallback callback, object? state) => Add(new Entry(callback, state));

    public void Add(Entry entry)
    {
        if (Count == _ring.Length)
        {
            Grow();
        }

        _ring[(_head + Count++) & (_ring.Length - 1)] = entry;
    }

    public Entry Take()
    {
        ref Entry slot = ref _ring[_head];
        Entry entry = slot;
        slot = default; // A dead slot must not keep alive what has run.
        _head = (_head + 1) & (_ring.Length - 1);
        Count--;
        return entry;
    }

    public void Clear()
    {
        _ring = new Entry[64];
        _head = Count = 0;
    }

    private void Grow()
    {
        Entry[] larger = new Entry[_ring.Length * 2];
        int untilWrap = _ring.Length - _head;
        Array.Copy(_ring, _head, larger, 0, untilWrap);
        Array.Copy(_ring, 0, larger, untilWrap, _head);
        _ring = larger;
        _head = 0;
    }

    /// <summary>A <see cref="Handle"/>, or a callback that was posted and its state.</summary>
    internal readonly record struct Entry(object Target, object? State);
}
