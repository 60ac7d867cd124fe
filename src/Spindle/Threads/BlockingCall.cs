namespace Spindle.Threads;

/// <summary>A call in the reactor's thread for which another one waits (THR-10).</summary>
/// <remarks>Thread: any but the reactor's makes it and waits.</remarks>
internal sealed class BlockingCall<T>
{
    private readonly TaskCompletionSource<T> _result = new();
    private readonly Func<Task<T>> _call;

    private BlockingCall(Func<Task<T>> call) => _call = call;

    public static T Make(IReactorFromThreads reactor, Func<Task<T>> call)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        IThreadHost? host = reactor as IThreadHost;
        if (host is { IsOnItsThread: true })
        {
            throw new InvalidOperationException("The reactor's thread cannot wait for itself; here make the call directly.");
        }

        BlockingCall<T> waiting = new(call);

        // First of all: a reactor that stops meanwhile never makes the call.
        using CancellationTokenRegistration end =
            (host?.CallsEnded ?? CancellationToken.None).UnsafeRegister(static call => ((BlockingCall<T>)call!).End(), waiting);
        if (!waiting._result.Task.IsCompleted)
        {
            reactor.CallFromThread(waiting.Run);
        }

        return waiting._result.Task.GetAwaiter().GetResult();
    }

    private void Run()
    {
        if (!_result.Task.IsCompleted) // Else nobody waits any more.
        {
            _ = RunAsync();
        }
    }

    private async Task RunAsync()
    {
        try
        {
            _result.TrySetResult(await _call().ConfigureAwait(true));
        }
        catch (Exception exception)
        {
            _result.TrySetException(exception);
        }
    }

    private void End() =>
        _result.TrySetException(new ReactorNotRunningException("The reactor was stopped before the call from a thread was over."));
}
