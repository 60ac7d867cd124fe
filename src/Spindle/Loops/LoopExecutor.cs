using Spindle.Kernel;

namespace Spindle.Loops;

/// <summary>A loop's threads for work that blocks, made as they are needed (LOOP-40).</summary>
/// <remarks>Thread: any.</remarks>
internal sealed class LoopExecutor(IWorkerThreads threads)
{
    private static readonly int MaxThreads = Math.Min(32, Environment.ProcessorCount + 4); // As Python's.

    private readonly object _lock = new(); // A Monitor: the workers wait on it.
    private readonly Queue<Action> _queue = new();
    private int _threads;
    private int _idle;
    private bool _isShutDown;

    public Task<T> Run<T>(Func<T> work)
    {
        // A waiter that came from the loop is posted to it; any other goes to the pool. If continuations could be inlined,
        // the runtime would start all but the first one first: several waiters would lose their order (design I10 (b)).
        TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(() =>
        {
            T value;
            try
            {
                value = work();
            }
            catch (Exception exception)
            {
                result.SetException(exception);
                return;
            }

            result.SetResult(value);
        });
        return result.Task;
    }

    /// <summary>Takes no more work; what is queued is still done. Does not wait.</summary>
    public void ShutDown()
    {
        lock (_lock)
        {
            _isShutDown = true;
            Monitor.PulseAll(_lock);
        }
    }

    private void Add(Action work)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isShutDown, typeof(IEventLoop));
            _queue.Enqueue(work);
            if (_idle < _queue.Count && _threads < MaxThreads)
            {
                threads.Start($"spindle-executor-{_threads++}", RunWorker);
            }

            Monitor.Pulse(_lock);
        }
    }

    private void RunWorker()
    {
        while (TryTake() is { } work)
        {
            work();
        }
    }

    private Action? TryTake()
    {
        lock (_lock)
        {
            Action? work;
            while (!_queue.TryDequeue(out work) && !_isShutDown)
            {
                _idle++;
                Monitor.Wait(_lock);
                _idle--;
            }

            return work;
        }
    }
}
