namespace Spindle;

/// <summary>A reactor and threads, both ways.</summary>
/// <remarks>
/// <para>Thread: the reactor's once it runs; before, any one thread. <see cref="IReactorFromThreads.CallFromThread"/>: any.</para>
/// <para>Source: Twisted's <c>IReactorThreads</c>.</para>
/// </remarks>
public interface IReactorThreads : IReactorFromThreads, IReactorInThreads
{
    /// <summary>The reactor's pool, of 0 to 10 threads. The first call makes it; it starts when the reactor runs and is stopped in the during phase of "shutdown".</summary>
    /// <returns>The pool. One that is made after the shutdown never starts.</returns>
    IReactorThreadPool GetThreadPool();

    /// <summary>Sets how many threads the pool may have.</summary>
    /// <param name="size">Zero or more. Zero: work waits until there may be more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative, or less than the pool's minimum.</exception>
    void SuggestThreadPoolSize(int size);
}
