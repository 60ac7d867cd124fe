namespace Spindle.Protocols;

/// <summary>A protocol in the place of a consumer: what is written comes to it as data.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/protocol.py</c>, <c>ProtocolToConsumerAdapter</c>.</para>
/// </remarks>
/// <param name="protocol">What takes the data. Whoever makes the adapter connects it, if it needs a connection.</param>
public sealed class ProtocolToConsumerAdapter(IProtocol protocol) : IConsumer
{
    private readonly IProtocol _protocol = protocol ?? throw new ArgumentNullException(nameof(protocol));

    /// <summary>Hands the data to the protocol.</summary>
    public void Write(ReadOnlySpan<byte> data) => _protocol.DataReceived(data);

    /// <summary>Does nothing: a protocol takes what comes, and the producer is never paused. One that waits to be resumed waits for ever.</summary>
    public void RegisterProducer(IPullProducer producer, bool streaming)
    {
    }

    /// <summary>Does nothing.</summary>
    public void UnregisterProducer()
    {
    }
}
