namespace Spindle;

/// <summary>The attempt took longer than its caller allowed.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class ConnectTimeoutException : UserAbortedException
{
    /// <summary>Makes one.</summary>
    public ConnectTimeoutException()
        : base("User timeout caused connection failure", "")
    {
    }
}
