namespace Spindle;

/// <summary>The connector has no attempt that could be stopped.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class NotConnectingException : InvalidOperationException
{
    /// <summary>Makes one.</summary>
    public NotConnectingException()
        : base("The connector is not connecting.")
    {
    }

    /// <summary>Makes one with another text.</summary>
    public NotConnectingException(string message)
        : base(message)
    {
    }
}
