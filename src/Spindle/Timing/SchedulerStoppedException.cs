namespace Spindle.Timing;

/// <summary>The cooperator was stopped, and its tasks with it.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>task.SchedulerStopped</c>.</para>
/// </remarks>
public sealed class SchedulerStoppedException : SchedulerException
{
    /// <summary>Makes one.</summary>
    public SchedulerStoppedException()
        : base("The cooperator was stopped.")
    {
    }

    /// <summary>Makes one with another text.</summary>
    public SchedulerStoppedException(string message)
        : base(message)
    {
    }
}
