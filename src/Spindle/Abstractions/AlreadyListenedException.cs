namespace Spindle;

/// <summary>An endpoint that can listen once has done so.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.AlreadyListened</c>.</para>
/// </remarks>
public sealed class AlreadyListenedException : InvalidOperationException
{
    /// <summary>Makes one.</summary>
    public AlreadyListenedException()
        : base("The endpoint has listened; its socket can be used once.")
    {
    }
}
