using Spindle.Threads;

namespace Spindle.Reactors;

/// <content>Threads.</content>
public abstract partial class ReactorBase : IThreadHost
{
    private readonly SendOrPostCallback _makeCall; // One for all calls: a post allocates nothing.
    private readonly ReactorThreads _threads;

    bool IThreadHost.IsOnItsThread => Loop.IsOnLoopThread;

    CancellationToken IThreadHost.CallsEnded => _threads.CallsEnded;

    CancellationToken IThreadHost.Ended => _threads.Ended;

    /// <inheritdoc/>
    public void CallFromThread(Action call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Loop.PostFromThread(_makeCall, call);
    }

    /// <inheritdoc/>
    public void CallInThread(Action call) => GetThreadPool().CallInThread(call);

    /// <inheritdoc cref="IReactorThreads.GetThreadPool"/>
    public ReactorThreadPool GetThreadPool()
    {
        EnsureAccess();
        return _threads.GetPool();
    }

    IReactorThreadPool IReactorThreads.GetThreadPool() => GetThreadPool();

    /// <inheritdoc/>
    public void SuggestThreadPoolSize(int size)
    {
        ReactorThreadPool pool = GetThreadPool();
        ArgumentOutOfRangeException.ThrowIfLessThan(size, pool.Min);
        pool.AdjustPoolSize(pool.Min, size);
    }

    private void MakeCall(object? call)
    {
        if (IsShutDown)
        {
            return; // The loop may go on, but the reactor makes no calls any more (THR-9).
        }

        try
        {
            ((Action)call!)();
        }
        catch (Exception exception)
        {
            Context.LogError("A call from a thread failed", exception);
        }
    }
}
