namespace Spindle;

/// <summary>The object's descriptor is gone though nobody closed the connection.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class DescriptorWentAwayException : ConnectionLostException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">What is known beyond the type; may be empty.</param>
    public DescriptorWentAwayException(string detail = "")
        : base("The descriptor went away", detail, 0)
    {
    }
}
