namespace Spindle.Loops;

/// <summary>What other threads have asked the loop to run. A loop that sleeps is woken once for each batch.</summary>
/// <remarks>Thread: any for <see cref="TryAdd"/> and <see cref="Close"/>; the loop's for the rest.</remarks>
internal sealed class PostedCalls
{
    private readonly Lock _lock = new();
    private List<ReadyQueue.Entry> _incoming = [];
    private List<ReadyQueue.Entry> _spare = [];
    private bool _isClosed;
    private volatile bool _hasAny;
    private int _isAsleep;

    /// <summary>Adds a call.</summary>
    /// <param name="entry">The call.</param>
    /// <param name="mustWake">Whether the caller must wake the loop.</param>
    /// <returns>False once closed.</returns>
    public bool TryAdd(ReadyQueue.Entry entry, out bool mustWake)
    {
        lock (_lock)
        {
            mustWake = false;
            if (_isClosed)
            {
                return false;
            }

            _incoming.Add(entry);
            _hasAny = true;
        }

        // A full barrier between the add above and this look: the loop does the same the other way round.
        mustWake = Interlocked.CompareExchange(ref _isAsleep, 0, 1) == 1;
        return true;
    }

    /// <summary>Says that the loop is about to sleep.</summary>
    /// <returns>False if it must not, because something has come in.</returns>
    public bool TrySleep()
    {
        Interlocked.Exchange(ref _isAsleep, 1);
        return !_hasAny;
    }

    /// <summary>Says that the wake-up failed: the next call must try again. Thread: any.</summary>
    public void SleepOn() => Volatile.Write(ref _isAsleep, 1);

    /// <summary>Says that the loop is awake, and moves what has come in to the ready queue.</summary>
    public void MoveTo(ReadyQueue ready)
    {
        Volatile.Write(ref _isAsleep, 0);
        if (!_hasAny)
        {
            return;
        }

        List<ReadyQueue.Entry> batch;
        lock (_lock)
        {
            batch = _incoming;
            _incoming = _spare;
            _hasAny = false;
        }

        foreach (ReadyQueue.Entry entry in batch)
        {
            ready.Add(entry);
        }

        batch.Clear();
        _spare = batch;
    }

    /// <summary>Refuses calls from now on and drops what has come in.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            _incoming = [];
            _hasAny = false;
        }
    }
}
