using System.Diagnostics.CodeAnalysis;

namespace Spindle.Loops;

/// <summary>What is due when: a heap of four children each, first in first out among equal times.</summary>
/// <remarks>
/// <para>
/// A node that is in the queue has a slot. The heap holds times and slots and no references, and where a slot's entry
/// lies is noted in an array of numbers: a sift reads four children from one or two cache lines, touches no node and
/// passes no write barrier. With the place noted in the nodes, most of the time of a million timers went into that one
/// write.
/// </para>
/// <para>A removal is no search, and lets go of the node at once.</para>
/// </remarks>
internal sealed class TimerQueue<T>
    where T : class, ITimerNode
{
    private const int Children = 4;
    private const int FirstCapacity = 16;
    private const int KeptCapacity = 4096; // What an empty queue keeps.
    private const int NoSlot = -1;

    private Entry[] _heap = new Entry[FirstCapacity];
    private int[] _places = new int[FirstCapacity]; // Of a slot in the heap; of a free slot, the next free one.
    private long[] _sequences = new long[FirstCapacity];
    private T?[] _nodes = new T?[FirstCapacity];
    private int _slots; // How many were ever given out.
    private int _freeSlot = NoSlot;
    private long _sequence;

    public int Count { get; private set; }

    /// <summary>The earliest time; <see cref="long.MaxValue"/> when empty.</summary>
    public long FirstDue => Count > 0 ? _heap[0].Due : long.MaxValue;

    public IEnumerable<T> Nodes => _heap.Take(Count).Select(entry => _nodes[entry.Slot]!);

    /// <summary>Gives out the next place among equal times.</summary>
    public long NextSequence() => _sequence++;

    public void Add(T node, long due) => Add(node, due, _sequence++);

    /// <summary>Adds a node with a place among equal times that it was given before.</summary>
    public void Add(T node, long due, long sequence)
    {
        int slot = TakeSlot();
        node.TimerSlot = slot;
        _nodes[slot] = node;
        _sequences[slot] = sequence;
        SiftUp(Count++, new Entry(due, slot));
    }

    /// <summary>Takes a node out, wherever it is.</summary>
    /// <returns>False if it is not in.</returns>
    public bool Remove(T node)
    {
        int slot = node.TimerSlot;
        if (slot == NoSlot)
        {
            return false;
        }

        RemoveAt(_places[slot]);
        Release(node);
        return true;
    }

    /// <summary>Takes the earliest node out if it is due at <paramref name="now"/>.</summary>
    public bool TryTakeDue(long now, [NotNullWhen(true)] out T? node) => TryTakeDue(now, out node, out _);

    /// <summary>Takes the earliest node out if it is due at <paramref name="now"/>, and tells under which time it was in.</summary>
    public bool TryTakeDue(long now, [NotNullWhen(true)] out T? node, out long due)
    {
        due = FirstDue;
        if (Count == 0 || due > now)
        {
            node = null;
            return false;
        }

        node = _nodes[_heap[0].Slot]!;
        RemoveAt(0);
        Release(node);
        return true;
    }

    public void Clear()
    {
        for (int place = 0; place < Count; place++)
        {
            _nodes[_heap[place].Slot]!.TimerSlot = NoSlot;
        }

        Array.Clear(_nodes);
        Count = 0;
        Reset();
    }

    private int TakeSlot()
    {
        int slot = _freeSlot;
        if (slot != NoSlot)
        {
            _freeSlot = _places[slot];
            return slot;
        }

        if (_slots == _heap.Length)
        {
            Array.Resize(ref _heap, _slots * 2);
            Array.Resize(ref _places, _slots * 2);
            Array.Resize(ref _sequences, _slots * 2);
            Array.Resize(ref _nodes, _slots * 2);
        }

        return _slots++;
    }

    private void Release(T node)
    {
        int slot = node.TimerSlot;
        node.TimerSlot = NoSlot;
        _nodes[slot] = null;
        _places[slot] = _freeSlot;
        _freeSlot = slot;
        if (Count == 0)
        {
            Reset();
        }
    }

    // An empty queue begins anew, so that a burst leaves neither its memory nor scattered slots behind.
    private void Reset()
    {
        _slots = 0;
        _freeSlot = NoSlot;
        if (_heap.Length > KeptCapacity)
        {
            _heap = new Entry[FirstCapacity];
            _places = new int[FirstCapacity];
            _sequences = new long[FirstCapacity];
            _nodes = new T?[FirstCapacity];
        }
    }

    private void RemoveAt(int place)
    {
        Entry last = _heap[--Count];
        if (place == Count)
        {
            return;
        }

        if (IsBefore(last, _heap[place]))
        {
            SiftUp(place, last);
        }
        else
        {
            SiftDown(place, last);
        }
    }

    private void SiftUp(int place, Entry entry)
    {
        Entry[] heap = _heap;
        int[] places = _places;
        while (place > 0)
        {
            int parent = (place - 1) / Children;
            Entry above = heap[parent];
            if (!IsBefore(entry, above))
            {
                break;
            }

            heap[place] = above;
            places[above.Slot] = place;
            place = parent;
        }

        heap[place] = entry;
        places[entry.Slot] = place;
    }

    private void SiftDown(int place, Entry entry)
    {
        Entry[] heap = _heap;
        int[] places = _places;
        while (true)
        {
            int child = (place * Children) + 1;
            if (child >= Count)
            {
                break;
            }

            int end = Math.Min(child + Children, Count);
            int smallest = child;
            Entry below = heap[child];
            while (++child < end)
            {
                Entry other = heap[child];
                if (IsBefore(other, below))
                {
                    below = other;
                    smallest = child;
                }
            }

            if (!IsBefore(below, entry))
            {
                break;
            }

            heap[place] = below;
            places[below.Slot] = place;
            place = smallest;
        }

        heap[place] = entry;
        places[entry.Slot] = place;
    }

    private bool IsBefore(Entry one, Entry other) =>
        one.Due < other.Due || (one.Due == other.Due && _sequences[one.Slot] < _sequences[other.Slot]);

    private readonly struct Entry(long due, int slot)
    {
        public readonly long Due = due;
        public readonly int Slot = slot;
    }
}
