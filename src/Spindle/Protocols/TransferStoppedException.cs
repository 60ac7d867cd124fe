using System.Globalization;

namespace Spindle;

/// <summary>A file was not sent whole: what it was written to went away.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: the exception of Twisted's <c>FileSender.stopProducing</c>, which has no type of its own.</para>
/// </remarks>
public sealed class TransferStoppedException : SpindleException
{
    /// <summary>Makes one.</summary>
    public TransferStoppedException()
        : base("The consumer stopped the transfer.")
    {
    }

    /// <summary>Makes one with another text.</summary>
    public TransferStoppedException(string message)
        : base(message)
    {
    }

    internal TransferStoppedException(long written)
        : base(string.Create(CultureInfo.InvariantCulture, $"The consumer stopped the transfer after {written:N0} bytes."))
    {
    }
}
