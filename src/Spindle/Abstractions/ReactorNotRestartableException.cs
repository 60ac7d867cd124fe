namespace Spindle;

/// <summary>A reactor that was stopped cannot run again.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class ReactorNotRestartableException : InvalidOperationException
{
    /// <summary>Makes one.</summary>
    public ReactorNotRestartableException()
        : base("The reactor was stopped; it cannot be run again.")
    {
    }

    /// <summary>Makes one with another text.</summary>
    public ReactorNotRestartableException(string message)
        : base(message)
    {
    }
}
