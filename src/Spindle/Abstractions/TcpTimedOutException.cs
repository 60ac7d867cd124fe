namespace Spindle;

/// <summary>The system gave the attempt up: the peer did not answer.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class TcpTimedOutException : ConnectException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">What is known beyond the type; may be empty.</param>
    /// <param name="errno">The system's error number, or zero.</param>
    public TcpTimedOutException(string detail = "", int errno = 0)
        : base("TCP connection timed out", detail, errno)
    {
    }
}
