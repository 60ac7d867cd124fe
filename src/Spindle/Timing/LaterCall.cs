using Spindle.Loops;

namespace Spindle.Timing;

/// <summary>One call of <see cref="LaterCalls"/>: made or cancelled, whichever comes first.</summary>
/// <remarks>Thread: the reactor's; the token's may be any.</remarks>
internal sealed class LaterCall<T>
{
    private readonly TaskCompletionSource<T> _source = new();
    private readonly IReactorTime _clock;
    private readonly Func<T> _function;
    private readonly DelayedCall _call;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenRegistration _registration;
    private bool _isSettled;

    private LaterCall(IReactorTime clock, TimeSpan delay, Func<T> function, CancellationToken cancellationToken)
    {
        _clock = clock;
        _function = function;
        _cancellationToken = cancellationToken;
        _call = clock.CallLater(delay, Make);

        // Last, for a token that is cancelled meanwhile calls at once.
        _registration = cancellationToken.UnsafeRegister(static call => ((LaterCall<T>)call!).Cancel(), this);
    }

    public static Task<T> Start(IReactorTime clock, TimeSpan delay, Func<T> function, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<T>(cancellationToken)
            : new LaterCall<T>(clock, delay, function, cancellationToken)._source.Task;
    }

    private bool TrySettle() => !Interlocked.Exchange(ref _isSettled, true);

    private void Make()
    {
        if (!TrySettle())
        {
            return; // Cancelled, and the call on its way to take this one out came too late.
        }

        _registration.Unregister(); // Dispose would wait for a cancellation that is under way, and that one is void.
        T result;
        try
        {
            result = _function();
        }
        catch (Exception exception)
        {
            LoopTasks.Fail(_source, exception);
            return;
        }

        LoopTasks.Complete(_source, result);
    }

    private void Cancel()
    {
        if (!TrySettle())
        {
            return;
        }

        if (_call.IsOnItsThread)
        {
            TakeOut();
        }
        else
        {
            Resumption.Resume(_clock, TakeOut);
        }

        LoopTasks.Cancel(_source, _cancellationToken);
    }

    private void TakeOut()
    {
        if (_call.IsActive)
        {
            _call.Cancel();
        }
    }
}
