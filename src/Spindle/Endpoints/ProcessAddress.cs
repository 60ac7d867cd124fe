using System.Net;

namespace Spindle.Endpoints;

/// <summary>The address of either end of a connection to a process.</summary>
/// <remarks>
/// <para>Thread: any; it never changes.</para>
/// <para>Source: Twisted's <c>_ProcessAddress</c>.</para>
/// </remarks>
public sealed class ProcessAddress : EndPoint
{
    /// <summary>Makes one.</summary>
    /// <param name="executable">What is run.</param>
    public ProcessAddress(string executable)
    {
        ArgumentNullException.ThrowIfNull(executable);
        Executable = executable;
    }

    /// <summary>What is run.</summary>
    public string Executable { get; }

    /// <summary>The executable.</summary>
    public override string ToString() => Executable;
}
