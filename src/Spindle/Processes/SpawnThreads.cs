using System.Globalization;
using Spindle.Kernel;
using Spindle.Loops;

namespace Spindle.Processes;

/// <summary>The threads that make children beside the loop.</summary>
/// <remarks>
/// <para>
/// Whoever starts a thread waits until it runs, and on a busy processor that takes long. So the loop starts only the first
/// one; a thread that takes work, and leaves none that waits, starts one more before it does the work.
/// </para>
/// <para>Thread: any; <see cref="Add"/>: always the same.</para>
/// </remarks>
internal sealed class SpawnThreads(IWorkerThreads threads)
{
    /// <summary>How many there are at most: a child that is long in the making does not keep the others from it.</summary>
    public const int MaxThreads = 4;

    private readonly object _lock = new(); // A Monitor: the threads wait on it.
    private readonly Queue<WorkItem> _queue = new();
    private int _made;
    private int _free; // Those that do nothing, or are being started.
    private bool _isStopped;

    /// <summary>Adds work; it is begun in the order of the calls.</summary>
    /// <exception cref="Exception">The system gives no thread, and there is none yet. The work is not done.</exception>
    public void Add(WorkItem item)
    {
        if (_made == 0)
        {
            Start();
        }

        lock (_lock)
        {
            _queue.Enqueue(item);
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Ends the threads as soon as the work is done that is there. Does not wait.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isStopped = true;
            Monitor.PulseAll(_lock);
        }
    }

    private void Start()
    {
        int number;
        lock (_lock)
        {
            number = _made++;
            _free++;
        }

        try
        {
            threads.Start(string.Create(CultureInfo.InvariantCulture, $"spindle-spawn-{number}"), Work);
        }
        catch
        {
            lock (_lock)
            {
                _made--;
                _free--;
            }

            throw;
        }
    }

    private void Work()
    {
        while (Take(out bool isLast) is { } item)
        {
            if (isLast)
            {
                StartAnother();
            }

            item.Run();
            lock (_lock)
            {
                _free++;
            }
        }
    }

    private WorkItem? Take(out bool isLast)
    {
        lock (_lock)
        {
            WorkItem? item;
            while (!_queue.TryDequeue(out item) && !_isStopped)
            {
                Monitor.Wait(_lock);
            }

            _free--;
            isLast = _free == 0 && _made < MaxThreads && !_isStopped;
            return item;
        }
    }

    private void StartAnother()
    {
        try
        {
            Start();
        }
        catch (Exception)
        {
            // The system has no more: the work waits for those that are there.
        }
    }
}
