namespace Spindle;

/// <summary>An attempt to connect failed.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.ConnectError</c> and what is under it.</para>
/// </remarks>
public class ConnectException : SpindleException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">What is known beyond the type; may be empty.</param>
    /// <param name="errno">The system's error number, or zero.</param>
    /// <param name="innerException">What a user's factory threw, or how the socket ended, if that is why.</param>
    public ConnectException(string detail = "", int errno = 0, Exception? innerException = null)
        : this("An error occurred while connecting", detail, errno, innerException)
    {
    }

    private protected ConnectException(string description, string detail, int errno, Exception? innerException = null)
        : base(detail.Length == 0 ? description + "." : $"{description}: {detail.TrimEnd('.')}.", errno, innerException)
    {
    }
}
