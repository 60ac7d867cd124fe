using System.Text;

namespace Spindle.Processes;

/// <summary>What a process has written, and its exit code.</summary>
/// <param name="Output">All of its standard output.</param>
/// <param name="ErrorOutput">All of its standard error.</param>
/// <param name="ExitCode">What it gave to exit(3), 0 to 255.</param>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record ProcessResult(ReadOnlyMemory<byte> Output, ReadOnlyMemory<byte> ErrorOutput, int ExitCode)
{
    /// <summary>The standard output as text in UTF-8.</summary>
    public string OutputText => Encoding.UTF8.GetString(Output.Span);

    /// <summary>The standard error as text in UTF-8.</summary>
    public string ErrorText => Encoding.UTF8.GetString(ErrorOutput.Span);
}
