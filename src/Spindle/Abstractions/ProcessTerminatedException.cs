using System.Globalization;

namespace Spindle;

/// <summary>A child process has ended with an exit code other than 0, or by a signal, or nobody knows how.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.ProcessTerminated</c>.</para>
/// </remarks>
public sealed class ProcessTerminatedException : ConnectionLostException
{
    /// <summary>Makes one.</summary>
    /// <param name="exitCode">The exit code; null if a signal has ended it.</param>
    /// <param name="signal">The signal; null if it has exited.</param>
    /// <param name="status">The raw wait status; null if it is unknown.</param>
    public ProcessTerminatedException(int? exitCode = null, int? signal = null, int? status = null)
        : base("The process has ended with an error", Describe(exitCode, signal), 0)
    {
        ExitCode = exitCode;
        Signal = signal;
        Status = status;
    }

    /// <summary>What it gave to exit(3), 1 to 255; null if a signal has ended it or the status is unknown.</summary>
    public int? ExitCode { get; }

    /// <summary>The number of the signal that has ended it; null if it has exited or the status is unknown.</summary>
    public int? Signal { get; }

    /// <summary>The status as wait(2) gives it; null if somebody else has waited for the process and it is unknown.</summary>
    public int? Status { get; }

    private static string Describe(int? exitCode, int? signal) => (exitCode, signal) switch
    {
        ({ } code, _) => string.Create(CultureInfo.InvariantCulture, $"exit code {code}"),
        (_, { } number) => string.Create(CultureInfo.InvariantCulture, $"signal {number}"),
        _ => "its status is unknown, for somebody else has waited for it",
    };
}
