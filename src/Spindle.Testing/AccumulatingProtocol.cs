using System.Buffers;
using System.Text;

namespace Spindle.Testing;

/// <summary>A protocol that keeps what it is told.</summary>
/// <remarks>
/// <para>Thread: that of its transport.</para>
/// <para>Source: Twisted's <c>internet/testing.py</c>, <c>AccumulatingProtocol</c>.</para>
/// </remarks>
public sealed class AccumulatingProtocol : Protocol
{
    private readonly ArrayBufferWriter<byte> _received = new();

    /// <summary>All that has come; valid until more comes.</summary>
    public ReadOnlySpan<byte> Received => _received.WrittenSpan;

    /// <summary>The same as text in UTF-8.</summary>
    public string ReceivedText => Encoding.UTF8.GetString(Received);

    /// <summary>In how many pieces it came.</summary>
    public int Pieces { get; private set; }

    /// <summary>Why the connection ended; null while it has not.</summary>
    public Exception? LostReason { get; private set; }

    /// <summary>How often the end was told; more than once is a fault of the transport.</summary>
    public int LostCount { get; private set; }

    /// <inheritdoc/>
    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        _received.Write(data);
        Pieces++;
    }

    /// <inheritdoc/>
    public override void ConnectionLost(Exception reason)
    {
        LostReason = reason;
        LostCount++;
    }
}
