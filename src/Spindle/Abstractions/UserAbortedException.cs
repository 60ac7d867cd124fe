namespace Spindle;

/// <summary>The attempt was given up by the program.</summary>
/// <remarks>Thread: any.</remarks>
public class UserAbortedException : ConnectException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">What is known beyond the type; may be empty.</param>
    /// <param name="errno">The system's error number, or zero.</param>
    public UserAbortedException(string detail = "", int errno = 0)
        : base("User aborted connection", detail, errno)
    {
    }

    private protected UserAbortedException(string description, string detail)
        : base(description, detail, 0)
    {
    }
}
