using Spindle.Kernel;

namespace Spindle.Names;

/// <summary>A few threads for look-ups, made as they are needed; they end when there has been nothing to do for a while.</summary>
/// <remarks>
/// The runtime's own pool is no place for this: a dead server would hold its threads, and all other work of the process
/// would wait for new ones. Thread: any.
/// </remarks>
internal sealed class LookupThreads(IWorkerThreads threads, NameResolverOptions options)
{
    private readonly object _lock = new(); // A Monitor: the workers wait on it.
    private readonly LinkedList<Lookup> _queue = new();
    private int _threads;
    private int _idle;
    private int _starting; // Of the threads, those that have not taken their first look-up yet.
    private int _names;

    /// <summary>Has a look-up run on a thread, now or later.</summary>
    /// <returns>False if too many wait already.</returns>
    public bool TryAdd(Lookup lookup)
    {
        lock (_lock)
        {
            int free = _idle + _starting;
            bool needsThread = free <= _queue.Count;
            if (needsThread && _threads == options.MaxThreads && _queue.Count - free >= options.MaxWaiting)
            {
                return false;
            }

            lookup.Place = _queue.AddLast(lookup);
            if (needsThread && _threads < options.MaxThreads)
            {
                StartThreadNeedsLock(lookup);
            }

            Monitor.Pulse(_lock);
            return true;
        }
    }

    /// <summary>Takes a look-up out that nobody waits for any more.</summary>
    /// <returns>False if it runs already.</returns>
    public bool TryRemove(Lookup lookup)
    {
        lock (_lock)
        {
            return RemoveNeedsLock(lookup);
        }
    }

    private void StartThreadNeedsLock(Lookup lookup)
    {
        _threads++;
        _starting++;
        try
        {
            threads.Start($"spindle-names-{_names++}", RunWorker);
        }
        catch
        {
            // With another thread there it only waits longer; without any it would wait for ever.
            _threads--;
            _starting--;
            if (_threads == 0)
            {
                RemoveNeedsLock(lookup);
                throw;
            }
        }
    }

    private void RunWorker()
    {
        lock (_lock)
        {
            _starting--;
        }

        while (TakeOrEnd() is { } lookup)
        {
            lookup.Run();
        }
    }

    private Lookup? TakeOrEnd()
    {
        lock (_lock)
        {
            while (_queue.First is null)
            {
                _idle++;
                bool wasCalled = Monitor.Wait(_lock, options.ThreadIdleTime);
                _idle--;
                if (!wasCalled && _queue.First is null)
                {
                    _threads--;
                    return null;
                }
            }

            Lookup lookup = _queue.First.Value;
            RemoveNeedsLock(lookup);
            return lookup;
        }
    }

    private bool RemoveNeedsLock(Lookup lookup)
    {
        if (lookup.Place is null)
        {
            return false;
        }

        _queue.Remove(lookup.Place);
        lookup.Place = null;
        return true;
    }
}
