namespace Spindle;

/// <summary>Ends a program of <see cref="React"/> with an exit code, from wherever in it: thrown, it is not logged.</summary>
/// <remarks>
/// <para>Elsewhere, as from a delayed call or a protocol, it is an exception like any other.</para>
/// <para>Thread: any.</para>
/// <para>Source: Python's <c>SystemExit</c>, as Twisted's <c>react</c> treats it.</para>
/// </remarks>
public sealed class ExitException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="exitCode">What <see cref="React"/> gives back; the system keeps the low eight bits of it.</param>
    public ExitException(int exitCode)
        : base($"The program ends with the exit code {exitCode}.") => ExitCode = exitCode;

    /// <summary>The exit code.</summary>
    public int ExitCode { get; }
}
