namespace Spindle;

/// <summary>A text is no address, or not one that fits here.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.InvalidAddressError</c>.</para>
/// </remarks>
public sealed class InvalidAddressException : ArgumentException
{
    /// <summary>Makes one.</summary>
    /// <param name="address">What was given.</param>
    /// <param name="detail">What is wrong with it and what would be right.</param>
    public InvalidAddressException(string address, string detail)
        : base($"\"{address}\": {detail.TrimEnd('.')}.") => Address = address;

    /// <summary>What was given.</summary>
    public string Address { get; }
}
