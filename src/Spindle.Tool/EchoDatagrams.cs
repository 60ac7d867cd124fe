using System.Net;

namespace Spindle.Tool;

/// <summary>Sends every datagram back to whoever sent it and can be answered.</summary>
internal sealed class EchoDatagrams : DatagramProtocol
{
    public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint address)
    {
        if (address is not UnixAddress { IsUnnamed: true })
        {
            Transport.Write(data, address);
        }
    }
}
