namespace Spindle.Loops;

/// <summary>Work of a <see cref="LoopExecutor"/>.</summary>
internal sealed class ExecutorWork<T>(Func<T> work) : WorkItem
{
    // A waiter that came from the loop is posted to it; any other goes to the pool. If continuations could be inlined,
    // the runtime would start all but the first one first: several waiters would lose their order (design I10 (b)).
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Result => _result.Task;

    public override void Drop() => _result.SetException(new ObjectDisposedException(typeof(IEventLoop).FullName));

    protected override void Execute()
    {
        T value;
        try
        {
            value = work();
        }
        catch (Exception exception)
        {
            _result.SetException(exception);
            return;
        }

        _result.SetResult(value);
    }
}
