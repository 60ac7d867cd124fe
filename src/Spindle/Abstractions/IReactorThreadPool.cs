namespace Spindle;

/// <summary>Threads for calls that block.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>python/threadpool.py</c>, <c>ThreadPool</c>.</para>
/// </remarks>
public interface IReactorThreadPool
{
    /// <summary>How many threads it has from its start on.</summary>
    int Min { get; }

    /// <summary>How many threads it may have.</summary>
    int Max { get; }

    /// <summary>Makes a call in one of the threads, in the caller's execution context. Its failure is logged.</summary>
    /// <returns>False, and nothing else, if the pool was stopped.</returns>
    bool CallInThread(Action call);

    /// <summary>Makes a call in one of the threads, in the caller's execution context, and then another with its result.</summary>
    /// <param name="onResult">
    /// Called in the same thread with the result and null, or with default and what the call threw; what it throws itself is
    /// logged. If the pool is stopped before the call could be made, it hears an <see cref="OperationCanceledException"/> in
    /// the thread that stopped it. Null: a failure of the call is logged.
    /// </param>
    /// <param name="call">The call.</param>
    /// <returns>False, and nothing else, if the pool was stopped.</returns>
    bool CallInThreadWithCallback<T>(Action<T?, Exception?>? onResult, Func<T> call);

    /// <summary>Sets how many threads there are. While it runs, surplus threads end, busy ones when they are done, and missing ones are made.</summary>
    /// <param name="min">Zero or more.</param>
    /// <param name="max">At least <paramref name="min"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="min"/> is negative or greater than <paramref name="max"/>.</exception>
    void AdjustPoolSize(int min, int max);
}
