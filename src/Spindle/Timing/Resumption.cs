using Spindle.Descriptors;

namespace Spindle.Timing;

/// <summary>The way between a user's task and the thread of a clock.</summary>
internal static class Resumption
{
    /// <summary>Throws if the clock is a reactor that runs on another thread.</summary>
    public static void EnsureAccess(IReactorTime clock) => (clock as IDescriptorHost)?.EnsureAccess();

    /// <summary>
    /// Calls back when a task is done: within the call if it is done already, else on the reactor's thread, in a later turn.
    /// A clock that is no reactor has no thread: there it is the one that completes the task.
    /// </summary>
    public static void WhenDone(Task task, IReactorTime clock, Action<Task> callback)
    {
        if (task.IsCompleted)
        {
            callback(task);
            return;
        }

        // Not an await: it would come back to the context of whoever started this, which before the reactor runs is none
        // and in a test is the test framework's.
        _ = task.ContinueWith(
            done => Resume(clock, () => callback(done)),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Makes a call on the thread of a clock; on any if it has none. Thread: any.</summary>
    public static void Resume(IReactorTime clock, Action call)
    {
        if (clock is not IReactorFromThreads reactor)
        {
            call();
            return;
        }

        try
        {
            reactor.CallFromThread(call);
        }
        catch (ObjectDisposedException)
        {
            // The reactor is gone and makes no calls any more, this one like all that it had in store.
        }
    }

    /// <summary>What a task failed with; null for one that succeeded.</summary>
    public static Exception? FailureOf(Task task) =>
        task.IsCanceled ? new TaskCanceledException(task) : task.Exception?.InnerException;
}
