namespace Spindle.Loops;

/// <summary>Completes tasks that are handed to users (design I10 (a) and (b)).</summary>
/// <remarks>
/// The context is null meanwhile. A waiter that captured the loop's context is then posted to the loop; one that did not
/// goes on inline. Were the loop's context current, the latter would be pushed to the thread pool.
/// </remarks>
internal static class LoopTasks
{
    public static void Complete(TaskCompletionSource source, Exception? failure)
    {
        SynchronizationContext? context = Hide();
        if (failure is null)
        {
            source.TrySetResult();
        }
        else
        {
            source.TrySetException(failure);
        }

        SynchronizationContext.SetSynchronizationContext(context);
    }

    public static void Complete<T>(TaskCompletionSource<T> source, T result)
    {
        SynchronizationContext? context = Hide();
        source.TrySetResult(result);
        SynchronizationContext.SetSynchronizationContext(context);
    }

    public static void Fail<T>(TaskCompletionSource<T> source, Exception failure)
    {
        SynchronizationContext? context = Hide();
        source.TrySetException(failure);
        SynchronizationContext.SetSynchronizationContext(context);
    }

    private static SynchronizationContext? Hide()
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        return context;
    }
}
