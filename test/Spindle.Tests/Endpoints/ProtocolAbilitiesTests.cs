using Spindle.Testing;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Endpoints;

public sealed class ProtocolAbilitiesTests
{
    [Fact, Clause("EP-4")]
    public void FindAbility_OfAWrapper_IsFoundBehindIt()
    {
        HalfCloseProtocol protocol = new("protocol");

        Assert.Same(protocol, protocol.FindAbility<IHalfCloseable>());
        Assert.Same(protocol, new Wrapper(new Wrapper(protocol)).FindAbility<IHalfCloseable>());
    }

    [Fact, Clause("EP-4")]
    public void FindAbility_OfTheWrapperItself_ComesFirst()
    {
        HalfCloseWrapper wrapper = new(new HalfCloseProtocol("protocol"));

        Assert.Same(wrapper, wrapper.FindAbility<IHalfCloseable>());
    }

    [Fact, Clause("EP-4")]
    public void FindAbility_NobodyHasIt_IsNull() =>
        Assert.Null(new Wrapper(new AccumulatingProtocol()).FindAbility<IHalfCloseable>());

    private class Wrapper(IProtocol inner) : IProtocolWrapper
    {
        public IProtocol WrappedProtocol => inner;

        public void MakeConnection(ITransport transport) => inner.MakeConnection(transport);

        public void DataReceived(ReadOnlySpan<byte> data) => inner.DataReceived(data);

        public void ConnectionLost(Exception reason) => inner.ConnectionLost(reason);
    }

    private sealed class HalfCloseWrapper(IProtocol inner) : Wrapper(inner), IHalfCloseable
    {
        public void ReadConnectionLost()
        {
        }

        public void WriteConnectionLost()
        {
        }
    }
}
