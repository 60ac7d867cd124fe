using Spindle.Descriptors;
using Spindle.Loops;

namespace Spindle.Tls;

/// <summary>A reactor, as TLS needs it. One that has no threads or no log, a clock in a test for example, does without.</summary>
/// <remarks>Thread: as each member says.</remarks>
internal sealed class TlsHost(IReactorTime reactor, ILoggingContext owner) : ITlsHost
{
    public void CallFromThread(Action call)
    {
        if (reactor is IReactorFromThreads threads)
        {
            threads.CallFromThread(call);
        }
        else
        {
            call();
        }
    }

    public void RunInThread(Action work)
    {
        if (reactor is IReactorInThreads threads)
        {
            threads.CallInThread(work);
        }
        else
        {
            work();
        }
    }

    public void LogFailure(string what, Exception exception) => (reactor as IFactoryHost)?.LogError(owner, what, exception);

    /// <summary>Records what no code has to do with.</summary>
    public void LogInformation(string message) => (reactor as IFactoryHost)?.LogInformation(message);

    public void EnsureAccess() => (reactor as IDescriptorHost)?.EnsureAccess();

    /// <summary>Makes a call after a while; never, if that is infinite.</summary>
    public DelayedCall? CallLater(TimeSpan delay, Action call) => delay == Timeout.InfiniteTimeSpan ? null : reactor.CallLater(delay, call);
}
