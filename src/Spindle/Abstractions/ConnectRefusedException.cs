namespace Spindle;

/// <summary>Nobody listens at the address.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class ConnectRefusedException : ConnectException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">What is known beyond the type; may be empty.</param>
    /// <param name="errno">The system's error number, or zero.</param>
    public ConnectRefusedException(string detail = "", int errno = 0)
        : base("Connection was refused by other side", detail, errno)
    {
    }
}
