namespace Spindle;

/// <summary>A signal was to be sent to a child process that is gone.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.ProcessExitedAlready</c>.</para>
/// </remarks>
public sealed class ProcessExitedAlreadyException : SpindleException
{
    /// <summary>Makes one.</summary>
    public ProcessExitedAlreadyException()
        : base("The process has exited already.")
    {
    }
}
