namespace Spindle.Timing;

/// <summary>The cooperative task has come to its end, one way or another.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>task.TaskFinished</c>.</para>
/// </remarks>
public abstract class TaskFinishedException : SchedulerException
{
    private protected TaskFinishedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
