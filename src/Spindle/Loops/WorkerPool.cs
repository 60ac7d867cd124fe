using Spindle.Kernel;

namespace Spindle.Loops;

/// <summary>Threads that do queued work in the order of the queue: made as they are needed, used again, ended when there are too many.</summary>
/// <remarks>
/// <para>
/// The numbers say who is meant to do what: work that was added while a thread had nothing to do counts as that thread's
/// from then on, whenever it wakes up. So they do not depend on how quickly threads start.
/// </para>
/// <para>Thread: any.</para>
/// </remarks>
internal sealed class WorkerPool
{
    [ThreadStatic]
    private static WorkerPool? _ownerOfThisThread;

    private readonly object _lock = new(); // A Monitor: the workers wait on it.
    private readonly Queue<WorkItem> _queue = new();
    private readonly TaskCompletionSource _ended = new();
    private readonly IWorkerThreads _threads;
    private readonly string _name;
    private int _min;
    private int _max;
    private int _workers;   // Those that are to stay.
    private int _idle;      // Of these, those that have taken no work; some of it may be in the queue.
    private int _leaving;   // Idle ones that were told to end, and no longer count as workers.
    private int _toLeave;   // Busy ones that are to end when they are done.
    private int _alive;     // All that have not ended.
    private int _made;
    private bool _isStarted;
    private bool _isStopped;

    /// <summary>Makes a pool that has no threads until <see cref="TryStart"/>.</summary>
    public WorkerPool(IWorkerThreads threads, string name, int min, int max)
    {
        _threads = threads;
        _name = name;
        _min = min;
        _max = max;
    }

    public int Min => Read(ref _min);

    public int Max => Read(ref _max);

    /// <summary>Whether this thread is one of the pool's.</summary>
    public bool IsOnOwnThread => _ownerOfThisThread == this;

    public WorkerCounts Counts
    {
        get
        {
            lock (_lock)
            {
                return new WorkerCounts(_workers, Math.Max(_idle - _queue.Count, 0), Math.Max(_queue.Count - _idle, 0));
            }
        }
    }

    /// <summary>Makes the threads that the minimum and the work in the queue ask for. A second call does nothing.</summary>
    /// <returns>False if the pool was stopped.</returns>
    public bool TryStart()
    {
        lock (_lock)
        {
            _isStarted |= !_isStopped;
            GrowNeedsLock();
            return !_isStopped;
        }
    }

    /// <summary>Adds work. A thread that has nothing to do takes it, else a new one if there may be more, else it waits for one.</summary>
    /// <returns>False if the pool was stopped.</returns>
    public bool TryAdd(WorkItem item)
    {
        lock (_lock)
        {
            if (_isStopped)
            {
                return false;
            }

            // The thread first: if the system has none to give, and there is no other, the work was not taken.
            if (_isStarted && _queue.Count >= _idle && _workers < _max)
            {
                TryStartWorkerNeedsLock();
            }

            _queue.Enqueue(item);
            Monitor.Pulse(_lock);
            return true;
        }
    }

    /// <summary>Sets how many threads there are to be. Surplus ones end, at once or when they are done; missing ones are made if the pool runs.</summary>
    public void Adjust(int min, int max)
    {
        lock (_lock)
        {
            _min = min;
            _max = max;
            ShrinkNeedsLock(_workers - max);
            GrowNeedsLock();
        }
    }

    /// <summary>Makes one more thread, if there may be one.</summary>
    public void AddWorker()
    {
        lock (_lock)
        {
            if (_isStarted && !_isStopped && _workers < _max)
            {
                TryStartWorkerNeedsLock();
            }
        }
    }

    /// <summary>Ends one thread: one that has nothing to do, else the first one that is done.</summary>
    public void RemoveWorker()
    {
        lock (_lock)
        {
            if (_workers - _toLeave > 0 && ShrinkNeedsLock(1) == 0)
            {
                _toLeave++;
            }
        }
    }

    /// <summary>Takes no more work; what is queued is still done if the pool was started, else dropped. Does not wait.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isStopped = true;
            Monitor.PulseAll(_lock);
        }

        EndIfAllHaveLeft();
    }

    /// <summary>Waits until a pool that was stopped has no threads any more.</summary>
    /// <returns>Whether they ended in time.</returns>
    public bool Join(TimeSpan timeout) => _ended.Task.Wait(timeout);

    private int Read(ref int value)
    {
        lock (_lock)
        {
            return value;
        }
    }

    private void GrowNeedsLock()
    {
        int needed = Math.Min(Math.Max(_min, _workers - _idle + _queue.Count), _max);
        while (_isStarted && !_isStopped && _workers < needed && TryStartWorkerNeedsLock())
        {
        }
    }

    /// <summary>Sends away up to so many threads that have nothing to do.</summary>
    /// <returns>How many.</returns>
    private int ShrinkNeedsLock(int count)
    {
        int leaving = Math.Clamp(count, 0, Math.Max(_idle - _queue.Count, 0));
        _workers -= leaving;
        _idle -= leaving;
        _leaving += leaving;
        if (leaving > 0)
        {
            Monitor.PulseAll(_lock);
        }

        return leaving;
    }

    // If the system has no more threads to give, the work waits for those that are there; if there are none, that is an error.
    private bool TryStartWorkerNeedsLock()
    {
        try
        {
            _threads.Start($"{_name}-{_made}", RunWorker);
        }
        catch (Exception) when (_alive > 0)
        {
            return false;
        }

        _made++;
        _workers++;
        _idle++;
        _alive++;
        return true;
    }

    private void RunWorker()
    {
        _ownerOfThisThread = this;
        bool hasWorked = false;
        while (TryWork(hasWorked))
        {
            hasWorked = true;
        }

        lock (_lock)
        {
            _alive--;
        }

        EndIfAllHaveLeft();
    }

    // In a frame of its own: a thread that waits for more must not keep alive what it has done.
    private bool TryWork(bool hasWorked)
    {
        WorkItem? item = Take(hasWorked);
        item?.Run();
        return item is not null;
    }

    private WorkItem? Take(bool hasWorked)
    {
        lock (_lock)
        {
            if (hasWorked && !TryBecomeIdleNeedsLock())
            {
                return null;
            }

            while (true)
            {
                if (_leaving > 0)
                {
                    _leaving--;
                    return null;
                }

                if (_queue.TryDequeue(out WorkItem? item))
                {
                    _idle--;
                    return item;
                }

                if (_isStopped)
                {
                    _idle--;
                    _workers--;
                    return null;
                }

                Monitor.Wait(_lock);
            }
        }
    }

    private bool TryBecomeIdleNeedsLock()
    {
        // The last one does what waits before it goes: nobody else would.
        bool isNeeded = _workers == 1 && _queue.Count > 0;
        if (!isNeeded && (_workers > _max || _toLeave > 0))
        {
            _toLeave = Math.Max(_toLeave - 1, 0);
            _workers--;
            return false;
        }

        _idle++;
        return true;
    }

    private void EndIfAllHaveLeft()
    {
        WorkItem[] left;
        lock (_lock)
        {
            if (!_isStopped || _alive > 0)
            {
                return;
            }

            left = [.. _queue];
            _queue.Clear();
        }

        foreach (WorkItem item in left)
        {
            item.Drop();
        }

        _ended.TrySetResult();
    }
}
