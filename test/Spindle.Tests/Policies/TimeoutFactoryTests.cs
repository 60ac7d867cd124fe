using System.Buffers;
using Spindle.Policies;
using Spindle.Testing;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Policies;

public sealed class TimeoutFactoryTests : PolicyTest
{
    private readonly TimeoutFactory _factory;

    public TimeoutFactoryTests() => _factory = new TimeoutFactory(Clock, Inner, Seconds(3));

    [Fact, Clause("POL-4")]
    public void Period_NotGiven_IsHalfAnHour()
    {
        TimeoutFactory factory = new(Clock, Inner);
        (_, StringTransport transport) = Connect(factory);

        Assert.Equal(Seconds(1800), factory.Period);
        Clock.Advance(Seconds(1799.9));
        Assert.False(transport.IsDisconnecting);
        Clock.Advance(Seconds(0.1));
        Assert.True(transport.IsDisconnecting);
        Assert.Throws<ArgumentOutOfRangeException>("period", () => new TimeoutFactory(Clock, Inner, Seconds(-1)));
    }

    [Fact, Clause("POL-4")]
    public void Expired_NothingHappened_LosesTheConnection()
    {
        (_, StringTransport transport) = Connect(_factory);

        Clock.Advance(Seconds(3));

        Assert.False(transport.IsAborted);
        Assert.IsType<ConnectionDoneException>(Inner.Built[0].Reason);
        Assert.Empty(Clock.GetDelayedCalls());
    }

    [Fact, Clause("POL-4")]
    public void DataReceived_InTime_BeginsTheTimeAnew()
    {
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(_factory);

        for (int i = 0; i < 5; i++)
        {
            Clock.Advance(Seconds(2));
            wrapper.DataReceived("x"u8);
        }

        Assert.Equal(5, Inner.Built[0].ReceivedCount);
        Assert.False(transport.IsDisconnecting);
        Clock.Advance(Seconds(3));
        Assert.True(transport.IsDisconnecting);
    }

    [Fact, Clause("POL-4")]
    public void Write_InTime_BeginsTheTimeAnew()
    {
        (_, StringTransport transport) = Connect(_factory);

        Clock.Advance(Seconds(2));
        Inner.Built[0].Transport.Write("x"u8);
        Clock.Advance(Seconds(2));
        Inner.Built[0].Transport.Write(new ReadOnlySequence<byte>("y"u8.ToArray()));
        Clock.Advance(Seconds(2));

        Assert.Equal("xy", transport.WrittenText);
        Assert.False(transport.IsDisconnecting);
        Clock.Advance(Seconds(1));
        Assert.True(transport.IsDisconnecting);
    }

    [Fact, Clause("POL-4")]
    public void ConnectionLost_BeforeItsTime_LeavesNoTimer()
    {
        (_, StringTransport transport) = Connect(_factory);
        Inner.Built[0].OnLost = _ => Inner.Built[0].Transport.FindAbility<TimeoutProtocol>()!.SetTimeout(Seconds(1));

        transport.Disconnect();

        Assert.Empty(Clock.GetDelayedCalls());
    }

    [Fact, Clause("POL-4")]
    public void SetTimeout_ByTheWrappedProtocol_ChangesItsOwn()
    {
        (_, StringTransport transport) = Connect(_factory);
        TimeoutProtocol timeout = Inner.Built[0].Transport.FindAbility<TimeoutProtocol>()!;

        Assert.Equal(Seconds(3), timeout.SetTimeout(Seconds(10)));
        Clock.Advance(Seconds(9));
        Assert.False(transport.IsDisconnecting);
        Assert.Equal(Seconds(10), timeout.SetTimeout(null));
        Clock.Advance(Seconds(1000));
        Assert.False(transport.IsDisconnecting);
        Assert.Null(timeout.SetTimeout(Seconds(1)));
        Clock.Advance(Seconds(1));
        Assert.True(transport.IsDisconnecting);
    }

    [Fact, Clause("POL-4")]
    public void SetTimeout_InConnectionMade_Counts()
    {
        Build = () =>
        {
            RecordingProtocol protocol = new();
            protocol.OnMade = () => protocol.Transport.FindAbility<TimeoutProtocol>()!.SetTimeout(Seconds(60));
            return protocol;
        };
        (_, StringTransport transport) = Connect(_factory);

        Clock.Advance(Seconds(59));
        Assert.False(transport.IsDisconnecting);
        Clock.Advance(Seconds(1));
        Assert.True(transport.IsDisconnecting);
    }

    [Fact, Clause("POL-4")]
    public void DataReceived_Always_AllocatesNothing()
    {
        Build = () => null;
        TimeoutFactory factory = new(Clock, Factory.For(_ => new Sink()));
        (ProtocolWrapper wrapper, _) = Connect(factory);
        wrapper.DataReceived("x"u8);

        long allocated = Allocations.LeastOf(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                wrapper.DataReceived("x"u8);
            }
        });

        Assert.Equal(0, allocated);
    }

    private sealed class Sink : Protocol;
}
