using System.Net;

namespace Spindle.Stdio;

/// <summary>The address of either end of <see cref="StandardIO"/>: it says no more than that.</summary>
/// <remarks>
/// <para>Thread: any; it never changes.</para>
/// <para>Source: Twisted's <c>PipeAddress</c>.</para>
/// </remarks>
public sealed class PipeAddress : EndPoint
{
    private PipeAddress()
    {
    }

    /// <summary>The only one.</summary>
    public static PipeAddress Instance { get; } = new();

    /// <summary>"stdio".</summary>
    public override string ToString() => "stdio";
}
