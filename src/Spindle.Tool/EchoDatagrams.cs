using System.Net;

namespace Spindle.Tool;

/// <summary>Sends every datagram back to whoever sent it.</summary>
internal sealed class EchoDatagrams : DatagramProtocol
{
    public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint address) => Transport.Write(data, address);
}
