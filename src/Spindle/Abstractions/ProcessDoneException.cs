namespace Spindle;

/// <summary>A child process has ended with exit code 0.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.ProcessDone</c>.</para>
/// </remarks>
public sealed class ProcessDoneException : ConnectionDoneException
{
    /// <summary>Makes one.</summary>
    public ProcessDoneException()
        : base("The process has ended without an error", "exit code 0", 0)
    {
    }

    /// <summary>What it gave to exit(3): 0.</summary>
    public int ExitCode { get; }

    /// <summary>The status as wait(2) gives it: 0.</summary>
    public int Status { get; }
}
