namespace Spindle;

/// <summary>Nobody serves the socket's path: no process holds its lock.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.BadFileError</c>.</para>
/// </remarks>
public sealed class BadFileException : ConnectException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">What is known beyond the type; may be empty.</param>
    /// <param name="errno">The system's error number, or zero.</param>
    public BadFileException(string detail = "", int errno = 0)
        : base("Nobody serves this path", detail, errno)
    {
    }
}
