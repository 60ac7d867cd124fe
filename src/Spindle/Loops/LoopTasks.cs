namespace Spindle.Loops;

/// <summary>Completes tasks that are handed to users (design I10 (a) and (b)).</summary>
/// <remarks>
/// The context is null meanwhile. A waiter that captured the loop's context is then posted to the loop; one that did not
/// goes on inline. Were the loop's context current, the latter would be pushed to the thread pool. Of several waiters the
/// runtime starts the first one last; their posts are put in order again.
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

        Show(context);
    }

    public static void Complete<T>(TaskCompletionSource<T> source, T result)
    {
        SynchronizationContext? context = Hide();
        source.TrySetResult(result);
        Show(context);
    }

    public static void Fail<T>(TaskCompletionSource<T> source, Exception failure)
    {
        SynchronizationContext? context = Hide();
        source.TrySetException(failure);
        Show(context);
    }

    public static void Cancel<T>(TaskCompletionSource<T> source, CancellationToken cancellationToken)
    {
        SynchronizationContext? context = Hide();
        source.TrySetCanceled(cancellationToken);
        Show(context);
    }

    // Whatever it is: this may be a thread of the user's that cancels something.
    private static SynchronizationContext? Hide()
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        (context as LoopSynchronizationContext)?.HoldPosts();
        SynchronizationContext.SetSynchronizationContext(null);
        return context;
    }

    private static void Show(SynchronizationContext? context)
    {
        SynchronizationContext.SetSynchronizationContext(context);
        (context as LoopSynchronizationContext)?.ReleasePosts();
    }
}
