using Spindle.Protocols;
using Spindle.Testing;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Protocols;

public sealed class AdapterTests
{
    [Fact, Clause("PROTO-11")]
    public void ConsumerToProtocolAdapter_DataReceived_WritesToTheConsumer()
    {
        StringTransport consumer = new();
        ConsumerToProtocolAdapter adapter = new(consumer);
        StringTransport transport = new();

        transport.Connect(adapter);
        adapter.DataReceived("hello"u8);
        transport.Disconnect();

        Assert.Equal("hello", consumer.WrittenText);
        Assert.True(consumer.IsConnected);
    }

    [Fact, Clause("PROTO-11")]
    public void ProtocolToConsumerAdapter_Write_ComesToTheProtocol()
    {
        AccumulatingProtocol protocol = new();
        ProtocolToConsumerAdapter adapter = new(protocol);

        adapter.Write("hello"u8);

        Assert.Equal("hello", protocol.ReceivedText);
    }

    [Fact, Clause("PROTO-11")]
    public void ProtocolToConsumerAdapter_Producer_IsNotTouched()
    {
        ProtocolToConsumerAdapter adapter = new(new AccumulatingProtocol());
        RecordingProducer producer = new();

        adapter.RegisterProducer(producer, streaming: false);
        adapter.RegisterProducer(producer, streaming: true);
        adapter.UnregisterProducer();

        Assert.Empty(producer.Calls);
    }

    [Fact]
    public void Constructors_Null_Throw()
    {
        Assert.Throws<ArgumentNullException>(() => new ConsumerToProtocolAdapter(null!));
        Assert.Throws<ArgumentNullException>(() => new ProtocolToConsumerAdapter(null!));
    }
}
