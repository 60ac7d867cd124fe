namespace Spindle;

/// <summary>The delayed call was made already.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.AlreadyCalled</c>.</para>
/// </remarks>
public sealed class AlreadyCalledException : InvalidOperationException
{
    /// <summary>Makes one.</summary>
    public AlreadyCalledException()
        : base("The call was made already.")
    {
    }

    /// <summary>Makes one with another text.</summary>
    public AlreadyCalledException(string message)
        : base(message)
    {
    }
}
