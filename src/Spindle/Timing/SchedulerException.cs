namespace Spindle.Timing;

/// <summary>The cooperator or its task was in a state in which it cannot do what was asked.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>task.SchedulerError</c>.</para>
/// </remarks>
public abstract class SchedulerException : InvalidOperationException
{
    private protected SchedulerException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
