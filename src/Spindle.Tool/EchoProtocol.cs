namespace Spindle.Tool;

/// <summary>Sends back what comes. A peer that does not read is not read from; one that half closes gets the rest.</summary>
internal sealed class EchoProtocol : Protocol, IHalfCloseable
{
    public override void ConnectionMade()
    {
        if (Transport.FindAbility<ITcpTransport>() is { } tcp)
        {
            tcp.TcpNoDelay = true;
        }

        // The connection is its own producer: it stops reading while too much waits to be sent back.
        Transport.RegisterProducer(Transport, streaming: true);
    }

    public override void DataReceived(ReadOnlySpan<byte> data) => Transport.Write(data);

    public void ReadConnectionLost()
    {
        Transport.UnregisterProducer();
        Transport.LoseConnection();
    }

    // Nothing asks for this: there is nobody to send it back to any more.
    public void WriteConnectionLost() => Transport.LoseConnection();
}
