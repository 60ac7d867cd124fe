using System.Net;

namespace Spindle.Tests.Testing;

/// <summary>Sends every datagram back and counts them.</summary>
internal sealed class EchoDatagrams : DatagramProtocol
{
    public int Count { get; private set; }

    public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint address)
    {
        Count++;
        Transport.Write(data, address);
    }
}
