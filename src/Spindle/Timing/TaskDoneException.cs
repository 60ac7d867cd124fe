namespace Spindle.Timing;

/// <summary>The cooperative task has done all its work.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>task.TaskDone</c>.</para>
/// </remarks>
public sealed class TaskDoneException : TaskFinishedException
{
    /// <summary>Makes one.</summary>
    public TaskDoneException()
        : base("The task is done.")
    {
    }

    /// <summary>Makes one with another text.</summary>
    public TaskDoneException(string message)
        : base(message)
    {
    }
}
