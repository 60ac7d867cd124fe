namespace Spindle;

/// <summary>The reactor does not run, or was told to stop already.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class ReactorNotRunningException : InvalidOperationException
{
    /// <summary>Makes one.</summary>
    public ReactorNotRunningException()
        : base("The reactor is not running.")
    {
    }

    /// <summary>Makes one with another text.</summary>
    public ReactorNotRunningException(string message)
        : base(message)
    {
    }
}
