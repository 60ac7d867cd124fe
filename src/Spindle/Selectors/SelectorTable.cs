namespace Spindle.Selectors;

/// <summary>The keys of a selector, indexed by descriptor: the kernel gives out the lowest free number, so it stays dense.</summary>
internal sealed class SelectorTable
{
    private Slot[] _slots = new Slot[64];

    public int Count { get; private set; }

    public ref Slot this[int fd] => ref _slots[fd];

    public bool Contains(int fd) => (uint)fd < (uint)_slots.Length && _slots[fd].Events != Interest.None;

    public SelectorKey Key(int fd)
    {
        ref Slot slot = ref _slots[fd];
        return new SelectorKey(slot.File, fd, slot.Events, slot.Data);
    }

    public bool IsPresent(SelectorToken token) => Contains(token.Fd) && _slots[token.Fd].Generation == token.Generation;

    /// <summary>The token that a new registration of the number would have. Nothing changes yet.</summary>
    public SelectorToken NextToken(int fd)
    {
        if (fd >= _slots.Length)
        {
            Array.Resize(ref _slots, Math.Max(fd + 1, _slots.Length * 2));
        }

        return new SelectorToken(_slots[fd].Generation + 1, fd);
    }

    public void Set(IFileObject? file, Interest events, object? data, SelectorToken token)
    {
        _slots[token.Fd] = new Slot { File = file, Data = data, Generation = token.Generation, Events = events };
        Count++;
    }

    public void Remove(int fd)
    {
        // The generation stays, so that a late event of this registration is told from one of the next.
        _slots[fd] = new Slot { Generation = _slots[fd].Generation };
        Count--;
    }

    public void Clear()
    {
        _slots = [];
        Count = 0;
    }

    public int FindFile(IFileObject file) => Array.FindIndex(_slots, slot => ReferenceEquals(slot.File, file));

    public IEnumerable<(int Fd, Interest Events, SelectorToken Token)> All()
    {
        for (int fd = 0; fd < _slots.Length; fd++)
        {
            Slot slot = _slots[fd];
            if (slot.Events != Interest.None)
            {
                yield return (fd, slot.Events, new SelectorToken(slot.Generation, fd));
            }
        }
    }

    internal struct Slot
    {
        public IFileObject? File;
        public object? Data;
        public uint Generation;
        public Interest Events;
    }
}
