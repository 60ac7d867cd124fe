using System.Runtime.InteropServices;

namespace Spindle.Loops;

/// <summary>What other threads have asked the loop to run. A loop that sleeps is woken once for each batch.</summary>
/// <remarks>
/// <para>
/// The threads that add share a lock; the loop takes what is there without it. So what the adding thread works on stays in
/// its processor's cache, except for the count of what it has added, which the loop reads once in a turn.
/// </para>
/// <para>Thread: any for <see cref="TryAdd"/>, <see cref="SleepOn"/> and <see cref="Close"/>; the loop's for the rest.</para>
/// </remarks>
internal sealed class PostedCalls
{
    private const int MaxSpare = 128; // Half a megabyte. What a flood has taken beyond that goes back when it has passed.

    // It is held for some nanoseconds: to spin costs less than half of what a lock costs that can also sleep.
    private SpinLock _lock = new(enableThreadOwnerTracking: false);
    private Piece _first;  // The loop's: the one that it takes from.
    private Piece _last;   // Written under the lock.
    private Piece? _spare;
    private int _spareCount;
    private bool _isClosed;
    private volatile bool _isAsleep; // True is written under the lock only: whoever adds under it knows whether to wake.
    private Apart _taken;  // The loop's: how many of the first piece.

    public PostedCalls() => _first = _last = new Piece();

    private bool IsEmpty => _first == Volatile.Read(ref _last) && _taken.Count == _first.Count;

    /// <summary>Adds a call.</summary>
    /// <param name="entry">The call.</param>
    /// <param name="mustWake">Whether the caller must wake the loop.</param>
    /// <returns>False once closed.</returns>
    public bool TryAdd(in ReadyQueue.Entry entry, out bool mustWake)
    {
        mustWake = false;
        Enter();
        try
        {
            if (_isClosed)
            {
                return false;
            }

            Piece last = _last;
            if (last.Count == Piece.Length)
            {
                Piece next = NewPieceNeedsLock();
                last.Next = next;
                Volatile.Write(ref _last, next);
                last = next;
            }

            last.Entries[last.Count] = entry;
            last.Count++; // The loop may take it from now on.
            if (_isAsleep)
            {
                _isAsleep = false;
                mustWake = true;
            }

            return true;
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>Says that the loop is about to sleep.</summary>
    /// <returns>False if it must not, because something has come in.</returns>
    public bool TrySleep()
    {
        if (!IsEmpty)
        {
            return false; // Without a fight for the lock.
        }

        Enter();
        bool isEmpty = IsEmpty;
        _isAsleep = isEmpty;
        Exit();
        return isEmpty;
    }

    /// <summary>Says that the wake-up failed: the next call must try again.</summary>
    public void SleepOn()
    {
        Enter();
        _isAsleep = true;
        Exit();
    }

    /// <summary>Says that the loop is awake, and moves what has come in to the ready queue.</summary>
    public void MoveTo(ReadyQueue ready)
    {
        if (_isAsleep)
        {
            _isAsleep = false;
        }

        // What is added after this look keeps the loop from sleeping.
        Piece last = Volatile.Read(ref _last);
        while (true)
        {
            Piece first = _first;
            int count = first.Count;
            if (count > _taken.Count)
            {
                Span<ReadyQueue.Entry> came = first.Entries.AsSpan(_taken.Count, count - _taken.Count);
                ready.Add(came);
                came.Clear(); // A dead slot must not keep alive what has run.
                _taken.Count = count;
            }

            if (first == last)
            {
                return;
            }

            _first = first.Next!;
            _taken.Count = 0;
            Spare(first);
        }
    }

    /// <summary>Refuses calls from now on and drops what has come in.</summary>
    public void Close()
    {
        Piece none = new();
        Enter();
        _isClosed = true;
        _first = _last = none;
        _taken.Count = 0;
        _spare = null;
        _spareCount = 0;
        Exit();
    }

    private Piece NewPieceNeedsLock()
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
        piece.Count = 0;
        Enter();
        if (_spareCount < MaxSpare)
        {
            piece.Next = _spare;
            _spare = piece;
            _spareCount++;
        }

        Exit();
    }

    private void Enter()
    {
        bool isTaken = false;
        _lock.Enter(ref isTaken);
    }

    private void Exit() => _lock.Exit(useMemoryBarrier: false);

    private sealed class Piece
    {
        public const int Length = 256;

        public readonly ReadyQueue.Entry[] Entries = new ReadyQueue.Entry[Length];

        /// <summary>How many are filled: written last, after the entry.</summary>
        public volatile int Count;

        /// <summary>Set once this one is full, before it is not the last any more.</summary>
        public Piece? Next;
    }

    /// <summary>A number on a cache line of its own: the loop writes it while other threads add.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct Apart
    {
        [FieldOffset(96)]
        public int Count;
    }
}
