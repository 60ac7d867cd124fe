namespace Spindle.Loops;

/// <summary>Runs tasks as callbacks of a loop.</summary>
/// <remarks>
/// A task that fails is reported at once: whether anyone will ever look at it cannot be known before it is collected,
/// and an error that waits for the collector is as good as lost.
/// </remarks>
internal sealed class LoopTaskScheduler(SelectorEventLoop loop) : TaskScheduler
{
    public override int MaximumConcurrencyLevel => 1;

    protected override void QueueTask(Task task)
    {
        string? origin = loop.Debug ? Environment.StackTrace : null;
        loop.Post(_ => Execute(task, origin), null);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && loop.IsRunning && loop.CheckAccess() && TryExecuteTask(task);

    protected override IEnumerable<Task>? GetScheduledTasks() => null;

    private void Execute(Task task, string? origin)
    {
        if (TryExecuteTask(task) && task.IsFaulted)
        {
            // Looking at Exception marks it as observed, which it now is.
            Exception failure = task.Exception!.InnerException!;
            loop.CallExceptionHandler(new LoopError("A task of the loop's scheduler failed", failure) { Origin = origin });
        }
    }
}
