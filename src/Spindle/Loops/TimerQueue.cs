using System.Diagnostics.CodeAnalysis;

namespace Spindle.Loops;

/// <summary>What is due when: a heap of four children each, first in first out among equal times.</summary>
/// <remarks>
/// The keys lie in the heap's array, so that a comparison touches no object; the node knows its place, so that a
/// removal is no search. A removed node is let go at once.
/// </remarks>
internal sealed class TimerQueue<T>
    where T : class, ITimerNode
{
    private const int Children = 4;

    private Entry[] _heap = new Entry[16];
    private long _sequence;

    public int Count { get; private set; }

    /// <summary>The earliest time; <see cref="long.MaxValue"/> when empty.</summary>
    public long FirstDue => Count > 0 ? _heap[0].Due : long.MaxValue;

    public IEnumerable<T> Nodes => _heap.Take(Count).Select(entry => entry.Node);

    /// <summary>Gives out the next place among equal times.</summary>
    public long NextSequence() => _sequence++;

    public void Add(T node, long due) => Add(node, due, _sequence++);

    /// <summary>Adds a node with a place among equal times that it was given before.</summary>
    public void Add(T node, long due, long sequence)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
        }

        SiftUp(Count++, new Entry(due, sequence, node));
    }

    /// <summary>Takes a node out, wherever it is.</summary>
    /// <returns>False if it is not in.</returns>
    public bool Remove(T node)
    {
        int index = node.HeapIndex;
        if (index < 0)
        {
            return false;
        }

        node.HeapIndex = -1;
        Entry last = _heap[--Count];
        _heap[Count] = default;
        if (index < Count)
        {
            if (last.IsBefore(_heap[index]))
            {
                SiftUp(index, last);
            }
            else
            {
                SiftDown(index, last);
            }
        }

        return true;
    }

    /// <summary>Takes the earliest node out if it is due at <paramref name="now"/>.</summary>
    public bool TryTakeDue(long now, [NotNullWhen(true)] out T? node)
    {
        node = Count > 0 && _heap[0].Due <= now ? _heap[0].Node : null;
        return node is not null && Remove(node);
    }

    public void Clear()
    {
        foreach (T node in Nodes)
        {
            node.HeapIndex = -1;
        }

        _heap = new Entry[16];
        Count = 0;
    }

    private void SiftUp(int index, Entry entry)
    {
        while (index > 0)
        {
            int parent = (index - 1) / Children;
            if (!entry.IsBefore(_heap[parent]))
            {
                break;
            }

            Place(index, _heap[parent]);
            index = parent;
        }

        Place(index, entry);
    }

    private void SiftDown(int index, Entry entry)
    {
        while (true)
        {
            int first = (index * Children) + 1;
            if (first >= Count)
            {
                break;
            }

            int smallest = first;
            int end = Math.Min(first + Children, Count);
            for (int child = first + 1; child < end; child++)
            {
                smallest = _heap[child].IsBefore(_heap[smallest]) ? child : smallest;
            }

            if (!_heap[smallest].IsBefore(entry))
            {
                break;
            }

            Place(index, _heap[smallest]);
            index = smallest;
        }

        Place(index, entry);
    }

    private void Place(int index, Entry entry)
    {
        _heap[index] = entry;
        entry.Node.HeapIndex = index;
    }

    private readonly struct Entry(long due, long sequence, T node)
    {
        public readonly long Due = due;
        public readonly long Sequence = sequence;
        public readonly T Node = node;

        public bool IsBefore(in Entry other) => Due < other.Due || (Due == other.Due && Sequence < other.Sequence);
    }
}
