namespace Spindle.Timing;

/// <summary>The cooperative task has failed; the inner exception tells with what.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>task.TaskFailed</c>.</para>
/// </remarks>
public sealed class TaskFailedException : TaskFinishedException
{
    /// <summary>Makes one.</summary>
    public TaskFailedException()
        : base("The task has failed.")
    {
    }

    /// <summary>Makes one with another text.</summary>
    public TaskFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one that tells the cause.</summary>
    public TaskFailedException(Exception innerException)
        : base("The task has failed.", innerException)
    {
    }
}
