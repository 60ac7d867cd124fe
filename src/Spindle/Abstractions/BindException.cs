namespace Spindle;

/// <summary>An address could not be bound.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.BindError</c>.</para>
/// </remarks>
public class BindException : SpindleException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">What is known beyond the type; may be empty.</param>
    /// <param name="errno">The system's error number, or zero.</param>
    public BindException(string detail = "", int errno = 0)
        : base(detail.Length == 0 ? Description + "." : $"{Description}: {detail.TrimEnd('.')}.", errno)
    {
    }

    private protected BindException(string sentence, int errno, Exception? innerException)
        : base(sentence, errno, innerException)
    {
    }

    private const string Description = "An error occurred binding to an interface";
}
