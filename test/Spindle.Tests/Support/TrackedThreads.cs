using Spindle.Kernel;

namespace Spindle.Tests.Support;

/// <summary>Counts the threads that are started and those that end. Thread: any.</summary>
internal sealed class TrackedThreads(IKernel real) : IWorkerThreads
{
    private int _started;

    public int Started => Volatile.Read(ref _started);

    /// <summary>Released once for each thread that ends.</summary>
    public SemaphoreSlim Ended { get; } = new(0);

    public void Start(string name, Action body)
    {
        Interlocked.Increment(ref _started);
        real.WorkerThreads.Start(name, () =>
        {
            body();
            Ended.Release();
        });
    }
}
