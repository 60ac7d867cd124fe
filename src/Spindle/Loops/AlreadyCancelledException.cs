namespace Spindle;

/// <summary>The delayed call was cancelled already.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.AlreadyCancelled</c>.</para>
/// </remarks>
public sealed class AlreadyCancelledException : InvalidOperationException
{
    /// <summary>Makes one.</summary>
    public AlreadyCancelledException()
        : base("The call was cancelled already.")
    {
    }

    /// <summary>Makes one with another text.</summary>
    public AlreadyCancelledException(string message)
        : base(message)
    {
    }
}
