using Spindle.Loops;

namespace Spindle.Threads;

/// <summary>A call in another thread whose result comes back to the reactor (THR-17).</summary>
/// <remarks>Thread: any makes it; it ends in the reactor's, but for a cancellation, which may come on any.</remarks>
internal sealed class ThreadCall<T>
{
    private readonly TaskCompletionSource<T> _source = new();
    private readonly IReactorFromThreads _reactor;
    private readonly CancellationToken _cancellationToken;
    private CancellationTokenRegistration _cancellation;
    private CancellationTokenRegistration _end;
    private Func<T>? _function;
    private T? _result;
    private Exception? _failure;
    private volatile bool _isBack;
    private bool _isSettled;

    private ThreadCall(IReactorFromThreads reactor, Func<T> function, CancellationToken cancellationToken)
    {
        _reactor = reactor;
        _function = function;
        _cancellationToken = cancellationToken;
    }

    public static Task<T> Start(IReactorFromThreads reactor, IReactorThreadPool pool, Func<T> function, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        ThreadCall<T> call = new(reactor, function, cancellationToken);
        call.Start(pool);
        return call._source.Task;
    }

    private void Start(IReactorThreadPool pool)
    {
        // Before the call: its end must find them.
        _end = ((_reactor as IThreadHost)?.Ended ?? CancellationToken.None).UnsafeRegister(static call => ((ThreadCall<T>)call!).End(), this);
        _cancellation = _cancellationToken.UnsafeRegister(static call => ((ThreadCall<T>)call!).Cancel(), this);
        if (!Volatile.Read(ref _isSettled) && !pool.CallInThreadWithCallback<T>(ComeBack, Make))
        {
            Fail(new InvalidOperationException("The thread pool was stopped; it takes no more calls."));
        }
    }

    private bool TrySettle()
    {
        if (Interlocked.Exchange(ref _isSettled, true))
        {
            return false;
        }

        _function = null;
        return true;
    }

    // Dispose would wait for a cancellation that is under way, and that one is void.
    private void Unregister()
    {
        _cancellation.Unregister();
        _end.Unregister();
    }

    // In the pool's thread. A call that was cancelled before a thread took it is not made.
    private T Make() => Interlocked.Exchange(ref _function, null) is { } function ? function() : default!;

    private void ComeBack(T? result, Exception? failure)
    {
        _result = result;
        _failure = failure;
        _isBack = true;
        try
        {
            _reactor.CallFromThread(Settle);
        }
        catch (ObjectDisposedException)
        {
            Settle(); // The loop is closed: there is no thread to come back to, but whoever waits is to hear.
        }
    }

    private void Settle()
    {
        if (TrySettle())
        {
            Unregister();
            Complete();
        }
    }

    private void Complete()
    {
        if (_failure is not null)
        {
            LoopTasks.Fail(_source, _failure);
        }
        else
        {
            LoopTasks.Complete(_source, _result!);
        }
    }

    private void Fail(Exception failure)
    {
        if (TrySettle())
        {
            Unregister();
            LoopTasks.Fail(_source, failure);
        }
    }

    private void Cancel()
    {
        if (TrySettle())
        {
            _end.Unregister();
            LoopTasks.Cancel(_source, _cancellationToken);
        }
    }

    // What has come back too late for the reactor to make a call of it still counts.
    private void End()
    {
        if (TrySettle())
        {
            _cancellation.Unregister();
            if (_isBack)
            {
                Complete();
            }
            else
            {
                LoopTasks.Fail(_source, new ReactorNotRunningException("The reactor was stopped before the call in a thread was over."));
            }
        }
    }
}
