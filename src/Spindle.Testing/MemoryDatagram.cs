using System.Net;
using System.Text;

namespace Spindle.Testing;

/// <summary>A datagram that was written to a <see cref="MemoryDatagramPort"/>.</summary>
/// <param name="Data">Its bytes.</param>
/// <param name="Address">Where it was to go.</param>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record MemoryDatagram(ReadOnlyMemory<byte> Data, EndPoint Address)
{
    /// <summary>The bytes as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Data.Span);
}
