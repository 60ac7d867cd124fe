namespace Spindle.Loops;

/// <summary>Times in order, first in first out among equal ones: a heap of four children each.</summary>
/// <remarks>
/// <para>
/// A time is known by its slot. The heap holds numbers and no references, and where a slot's entry lies is noted in an array
/// of numbers: a sift reads four children from one or two cache lines, touches no timer and passes no write barrier. With
/// the place noted in the timers, most of the time of a million of them went into that one write.
/// </para>
/// <para>
/// When a good part of all times is due at once, they are moved to a sorted list and taken from there: to sort them costs a
/// third of taking them out of a heap one by one.
/// </para>
/// </remarks>
/// <param name="many">From how many times on it is worth while to sort those that are due.</param>
internal sealed class TimerHeap(int many)
{
    private const int Children = 4;
    private const int NoSlot = -1;
    private const int DueShare = 8; // Which part of all must be due for that: what is left is made a heap anew.

    private readonly PagedArray<Entry> _heap = new();
    private readonly PagedArray<int> _places = new(); // Of a slot in the heap; ~place for the list; of a free slot, the next free one.
    private Entry[] _due = []; // The sorted list. An entry that was taken out has no slot.
    private int _nextDue;
    private int _heapCount;
    private int _freeSlot = NoSlot;

    public int Count { get; private set; }

    /// <summary>How many slots were ever given out since they were last numbered.</summary>
    public int Slots { get; private set; }

    /// <summary>The earliest time. There must be one.</summary>
    public long FirstDue => First.Due;

    /// <summary>The earliest time's slot. There must be one.</summary>
    public int FirstSlot => First.Slot;

    /// <summary>Whether <see cref="Renumber"/> is possible: not while times wait in the list.</summary>
    public bool CanRenumber => _due.Length == 0;

    private ref readonly Entry First =>
        ref _nextDue < _due.Length && (_heapCount == 0 || _due[_nextDue].CompareTo(_heap[0]) < 0) ? ref _due[_nextDue] : ref _heap[0];

    /// <summary>Puts a time in.</summary>
    /// <param name="due">The time.</param>
    /// <param name="sequence">
    /// The place among equal times. Numbers that have gone round are told rightly as long as fewer than 2^31 were given out
    /// within one tick of 100 ns.
    /// </param>
    /// <returns>Its slot; at most one more than there ever were.</returns>
    public int Add(long due, uint sequence)
    {
        int slot = TakeSlot();
        SiftUp(_heapCount++, new Entry(due, slot, sequence));
        Count++;
        return slot;
    }

    /// <summary>Takes a time out, wherever it is. Its slot is free then.</summary>
    public void Remove(int slot)
    {
        int place = _places[slot];
        if (place < 0)
        {
            RemoveFromList(~place);
        }
        else
        {
            RemoveFromHeap(place);
        }

        Count--;
        _places[slot] = _freeSlot;
        _freeSlot = slot;
    }

    /// <summary>Says that all times up to <paramref name="now"/> will be taken out one after the other.</summary>
    public void PrepareDue(long now)
    {
        if (_heapCount >= many && _due.Length == 0 && CountDue(0, now, _heapCount / DueShare) >= _heapCount / DueShare)
        {
            MoveDueToList(now);
        }
    }

    /// <summary>Which slot has a place; for <see cref="Renumber"/>.</summary>
    public int SlotAt(int place) => _heap[place].Slot;

    /// <summary>Gives every time its place as its slot, and lets go of the memory that is then not needed.</summary>
    public void Renumber()
    {
        for (int place = 0; place < _heapCount; place++)
        {
            _heap[place] = _heap[place].InSlot(place);
            _places[place] = place;
        }

        Slots = _heapCount;
        _freeSlot = NoSlot;
        _heap.Shrink(_heapCount);
        _places.Shrink(_heapCount);
    }

    public void Clear()
    {
        Count = 0;
        _heapCount = 0;
        ClearList();
        Renumber();
    }

    private int TakeSlot()
    {
        int slot = _freeSlot;
        if (slot != NoSlot)
        {
            _freeSlot = _places[slot];
            return slot;
        }

        if (Slots == _places.Capacity)
        {
            _places.Grow();
            _heap.Grow();
        }

        return Slots++;
    }

    private void RemoveFromHeap(int place)
    {
        Entry last = _heap[--_heapCount];
        if (place == _heapCount)
        {
            return;
        }

        if (last.CompareTo(_heap[place]) < 0)
        {
            SiftUp(place, last);
        }
        else
        {
            SiftDown(place, last);
        }
    }

    private void RemoveFromList(int place)
    {
        _due[place] = _due[place].InSlot(NoSlot);
        while (_nextDue < _due.Length && _due[_nextDue].Slot == NoSlot)
        {
            _nextDue++;
        }

        if (_nextDue == _due.Length)
        {
            ClearList();
        }
    }

    private void ClearList()
    {
        _due = [];
        _nextDue = 0;
    }

    // Those that are due are the top of the heap. Counts no further than it must.
    private int CountDue(int place, long now, int limit)
    {
        if (place >= _heapCount || _heap[place].Due > now)
        {
            return 0;
        }

        int count = 1;
        int child = (place * Children) + 1;
        for (int end = child + Children; child < end && count < limit; child++)
        {
            count += CountDue(child, now, limit - count);
        }

        return count;
    }

    private void MoveDueToList(long now)
    {
        Entry[] due = new Entry[CountDue(0, now, _heapCount)];
        int kept = 0;
        for (int place = 0; place < _heapCount; place++)
        {
            Entry entry = _heap[place];
            if (entry.Due <= now)
            {
                due[place - kept] = entry;
            }
            else
            {
                _places[entry.Slot] = kept;
                _heap[kept++] = entry;
            }
        }

        Array.Sort(due);
        for (int place = 0; place < due.Length; place++)
        {
            _places[due[place].Slot] = ~place;
        }

        _due = due;

        // What is left becomes a heap again from the last parent upwards.
        _heapCount = kept;
        for (int place = (kept - 2) / Children; place >= 0 && kept > 1; place--)
        {
            SiftDown(place, _heap[place]);
        }
    }

    private void SiftUp(int place, Entry entry)
    {
        while (place > 0)
        {
            int parent = (place - 1) / Children;
            Entry above = _heap[parent];
            if (entry.CompareTo(above) >= 0)
            {
                break;
            }

            _heap[place] = above;
            _places[above.Slot] = place;
            place = parent;
        }

        _heap[place] = entry;
        _places[entry.Slot] = place;
    }

    private void SiftDown(int place, Entry entry)
    {
        while (true)
        {
            int child = (place * Children) + 1;
            if (child >= _heapCount)
            {
                break;
            }

            int end = Math.Min(child + Children, _heapCount);
            int smallest = child;
            Entry below = _heap[child];
            while (++child < end)
            {
                Entry other = _heap[child];
                if (other.CompareTo(below) < 0)
                {
                    below = other;
                    smallest = child;
                }
            }

            if (below.CompareTo(entry) >= 0)
            {
                break;
            }

            _heap[place] = below;
            _places[below.Slot] = place;
            place = smallest;
        }

        _heap[place] = entry;
        _places[entry.Slot] = place;
    }

    private readonly struct Entry(long due, int slot, uint sequence) : IComparable<Entry>
    {
        public readonly long Due = due;
        public readonly int Slot = slot;
        private readonly uint _sequence = sequence;

        public int CompareTo(Entry other) =>
            Due < other.Due ? -1 : Due > other.Due ? 1 : (int)(_sequence - other._sequence);

        public Entry InSlot(int slot) => new(Due, slot, _sequence);
    }
}
