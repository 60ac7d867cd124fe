using System.Globalization;

namespace Spindle;

/// <summary>A string cannot be sent, for its length does not fit into the prefix.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>protocols/basic.py</c>, <c>StringTooLongError</c>.</para>
/// </remarks>
public sealed class StringTooLongException : ArgumentException
{
    /// <summary>Makes one with a text of its own.</summary>
    public StringTooLongException()
        : base("The string is too long for its prefix.")
    {
    }

    /// <summary>Makes one with another text.</summary>
    public StringTooLongException(string message)
        : base(message)
    {
    }

    internal StringTooLongException(int length, int prefixLength, long most)
        : base(string.Create(
            CultureInfo.InvariantCulture,
            $"A string of {length:N0} bytes cannot be sent: a prefix of {prefixLength} {(prefixLength == 1 ? "byte" : "bytes")} can tell {most:N0} at the most."))
    {
    }
}
