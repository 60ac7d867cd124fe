namespace Spindle.Timing;

/// <summary>The cooperative task was stopped.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>task.TaskStopped</c>.</para>
/// </remarks>
public sealed class TaskStoppedException : TaskFinishedException
{
    /// <summary>Makes one.</summary>
    public TaskStoppedException()
        : base("The task was stopped.")
    {
    }

    /// <summary>Makes one with another text.</summary>
    public TaskStoppedException(string message)
        : base(message)
    {
    }
}
