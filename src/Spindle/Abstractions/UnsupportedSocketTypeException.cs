namespace Spindle;

/// <summary>A socket of this type cannot be adopted here: a stream was asked for and it is of datagrams, or the other way round.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.UnsupportedSocketType</c>.</para>
/// </remarks>
public sealed class UnsupportedSocketTypeException : ArgumentException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">What it is, and what would be right.</param>
    public UnsupportedSocketTypeException(string detail)
        : base($"The socket is of the wrong type: {detail.TrimEnd('.')}.")
    {
    }
}
