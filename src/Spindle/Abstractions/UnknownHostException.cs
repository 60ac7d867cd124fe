namespace Spindle;

/// <summary>The host is neither a name that can be looked up nor an address.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class UnknownHostException : ConnectException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">What is known beyond the type; may be empty.</param>
    /// <param name="errno">The system's error number, or zero.</param>
    public UnknownHostException(string detail = "", int errno = 0)
        : base("Hostname couldn't be looked up", detail, errno)
    {
    }
}
