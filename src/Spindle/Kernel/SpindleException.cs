namespace Spindle;

/// <summary>What the library reports when the outside world did not do what was asked of it.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Mistakes of the caller are <see cref="ArgumentException"/> and <see cref="InvalidOperationException"/> instead.</para>
/// </remarks>
public class SpindleException : IOException
{
    /// <summary>Makes one with no text of its own.</summary>
    public SpindleException()
    {
    }

    /// <summary>Makes one with a text.</summary>
    public SpindleException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a text and a cause.</summary>
    public SpindleException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes one that carries the system's error number.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="errno">The number, zero when there is none.</param>
    /// <param name="innerException">The cause, if it was an exception.</param>
    public SpindleException(string message, int errno, Exception? innerException = null)
        : base(message, innerException) => Errno = errno;

    /// <summary>The system's error number as in errno(3), or zero when no system call was at fault.</summary>
    public int Errno { get; }
}
