namespace Spindle;

/// <summary>A datagram is longer than can be sent.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.MessageLengthError</c>.</para>
/// </remarks>
public sealed class MessageLengthException : SpindleException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">What is known beyond the type; may be empty.</param>
    /// <param name="errno">The system's error number, or zero.</param>
    public MessageLengthException(string detail = "", int errno = 0)
        : base(detail.Length == 0 ? Description + "." : $"{Description}: {detail.TrimEnd('.')}.", errno)
    {
    }

    private const string Description = "The message is too long to be sent";
}
