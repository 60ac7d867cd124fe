namespace Spindle.Timing;

/// <summary>The cooperative task is not paused.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>task.NotPaused</c>.</para>
/// </remarks>
public sealed class NotPausedException : SchedulerException
{
    /// <summary>Makes one.</summary>
    public NotPausedException()
        : base("The task is not paused.")
    {
    }

    /// <summary>Makes one with another text.</summary>
    public NotPausedException(string message)
        : base(message)
    {
    }
}
