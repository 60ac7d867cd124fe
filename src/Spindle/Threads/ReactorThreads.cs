using Spindle.Loops;

namespace Spindle.Threads;

/// <summary>A reactor's pool, and the end of all that waits between the reactor and threads.</summary>
/// <remarks>Thread: the reactor's; any for the tokens.</remarks>
internal sealed class ReactorThreads : IDisposable
{
    private const int MinThreads = 0;
    private const int MaxThreads = 10;

    private readonly IReactorCore _reactor;
    private readonly SelectorEventLoop _loop;
    private readonly Func<Action<string, Exception>> _errorLog;
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenRegistration _loopClosed;
    private CancellationTokenSource _callsEnded = new();
    private bool _isOver;
    private ReactorThreadPool? _pool;
    private SystemEventTrigger? _start;
    private SystemEventTrigger? _stop;

    public ReactorThreads(IReactorCore reactor, SelectorEventLoop loop, Func<Action<string, Exception>> errorLog)
    {
        _reactor = reactor;
        _loop = loop;
        _errorLog = errorLog;
        CallsEnded = _callsEnded.Token;
        Ended = _ended.Token;
        _loopClosed = loop.Closed.UnsafeRegister(static threads => ((ReactorThreads)threads!).End(), this);
    }

    /// <inheritdoc cref="IThreadHost.CallsEnded"/>
    public CancellationToken CallsEnded { get; private set; }

    /// <inheritdoc cref="IThreadHost.Ended"/>
    public CancellationToken Ended { get; }

    public ReactorThreadPool GetPool()
    {
        if (_pool is { } known)
        {
            return known;
        }

        ReactorThreadPool pool = _pool = new(_loop.Kernel.WorkerThreads, MinThreads, MaxThreads, "reactor", _errorLog);
        _start = _reactor.CallWhenRunning(() =>
        {
            _start = null;
            pool.Start();
        });
        _stop = _reactor.AddSystemEventTrigger(SystemEventPhase.During, "shutdown", () =>
        {
            _stop = null;
            StopPool();
            return null;
        });
        return pool;
    }

    /// <summary>Fails what waits for the reactor to make a call: it will make none any more.</summary>
    public void EndCalls()
    {
        _isOver = true;
        Cancel(_callsEnded);
    }

    /// <summary>Ends everything. A second call does nothing.</summary>
    public void End()
    {
        EndCalls();
        StopPool();
        Cancel(_ended);
    }

    /// <summary>Ends everything.</summary>
    public void Dispose()
    {
        _loopClosed.Dispose();
        End();
        _callsEnded.Dispose();
        _ended.Dispose();
    }

    private static void Cancel(CancellationTokenSource source)
    {
        if (!source.IsCancellationRequested)
        {
            source.Cancel();
        }
    }

    private void StopPool()
    {
        Remove(ref _start);
        Remove(ref _stop);
        if (_pool is { } pool)
        {
            _pool = null;
            Cancel(_callsEnded); // A thread that waits for the reactor would hold up the join (THR-15).
            if (!pool.Stop())
            {
                _errorLog()(
                    "The reactor does not wait for its threads any longer",
                    new TimeoutException($"{pool.Working} calls in threads were not over within {pool.JoinTimeout}; they go on in the background."));
            }

            if (!_isOver)
            {
                // The shutdown was fired by hand: the reactor may run, and make calls, again.
                _callsEnded.Dispose();
                _callsEnded = new CancellationTokenSource();
                CallsEnded = _callsEnded.Token;
            }
        }
    }

    private void Remove(ref SystemEventTrigger? trigger)
    {
        if (trigger is not null)
        {
            _reactor.RemoveSystemEventTrigger(trigger);
            trigger = null;
        }
    }
}
