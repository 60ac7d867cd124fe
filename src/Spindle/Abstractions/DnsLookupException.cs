namespace Spindle;

/// <summary>A name could not be looked up.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class DnsLookupException : SpindleException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">The name and what is known of the failure.</param>
    /// <param name="innerException">What the resolver threw.</param>
    public DnsLookupException(string detail, Exception? innerException = null)
        : base($"DNS lookup failed: {detail.TrimEnd('.')}.", innerException)
    {
    }
}
