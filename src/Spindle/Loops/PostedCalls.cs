namespace Spindle.Loops;

/// <summary>What other threads have asked the loop to run. A loop that sleeps is woken once for each batch.</summary>
/// <remarks>Thread: any for <see cref="TryAdd"/>, <see cref="SleepOn"/> and <see cref="Close"/>; the loop's for the rest.</remarks>
internal sealed class PostedCalls
{
    private readonly Lock _lock = new();
    private readonly ReadyQueue _incoming = new();
    private bool _isClosed;
    private volatile bool _hasAny;
    private volatile bool _isAsleep; // True is written under the lock only: whoever adds under it knows whether to wake.

    /// <summary>Adds a call.</summary>
    /// <param name="entry">The call.</param>
    /// <param name="mustWake">Whether the caller must wake the loop.</param>
    /// <returns>False once closed.</returns>
    public bool TryAdd(in ReadyQueue.Entry entry, out bool mustWake)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                mustWake = false;
                return false;
            }

            _incoming.Add(entry);
            _hasAny = true;
            mustWake = _isAsleep;
            _isAsleep = false;
            return true;
        }
    }

    /// <summary>Says that the loop is about to sleep.</summary>
    /// <returns>False if it must not, because something has come in.</returns>
    public bool TrySleep()
    {
        lock (_lock)
        {
            _isAsleep = !_hasAny;
            return _isAsleep;
        }
    }

    /// <summary>Says that the wake-up failed: the next call must try again.</summary>
    public void SleepOn()
    {
        lock (_lock)
        {
            _isAsleep = true;
        }
    }

    /// <summary>Says that the loop is awake, and moves what has come in to the ready queue.</summary>
    public void MoveTo(ReadyQueue ready)
    {
        _isAsleep = false;
        if (!_hasAny)
        {
            return; // What is added after this look keeps the loop from sleeping.
        }

        lock (_lock)
        {
            ready.TakeAll(_incoming);
            _hasAny = false;
        }
    }

    /// <summary>Refuses calls from now on and drops what has come in.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            _incoming.Clear();
            _hasAny = false;
        }
    }
}
