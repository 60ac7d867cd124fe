using System.Text;

namespace Spindle;

/// <summary>A process that was run for its output has written to its standard error.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: what Twisted's <c>getProcessOutput</c> fails with.</para>
/// </remarks>
public sealed class ProcessErrorOutputException : SpindleException
{
    /// <summary>Makes one.</summary>
    /// <param name="errorOutput">The first piece of what it wrote.</param>
    /// <param name="ended">Done when the process has ended; the result is the reason.</param>
    public ProcessErrorOutputException(byte[] errorOutput, Task<Exception> ended)
        : base($"The process has written to its standard error: {Encoding.UTF8.GetString(errorOutput).TrimEnd()}")
    {
        ErrorOutput = errorOutput;
        Ended = ended;
    }

    /// <summary>The first piece of what it wrote.</summary>
    public IReadOnlyList<byte> ErrorOutput { get; }

    /// <summary>Done when the process has ended; the result is a <see cref="ProcessDoneException"/> or a <see cref="ProcessTerminatedException"/>.</summary>
    public Task<Exception> Ended { get; }
}
