using Spindle.Kernel;

namespace Spindle.Loops;

/// <summary>A loop's threads for work that blocks, made as they are needed (LOOP-40).</summary>
/// <remarks>Thread: any.</remarks>
internal sealed class LoopExecutor
{
    private static readonly int MaxThreads = Math.Min(32, Environment.ProcessorCount + 4); // As Python's.

    private readonly WorkerPool _pool;

    public LoopExecutor(IWorkerThreads threads)
    {
        _pool = new WorkerPool(threads, "spindle-executor", min: 0, MaxThreads);
        _pool.TryStart();
    }

    /// <exception cref="ObjectDisposedException">The loop is closed.</exception>
    public Task<T> Run<T>(Func<T> work)
    {
        ExecutorWork<T> item = new(work);
        ObjectDisposedException.ThrowIf(!_pool.TryAdd(item), typeof(IEventLoop));
        return item.Result;
    }

    /// <summary>Takes no more work; what is queued is still done. Does not wait.</summary>
    public void ShutDown() => _pool.Stop();
}
