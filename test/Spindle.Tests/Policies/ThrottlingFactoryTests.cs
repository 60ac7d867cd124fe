using System.Buffers;
using Spindle.Policies;
using Spindle.Testing;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Policies;

public sealed class ThrottlingFactoryTests : PolicyTest
{
    [Fact, Clause("POL-5")]
    public void BuildProtocol_OverTheCount_IsNull()
    {
        ThrottlingFactory factory = new(Clock, Inner, maxConnectionCount: 2);
        (_, StringTransport first) = Connect(factory);
        Connect(factory);

        Assert.Equal(2, factory.ConnectionCount);
        Assert.Null(factory.BuildProtocol(Peer));
        Assert.Equal(2, Inner.Built.Count);

        first.Disconnect();
        Assert.Equal(1, factory.ConnectionCount);
        Assert.NotNull(factory.BuildProtocol(Peer));
        Assert.Null(factory.BuildProtocol(Peer));
        Assert.Equal(2, factory.MaxConnectionCount);
    }

    [Fact, Clause("POL-5")]
    public void Constructor_SenselessLimit_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>("readLimit", () => new ThrottlingFactory(Clock, Inner, readLimit: 0));
        Assert.Throws<ArgumentOutOfRangeException>("writeLimit", () => new ThrottlingFactory(Clock, Inner, writeLimit: -1));
        Assert.Throws<ArgumentOutOfRangeException>("maxConnectionCount", () => new ThrottlingFactory(Clock, Inner, -1));
        Assert.Throws<ArgumentNullException>("reactor", () => new ThrottlingFactory(null!, Inner));
    }

    [Fact, Clause("POL-5")]
    public void Reads_OverTheLimit_PauseAllForTheSurplus()
    {
        ThrottlingFactory factory = new(Clock, Inner, readLimit: 10);
        (ProtocolWrapper busy, StringTransport busyTransport) = Connect(factory);
        (_, StringTransport idleTransport) = Connect(factory);
        busy.DataReceived(new byte[25]);
        Assert.Equal(25, Inner.Built[0].ReceivedCount);

        Clock.Advance(Seconds(0.99));
        Assert.Equal(ProducerState.Producing, busyTransport.ProducerState);
        Clock.Advance(Seconds(0.01));
        Assert.Equal(ProducerState.Paused, busyTransport.ProducerState);
        Assert.Equal(ProducerState.Paused, idleTransport.ProducerState);

        // 25 / 10 - 1 seconds.
        Clock.Advance(Seconds(1.49));
        Assert.Equal(ProducerState.Paused, busyTransport.ProducerState);
        Clock.Advance(Seconds(0.01));
        Assert.Equal(ProducerState.Producing, busyTransport.ProducerState);
        Assert.Equal(ProducerState.Producing, idleTransport.ProducerState);
    }

    [Fact, Clause("POL-5")]
    public void Reads_UpToTheLimit_AreNotHeldBack()
    {
        ThrottlingFactory factory = new(Clock, Inner, readLimit: 10);
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(factory);

        for (int second = 0; second < 5; second++)
        {
            wrapper.DataReceived(new byte[10]);
            Clock.Advance(Seconds(1));
            Assert.Equal(ProducerState.Producing, transport.ProducerState);
        }
    }

    [Fact, Clause("POL-5")]
    public void Reads_ProtocolHasPausedItself_StayPaused()
    {
        ThrottlingFactory factory = new(Clock, Inner, readLimit: 10);
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(factory);
        Inner.Built[0].Transport.PauseProducing();
        wrapper.DataReceived(new byte[20]);

        Clock.Advance(Seconds(1));
        Clock.Advance(Seconds(1));
        Assert.Equal(ProducerState.Paused, transport.ProducerState);

        Inner.Built[0].Transport.ResumeProducing();
        Assert.Equal(ProducerState.Producing, transport.ProducerState);
    }

    [Fact, Clause("POL-5")]
    public void ResumeProducing_WhileThrottled_WaitsForTheEndOfThePause()
    {
        ThrottlingFactory factory = new(Clock, Inner, readLimit: 10);
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(factory);
        wrapper.DataReceived(new byte[20]);
        Clock.Advance(Seconds(1));

        Inner.Built[0].Transport.PauseProducing();
        Inner.Built[0].Transport.ResumeProducing();
        Assert.Equal(ProducerState.Paused, transport.ProducerState);

        Clock.Advance(Seconds(1));
        Assert.Equal(ProducerState.Producing, transport.ProducerState);
    }

    [Fact, Clause("POL-5")]
    public void Connect_WhileThrottled_PausesTheNewOneToo()
    {
        ThrottlingFactory factory = new(Clock, Inner, readLimit: 10);
        (ProtocolWrapper wrapper, _) = Connect(factory);
        wrapper.DataReceived(new byte[20]);
        Clock.Advance(Seconds(1));

        (_, StringTransport late) = Connect(factory);

        Assert.Equal(ProducerState.Paused, late.ProducerState);
        Clock.Advance(Seconds(1));
        Assert.Equal(ProducerState.Producing, late.ProducerState);
    }

    [Fact, Clause("POL-5")]
    public void Reads_ConnectionIsClosing_IsLeftAlone()
    {
        ThrottlingFactory factory = new(Clock, Inner, readLimit: 10);
        StringTransport transport = new();
        IProtocol wrapper = factory.BuildProtocol(Peer)!;
        wrapper.MakeConnection(transport); // Never told of its end.
        wrapper.DataReceived(new byte[20]);
        Inner.Built[0].Transport.LoseConnection();

        Clock.Advance(Seconds(1)); // The transport would throw.
        Clock.Advance(Seconds(1));

        Assert.Equal(ProducerState.Producing, transport.ProducerState);
    }

    [Fact, Clause("POL-5")]
    public void Writes_OverTheLimit_PauseProducersAndLetDirectWritesPass()
    {
        ThrottlingFactory factory = new(Clock, Inner, writeLimit: 10);
        (_, StringTransport transport) = Connect(factory);
        ITransport inner = Inner.Built[0].Transport;
        RecordingProducer producer = new();
        inner.RegisterProducer(producer, streaming: true);
        inner.Write(new byte[12]);
        inner.Write(new ReadOnlySequence<byte>(new byte[8]));

        Clock.Advance(Seconds(1));
        Assert.Equal(["pause"], producer.Calls);
        Assert.Equal(ProducerState.Producing, transport.ProducerState);
        inner.Write("direct"u8);
        Assert.Equal(26, transport.Written.Length);

        Clock.Advance(Seconds(1));
        Assert.Equal(["pause", "resume"], producer.Calls);
    }

    [Fact, Clause("POL-5")]
    public void Writes_TooManyAgainDuringThePause_ProlongIt()
    {
        ThrottlingFactory factory = new(Clock, Inner, writeLimit: 10);
        Connect(factory);
        ITransport inner = Inner.Built[0].Transport;
        RecordingProducer producer = new();
        inner.RegisterProducer(producer, streaming: true);
        inner.Write(new byte[25]); // Until 2.5 s.
        Clock.Advance(Seconds(1));
        inner.Write(new byte[30]); // Until 4 s.

        Clock.Advance(Seconds(1));
        Clock.Advance(Seconds(1.9));
        Assert.Equal(["pause"], producer.Calls);
        Clock.Advance(Seconds(0.1));
        Assert.Equal(["pause", "resume"], producer.Calls);
    }

    [Fact, Clause("POL-5")]
    public void PushProducer_PausedByItsTransport_StaysPausedAfterTheThrottle()
    {
        ThrottlingFactory factory = new(Clock, Inner, writeLimit: 10);
        (_, StringTransport transport) = Connect(factory);
        RecordingProducer producer = new();
        Inner.Built[0].Transport.RegisterProducer(producer, streaming: true);
        IPushProducer registered = (IPushProducer)transport.Producer!;
        Inner.Built[0].Transport.Write(new byte[20]);

        registered.PauseProducing();
        Clock.Advance(Seconds(1));
        Clock.Advance(Seconds(1));
        Assert.Equal(["pause"], producer.Calls);
        registered.ResumeProducing();
        Assert.Equal(["pause", "resume"], producer.Calls);
    }

    [Fact, Clause("POL-5")]
    public void PushProducer_ResumedByItsTransportWhileThrottled_WaitsForTheThrottle()
    {
        ThrottlingFactory factory = new(Clock, Inner, writeLimit: 10);
        (_, StringTransport transport) = Connect(factory);
        RecordingProducer producer = new();
        Inner.Built[0].Transport.RegisterProducer(producer, streaming: true);
        IPushProducer registered = (IPushProducer)transport.Producer!;
        Inner.Built[0].Transport.Write(new byte[20]);
        Clock.Advance(Seconds(1));

        registered.PauseProducing();
        registered.ResumeProducing();
        Assert.Equal(["pause"], producer.Calls);

        Clock.Advance(Seconds(1));
        Assert.Equal(["pause", "resume"], producer.Calls);
    }

    [Fact, Clause("POL-5")]
    public void PullProducer_AskedWhileThrottled_IsAskedAfterwards()
    {
        ThrottlingFactory factory = new(Clock, Inner, writeLimit: 10);
        (_, StringTransport transport) = Connect(factory);
        RecordingProducer producer = new();
        Inner.Built[0].Transport.Write(new byte[20]);
        Clock.Advance(Seconds(1));

        Inner.Built[0].Transport.RegisterProducer(producer, streaming: false);
        transport.Producer!.ResumeProducing();
        Assert.Empty(producer.Calls);

        Clock.Advance(Seconds(1));
        Assert.Equal(["resume"], producer.Calls);
        transport.Producer!.ResumeProducing();
        Assert.Equal(["resume", "resume"], producer.Calls);
    }

    [Fact, Clause("POL-5")]
    public void PushProducer_RegisteredWhileThrottled_IsPaused()
    {
        ThrottlingFactory factory = new(Clock, Inner, writeLimit: 10);
        Connect(factory);
        RecordingProducer producer = new();
        Inner.Built[0].Transport.Write(new byte[20]);
        Clock.Advance(Seconds(1));

        Inner.Built[0].Transport.RegisterProducer(producer, streaming: true);

        Assert.Equal(["pause"], producer.Calls);
        Inner.Built[0].Transport.UnregisterProducer();
        Clock.Advance(Seconds(1));
        Assert.Equal(["pause"], producer.Calls);
    }

    [Fact, Clause("POL-5")]
    public void RegisterProducer_Wrong_IsForTheTransportToSay()
    {
        ThrottlingFactory factory = new(Clock, Inner, writeLimit: 10);
        (_, StringTransport transport) = Connect(factory);
        ITransport inner = Inner.Built[0].Transport;
        RecordingProducer producer = new();
        inner.RegisterProducer(producer, streaming: true);

        Assert.Throws<InvalidOperationException>(() => inner.RegisterProducer(new RecordingProducer(), streaming: true));
        Assert.Throws<ArgumentNullException>(() => inner.RegisterProducer(null!, streaming: true));
        Assert.Throws<ArgumentException>(() => inner.RegisterProducer(new PullOnly(), streaming: true));

        inner.Write(new byte[20]);
        Clock.Advance(Seconds(1));
        Assert.Equal(["pause"], producer.Calls); // It is still the one.
        transport.Disconnect();
        Assert.Equal(["pause", "stop"], producer.Calls);
    }

    [Fact, Clause("POL-5")]
    public void Writes_AProducerFails_EndsItsConnectionAlone()
    {
        ThrottlingFactory factory = new(Clock, Inner, writeLimit: 10);
        Connect(factory);
        Connect(factory);
        RecordingProducer good = new();
        Inner.Built[0].Transport.RegisterProducer(new Failing(), streaming: true);
        Inner.Built[1].Transport.RegisterProducer(good, streaming: true);
        Inner.Built[1].Transport.Write(new byte[20]);

        AggregateException failure = Assert.Throws<AggregateException>(() => Clock.Advance(Seconds(1)));

        Assert.Equal("from the producer", Assert.Single(failure.InnerExceptions).Message);
        Assert.Same(failure.InnerExceptions[0], Inner.Built[0].Reason);
        Assert.Equal(0, Inner.Built[1].LostCount);
        Assert.Equal(["pause"], good.Calls);
        Clock.Advance(Seconds(1));
        Assert.Equal(["pause", "resume"], good.Calls);
    }

    [Fact, Clause("POL-5")]
    public void Timers_LastConnectionLost_Stop()
    {
        ThrottlingFactory factory = new(Clock, Inner, readLimit: 10, writeLimit: 10);
        Assert.Empty(Clock.GetDelayedCalls());
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(factory);
        (_, StringTransport other) = Connect(factory);
        wrapper.DataReceived(new byte[100]);
        Inner.Built[0].Transport.Write(new byte[100]);
        Clock.Advance(Seconds(1));

        other.Disconnect();
        Assert.NotEmpty(Clock.GetDelayedCalls());
        transport.Disconnect();
        Assert.Empty(Clock.GetDelayedCalls());

        // The next one begins afresh.
        (_, StringTransport next) = Connect(factory);
        Assert.Equal(ProducerState.Producing, next.ProducerState);
        Clock.Advance(Seconds(1));
        Assert.Equal(ProducerState.Producing, next.ProducerState);
    }

    private sealed class PullOnly : IPullProducer
    {
        public void ResumeProducing()
        {
        }

        public void StopProducing()
        {
        }
    }

    private sealed class Failing : IPushProducer
    {
        public void PauseProducing() => throw new InvalidOperationException("from the producer");

        public void ResumeProducing()
        {
        }

        public void StopProducing()
        {
        }
    }
}
