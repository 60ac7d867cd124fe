namespace Spindle.Protocols;

/// <summary>A consumer in the place of a protocol: what comes is written to it, and that is all it hears.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/protocol.py</c>, <c>ConsumerToProtocolAdapter</c>.</para>
/// </remarks>
/// <param name="consumer">What takes the data. It is not told of the connection's beginning and end.</param>
public sealed class ConsumerToProtocolAdapter(IConsumer consumer) : IProtocol
{
    private readonly IConsumer _consumer = consumer ?? throw new ArgumentNullException(nameof(consumer));

    /// <summary>Does nothing.</summary>
    public void MakeConnection(ITransport transport)
    {
    }

    /// <summary>Writes to the consumer.</summary>
    public void DataReceived(ReadOnlySpan<byte> data) => _consumer.Write(data);

    /// <summary>Does nothing.</summary>
    public void ConnectionLost(Exception reason)
    {
    }
}
