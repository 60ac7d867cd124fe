using System.Globalization;
using Microsoft.Extensions.Logging;
using Spindle.Kernel;
using Spindle.Loops;

namespace Spindle.Threads;

/// <summary>Threads for calls that block; a reactor has one, and a program may make more.</summary>
/// <remarks>
/// <para>
/// A thread is made when work finds none free, up to <see cref="Max"/>; then the work waits, first in first out. Threads do
/// not end by themselves. They are background threads, named "PoolThread-<see cref="Name"/>-number" with the numbers from zero.
/// </para>
/// <para>
/// The counters speak of what threads are meant to do: work that was taken while a thread was free counts as that
/// thread's at once.
/// </para>
/// <para>Thread: any.</para>
/// <para>
/// Source: Twisted's <c>python/threadpool.py</c>, <c>ThreadPool</c>. Stopping waits for a limited time, and a pool that was
/// stopped says so when it is started again.
/// </para>
/// </remarks>
public sealed class ReactorThreadPool : IReactorThreadPool
{
    private static int _pools;

    private readonly WorkerPool _workers;
    private readonly Func<Action<string, Exception>> _errorLog;

    /// <summary>Makes a pool that has no threads until <see cref="Start"/>; work waits until then.</summary>
    /// <param name="min">How many threads it has from its start on; zero or more.</param>
    /// <param name="max">How many it may have; at least <paramref name="min"/>.</param>
    /// <param name="name">What its threads are named after; null for a number.</param>
    /// <param name="logger">Where failures of calls go that nobody else hears of; null for standard error.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="min"/> is negative or greater than <paramref name="max"/>.</exception>
    public ReactorThreadPool(int min = 5, int max = 20, string? name = null, ILogger? logger = null)
        : this(new LinuxKernel().WorkerThreads, min, max, name, () => (what, failure) => LoopLog.Error(logger ?? StandardErrorLogger.Instance, what, failure))
    {
    }

    /// <param name="threads">Where threads come from.</param>
    /// <param name="min">As above.</param>
    /// <param name="max">As above.</param>
    /// <param name="name">As above.</param>
    /// <param name="errorLog">Asked for each call where its failures are to go, in the thread that wants it made.</param>
    internal ReactorThreadPool(IWorkerThreads threads, int min, int max, string? name, Func<Action<string, Exception>> errorLog)
    {
        CheckSize(min, max);
        Name = name ?? Interlocked.Increment(ref _pools).ToString(CultureInfo.InvariantCulture);
        _workers = new WorkerPool(threads, $"PoolThread-{Name}", min, max);
        _errorLog = errorLog;
    }

    /// <summary>What its threads are named after.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public int Min => _workers.Min;

    /// <inheritdoc/>
    public int Max => _workers.Max;

    /// <summary>How many threads it has.</summary>
    public int Workers => _workers.Counts.Workers;

    /// <summary>How many of them have nothing to do.</summary>
    public int Waiters => _workers.Counts.Waiting;

    /// <summary>How many of them work.</summary>
    public int Working => _workers.Counts.Working;

    /// <summary>How many calls wait for a thread.</summary>
    public int QueueSize => _workers.Counts.Queued;

    /// <summary>How long <see cref="Stop"/> waits for the threads. Default 5 s. Zero: not at all. <see cref="Timeout.InfiniteTimeSpan"/>: as long as it takes, as in the original.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or longer than <see cref="int.MaxValue"/> ms.</exception>
    public TimeSpan JoinTimeout
    {
        get;
        set
        {
            if (value != Timeout.InfiniteTimeSpan && (value < TimeSpan.Zero || value.TotalMilliseconds > int.MaxValue))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "It must be zero or more, at most int.MaxValue ms, or Timeout.InfiniteTimeSpan.");
            }

            field = value;
        }
    }

    = TimeSpan.FromSeconds(5);

    /// <summary>Makes the first threads: as many as the minimum, or as the work that waits needs, up to the maximum. Started already: nothing happens.</summary>
    /// <exception cref="InvalidOperationException">It was stopped.</exception>
    public void Start()
    {
        if (!_workers.TryStart())
        {
            throw new InvalidOperationException("A thread pool that was stopped cannot be started again; make a new one.");
        }
    }

    /// <inheritdoc/>
    public bool CallInThread(Action call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return CallInThreadWithCallback<bool>(
            onResult: null,
            () =>
            {
                call();
                return true;
            });
    }

    /// <inheritdoc/>
    public bool CallInThreadWithCallback<T>(Action<T?, Exception?>? onResult, Func<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return _workers.TryAdd(new PoolCall<T>(call, onResult, _errorLog()));
    }

    /// <inheritdoc/>
    public void AdjustPoolSize(int min, int max)
    {
        CheckSize(min, max);
        _workers.Adjust(min, max);
    }

    /// <summary>Makes one more thread, unless there are as many as there may be or the pool does not run.</summary>
    public void StartAWorker() => _workers.AddWorker();

    /// <summary>Ends one thread: one that has nothing to do, else the first one that is done.</summary>
    public void StopAWorker() => _workers.RemoveWorker();

    /// <summary>Takes no more work, and waits until what was taken is done and the threads have ended. Never started: the work that waits is dropped.</summary>
    /// <returns>Whether the threads have ended within <see cref="JoinTimeout"/>; if not, they go on in the background.</returns>
    /// <exception cref="InvalidOperationException">This is one of the pool's own threads, which cannot wait for itself.</exception>
    public bool Stop()
    {
        if (_workers.IsOnOwnThread)
        {
            throw new InvalidOperationException("A thread of the pool cannot wait for its own end; stop the pool from another one.");
        }

        _workers.Stop();
        return _workers.Join(JoinTimeout);
    }

    private static void CheckSize(int min, int max)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(min);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(min, max);
    }
}
