namespace Spindle;

/// <summary>The local end of a connection could not be bound.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class ConnectBindException : ConnectException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">What is known beyond the type; may be empty.</param>
    /// <param name="errno">The system's error number, or zero.</param>
    public ConnectBindException(string detail = "", int errno = 0)
        : base("Couldn't bind", detail, errno)
    {
    }
}
