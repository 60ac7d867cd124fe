using System.Globalization;

namespace Spindle;

/// <summary>A process that was run for its result has been ended by a signal.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: the failure of Twisted's <c>getProcessOutputAndValue</c>.</para>
/// </remarks>
public sealed class ProcessSignalException : SpindleException
{
    /// <summary>Makes one.</summary>
    /// <param name="output">What it had written to its standard output.</param>
    /// <param name="errorOutput">What it had written to its standard error.</param>
    /// <param name="signal">The signal; null if it is unknown how the process has ended.</param>
    public ProcessSignalException(byte[] output, byte[] errorOutput, int? signal)
        : base(signal is null ? "It is unknown how the process has ended." : string.Create(CultureInfo.InvariantCulture, $"The process has been ended by signal {signal}."))
    {
        Output = output;
        ErrorOutput = errorOutput;
        Signal = signal;
    }

    /// <summary>What it had written to its standard output.</summary>
    public IReadOnlyList<byte> Output { get; }

    /// <summary>What it had written to its standard error.</summary>
    public IReadOnlyList<byte> ErrorOutput { get; }

    /// <summary>The number of the signal; null if it is unknown how the process has ended.</summary>
    public int? Signal { get; }
}
