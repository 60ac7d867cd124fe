using Spindle.Loops;

namespace Spindle.Threads;

/// <summary>A call in a thread of a <see cref="ReactorThreadPool"/>.</summary>
internal sealed class PoolCall<T>(Func<T> call, Action<T?, Exception?>? onResult, Action<string, Exception> logError) : WorkItem
{
    public override void Drop()
    {
        if (onResult is not null)
        {
            Tell(default, new OperationCanceledException("The thread pool was stopped before the call could be made."));
        }
    }

    protected override void Execute()
    {
        T? result = default;
        Exception? failure = null;
        try
        {
            result = call();
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        if (onResult is not null)
        {
            Tell(result, failure);
        }
        else if (failure is not null)
        {
            logError("A call in a thread failed", failure);
        }
    }

    private void Tell(T? result, Exception? failure)
    {
        try
        {
            onResult!(result, failure);
        }
        catch (Exception exception)
        {
            logError("What was to hear the result of a call in a thread failed", exception);
        }
    }
}
