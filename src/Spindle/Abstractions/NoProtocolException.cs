namespace Spindle;

/// <summary>A connection was made, but its factory had no protocol for it.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class NoProtocolException : SpindleException
{
    /// <summary>Makes one.</summary>
    public NoProtocolException()
        : base("The factory made no protocol for the connection.")
    {
    }
}
