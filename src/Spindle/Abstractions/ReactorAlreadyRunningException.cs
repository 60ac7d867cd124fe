namespace Spindle;

/// <summary>The reactor runs already.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class ReactorAlreadyRunningException : InvalidOperationException
{
    /// <summary>Makes one.</summary>
    public ReactorAlreadyRunningException()
        : base("The reactor is already running.")
    {
    }

    /// <summary>Makes one with another text.</summary>
    public ReactorAlreadyRunningException(string message)
        : base(message)
    {
    }
}
