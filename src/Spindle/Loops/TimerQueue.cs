using System.Diagnostics.CodeAnalysis;

namespace Spindle.Loops;

/// <summary>What is due when, first in first out among equal times.</summary>
/// <remarks>
/// A node that is in the queue has a slot, under which a <see cref="TimerHeap"/> knows it. A removal is no search, and lets
/// go of the node at once. The memory follows the number of nodes: a burst does not leave its own behind.
/// </remarks>
/// <param name="many">From how many nodes on their number matters. Default 1,024: fewer are all in the processor's first cache.</param>
internal sealed class TimerQueue<T>(int many = 1024)
    where T : class, ITimerNode
{
    private const int NoSlot = -1;
    private const int Sparsest = 16; // To number the slots anew touches every node: not worth while before few are left.

    private readonly TimerHeap _heap = new(many);
    private PagedArray<Holder> _nodes = new();
    private long _sequence;

    public int Count => _heap.Count;

    /// <summary>For how many nodes there is memory.</summary>
    public int Capacity => _nodes.Capacity;

    /// <summary>The earliest time; <see cref="long.MaxValue"/> when empty.</summary>
    public long FirstDue => _heap.Count > 0 ? _heap.FirstDue : long.MaxValue;

    public IEnumerable<T> Nodes =>
        Enumerable.Range(0, _heap.Slots).Select(slot => _nodes[slot].Node).OfType<T>();

    /// <summary>Gives out the next place among equal times.</summary>
    public long NextSequence() => _sequence++;

    public void Add(T node, long due) => Add(node, due, _sequence++);

    /// <summary>Adds a node with a place among equal times that it was given before.</summary>
    public void Add(T node, long due, long sequence)
    {
        int slot = _heap.Add(due, (uint)sequence);
        if (slot == _nodes.Capacity)
        {
            _nodes.Grow();
        }

        node.TimerSlot = slot;
        _nodes[slot].Node = node;
    }

    /// <summary>Takes a node out, wherever it is.</summary>
    /// <returns>False if it is not in.</returns>
    public bool Remove(T node)
    {
        if (node.TimerSlot == NoSlot)
        {
            return false;
        }

        Take(node);
        return true;
    }

    /// <summary>Says that all nodes that are due at <paramref name="now"/> will be taken out one after the other.</summary>
    public void PrepareDue(long now) => _heap.PrepareDue(now);

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

        node = _nodes[_heap.FirstSlot].Node!;
        Take(node);
        return true;
    }

    public void Clear()
    {
        foreach (T node in Nodes)
        {
            node.TimerSlot = NoSlot;
        }

        _nodes = new PagedArray<Holder>();
        _heap.Clear();
    }

    private void Take(T node)
    {
        int slot = node.TimerSlot;
        node.TimerSlot = NoSlot;
        _nodes[slot].Node = null;
        _heap.Remove(slot);
        if (_heap.Slots >= many && Count < _heap.Slots / Sparsest && _heap.CanRenumber)
        {
            Renumber();
        }
    }

    private void Renumber()
    {
        PagedArray<Holder> nodes = new();
        for (int place = 0; place < Count; place++)
        {
            if (place == nodes.Capacity)
            {
                nodes.Grow();
            }

            T node = _nodes[_heap.SlotAt(place)].Node!;
            node.TimerSlot = place;
            nodes[place].Node = node;
        }

        _nodes = nodes;
        _heap.Renumber();
    }

    // Arrays of structs are written without a check of the type.
    private struct Holder
    {
        public T? Node;
    }
}
