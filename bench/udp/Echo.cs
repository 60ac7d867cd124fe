using System.Net;

namespace Spindle.Bench.Udp;

/// <summary>Sends every datagram back.</summary>
internal sealed class Echo : DatagramProtocol
{
    public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint address) => Transport.Write(data, address);
}
