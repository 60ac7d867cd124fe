using System.Buffers;
using System.Net;
using Spindle.Policies;
using Spindle.Testing;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Policies;

public sealed class ProtocolWrapperTests : PolicyTest
{
    private readonly WrappingFactory _factory;

    public ProtocolWrapperTests() => _factory = new WrappingFactory(Inner);

    private interface IUnheardOf : ITransport
    {
        int Answer { get; }
    }

    [Fact, Clause("POL-1")]
    public void Wrapper_AsAProtocol_PassesEverythingOn()
    {
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(_factory);
        RecordingProtocol inner = Assert.Single(Inner.Built);
        Assert.Equal([transport.Peer], Inner.Addresses);
        Assert.Same(wrapper, inner.Transport);
        Assert.Same(Inner, inner.Factory);
        Assert.True(wrapper.IsConnected);

        wrapper.DataReceived("hello"u8);
        Assert.Equal("hello"u8, inner.Received);

        ConnectionLostException reason = new();
        transport.Disconnect(reason);

        Assert.Equal(1, inner.LostCount);
        Assert.Same(reason, inner.Reason);
        Assert.False(wrapper.IsConnected);
    }

    [Fact, Clause("POL-1")]
    public void Wrapper_AsATransport_PassesEverythingOn()
    {
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(_factory);
        ITransport inner = Inner.Built[0].Transport;
        RecordingProducer producer = new();

        inner.Write("one "u8);
        inner.Write(new ReadOnlySequence<byte>("two"u8.ToArray()));
        inner.RegisterProducer(producer, streaming: true);
        inner.PauseProducing();

        Assert.Equal("one two", transport.WrittenText);
        Assert.Same(producer, transport.Producer);
        Assert.Equal(ProducerState.Paused, transport.ProducerState);
        Assert.Same(transport.Host, inner.GetHost());
        Assert.Same(transport.Peer, inner.GetPeer());

        inner.ResumeProducing();
        inner.UnregisterProducer();
        inner.LoseWriteConnection();
        Assert.Equal(ProducerState.Producing, transport.ProducerState);
        Assert.Null(transport.Producer);
        Assert.True(transport.IsWriteClosed);

        inner.StopProducing();
        Assert.Equal(ProducerState.Stopped, transport.ProducerState);
        Assert.False(inner.IsDisconnecting);
        inner.LoseConnection();
        Assert.True(inner.IsDisconnecting);
        Assert.False(transport.IsAborted);
        Assert.Same(transport, wrapper.Transport);
    }

    [Fact, Clause("POL-1")]
    public void AbortConnection_OfTheWrapper_AbortsBelow()
    {
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(_factory);

        wrapper.AbortConnection();

        Assert.True(transport.IsAborted);
        Assert.IsType<TransportAbortedException>(Inner.Built[0].Reason);
    }

    [Fact, Clause("POL-1")]
    public void Transport_BeforeTheConnection_IsNotThere()
    {
        ProtocolWrapper wrapper = new(_factory, new RecordingProtocol());

        Assert.Throws<InvalidOperationException>(() => wrapper.Transport);
        Assert.Null(((ITransport)wrapper).FindAbility<ITcpTransport>());
        Assert.Equal("<protocol (ProtocolWrapper) on no connection>", wrapper.ToString());
    }

    [Fact, Clause("POL-1")]
    public void FindAbility_OfTheTransport_IsFoundThroughWrappers()
    {
        StringTransport transport = new();
        WrappingFactory twice = new(_factory);
        transport.Connect(twice.BuildProtocol(transport.Peer)!);
        ITransport inner = Inner.Built[0].Transport;

        ITcpTransport tcp = Assert.IsAssignableFrom<ITcpTransport>(inner.FindAbility<ITcpTransport>());
        tcp.TcpNoDelay = true;

        Assert.True(transport.TcpNoDelay);
        Assert.Same(transport, inner.FindAbility<StringTransport>());
        Assert.Null(inner.FindAbility<IUnheardOf>());
        Assert.Same(inner, inner.FindAbility<ProtocolWrapper>());
    }

    [Fact, Clause("POL-1")]
    public void FindAbility_OfTheProtocol_IsFoundThroughWrappers()
    {
        Build = () => new HalfCloseProtocol();
        WrappingFactory twice = new(_factory);
        IProtocol outer = twice.BuildProtocol(Peer)!;

        Assert.Same(Inner.Built[0], outer.FindAbility<IHalfCloseable>());

        Build = () => new RecordingProtocol();
        Assert.Null(twice.BuildProtocol(Peer)!.FindAbility<IHalfCloseable>());
    }

    [Fact, Clause("POL-1")]
    public void HalfClose_OfAWrappedProtocol_IsHeardByIt()
    {
        Build = () => new HalfCloseProtocol();
        AccumulatingProtocol client = new();
        MemoryPump pump = MemoryPump.Connect(client, _factory.BuildProtocol(Peer)!);
        HalfCloseProtocol server = (HalfCloseProtocol)Inner.Built[0];

        client.Transport.LoseWriteConnection();
        pump.Flush();
        Assert.Equal(1, server.ReadLostCount);
        Assert.Equal(0, server.LostCount);

        server.Transport.Write("still here"u8);
        server.Transport.LoseWriteConnection();
        pump.Flush();
        Assert.Equal("still here", client.ReceivedText);
        Assert.Equal(1, server.WriteLostCount);
        Assert.Equal(1, server.LostCount);
    }

    [Fact, Clause("POL-1")]
    public void ConnectionLost_Always_LetsGoOfTheProtocol()
    {
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(_factory);
        Assert.Same(Inner.Built[0], wrapper.WrappedProtocol);

        transport.Disconnect();

        Assert.Null(wrapper.WrappedProtocol);
        wrapper.DataReceived("late"u8); // Nobody is there.
        wrapper.ConnectionLost(ConnectionDoneException.Instance);
        Assert.Equal(1, Inner.Built[0].LostCount);
        Assert.Equal(0, Inner.Built[0].DataCount);
        Assert.Same(transport, wrapper.Transport);
    }

    [Fact, Clause("POL-1")]
    public void ConnectionLost_ProtocolThrows_LetsGoOfItAndStillNamesIt()
    {
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(_factory);
        Inner.Built[0].OnLost = _ => throw new InvalidOperationException("from the protocol");

        Assert.Throws<InvalidOperationException>(() => transport.Disconnect());

        Assert.Null(wrapper.WrappedProtocol);
        Assert.Empty(_factory.Protocols);
        Assert.Equal("inner (ProtocolWrapper)", wrapper.LogPrefix);
    }

    [Fact, Clause("POL-1")]
    public void LogPrefix_Always_NamesBoth()
    {
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(_factory);
        (ProtocolWrapper timeout, _) = Connect(new TimeoutFactory(Clock, _factory));

        Assert.Equal("inner (ProtocolWrapper)", wrapper.LogPrefix);
        Assert.Equal("inner (ProtocolWrapper) (TimeoutProtocol)", timeout.LogPrefix);
        Assert.Equal("factory (WrappingFactory)", _factory.LogPrefix);
        Assert.Equal("Factory of AccumulatingProtocol (TimeoutFactory)", new TimeoutFactory(Clock, Factory.For<AccumulatingProtocol>()).LogPrefix);

        transport.Disconnect();
        Assert.Equal("ProtocolWrapper", wrapper.LogPrefix);
    }

    [Fact, Clause("POL-1")]
    public void Protocols_ConnectedAndLost_AreTheLiveOnes()
    {
        Assert.Empty(_factory.Protocols);

        (ProtocolWrapper first, StringTransport firstTransport) = Connect(_factory);
        (ProtocolWrapper second, _) = Connect(_factory);
        Assert.Equal(2, _factory.Protocols.Count);

        firstTransport.Disconnect();
        Assert.Same(second, Assert.Single(_factory.Protocols));
        Assert.DoesNotContain(first, _factory.Protocols);
    }

    [Fact, Clause("POL-1")]
    public void Hooks_OfADerivedFactory_ComeBeforeTheProtocolHears()
    {
        List<string> journal = [];
        Build = () => new RecordingProtocol("inner", journal);
        HookedFactory factory = new(Inner, journal);

        (_, StringTransport transport) = Connect(factory);
        transport.Disconnect();

        Assert.Equal(["connected", "inner made", "lost", "inner lost"], journal);
    }

    [Fact, Clause("POL-1")]
    public void ConnectionLost_AHookThrows_TheProtocolStillHears()
    {
        HookedFactory factory = new(Inner, []) { IsBroken = true };
        (_, StringTransport transport) = Connect(factory);

        Assert.Throws<InvalidOperationException>(() => transport.Disconnect());

        Assert.Equal(1, Inner.Built[0].LostCount);
    }

    [Fact, Clause("POL-1")]
    public void DoStartAndDoStop_Always_ReachTheWrappedFactory()
    {
        MemoryReactor reactor = new();

        IListeningPort first = reactor.ListenTcp(1, _factory);
        IListeningPort second = reactor.ListenTcp(2, _factory);
        Assert.Equal(1, Inner.Starts);
        first.StopListening();
        Assert.Equal(0, Inner.Stops);
        second.StopListening();
        Assert.Equal(1, Inner.Stops);
    }

    [Fact, Clause("POL-1")]
    public void DoStart_OwnStartThrows_StopsTheWrappedFactory()
    {
        HookedFactory factory = new(Inner, []) { IsBroken = true };

        Assert.Throws<InvalidOperationException>(factory.DoStart);

        Assert.Equal(1, Inner.Starts);
        Assert.Equal(1, Inner.Stops);
    }

    [Fact, Clause("POL-1")]
    public void ClientCallbacks_OfAConnector_ReachTheWrappedFactory()
    {
        MemoryReactor reactor = new();
        reactor.ConnectTcp("192.0.2.7", 7, _factory);
        MemoryConnector connector = reactor.TcpClients[0].Connector;
        connector.Fail(new ConnectRefusedException());
        Assert.IsType<ConnectRefusedException>(Assert.Single(Inner.Failures));

        connector.Connect();
        StringTransport transport = new();
        connector.Succeed(transport);
        transport.Disconnect();

        Assert.IsType<ConnectionDoneException>(Assert.Single(Inner.Losses));
        Assert.Equal(
            ["start factory", "started connecting", "connection failed", "stop factory", "start factory", "started connecting", "build protocol", "connection lost", "stop factory"],
            Inner.Journal);
    }

    [Fact, Clause("POL-1")]
    public void ClientCallbacks_WrappedFactoryIsNoClient_AreLetPass()
    {
        MemoryReactor reactor = new();
        reactor.ConnectTcp("192.0.2.7", 7, new WrappingFactory(Factory.For<AccumulatingProtocol>()));
        MemoryConnector connector = reactor.TcpClients[0].Connector;

        connector.Fail(new ConnectRefusedException());
        connector.Connect();
        StringTransport transport = new();
        ProtocolWrapper wrapper = Assert.IsType<ProtocolWrapper>(connector.Succeed(transport));
        AccumulatingProtocol inner = Assert.IsType<AccumulatingProtocol>(wrapper.WrappedProtocol);
        transport.Disconnect();

        Assert.Equal(1, inner.LostCount);
    }

    [Fact, Clause("POL-2")]
    public void BuildProtocol_WrappedFactoryWantsNone_IsNull()
    {
        Build = () => null;

        Assert.Null(_factory.BuildProtocol(Peer));
        Assert.Null(new TimeoutFactory(Clock, Inner).BuildProtocol(Peer));
        Assert.Null(new LimitConnectionsByPeer(Inner).BuildProtocol(Peer));
        Assert.Empty(Clock.GetDelayedCalls());
    }

    [Fact, Clause("POL-1")]
    public void Wrapper_RegisteredAsAProducerAndClosing_HoldsNoCloseBack()
    {
        // An echo by back-pressure: the transport is its own producer, seen through a wrapper.
        AccumulatingProtocol client = new();
        MemoryPump pump = MemoryPump.Connect(client, new TimeoutFactory(Clock, Inner).BuildProtocol(Peer)!);
        ITransport server = Inner.Built[0].Transport;
        server.RegisterProducer(server, streaming: true);

        server.LoseConnection();
        pump.Flush();

        Assert.Equal(1, client.LostCount);
        Assert.Equal(1, Inner.Built[0].LostCount);
    }

    private sealed class HookedFactory(IFactory wrapped, List<string> journal) : WrappingFactory(wrapped)
    {
        public bool IsBroken { get; init; }

        public override void StartFactory()
        {
            if (IsBroken)
            {
                throw new InvalidOperationException("from the factory");
            }
        }

        protected override ProtocolWrapper Wrap(IProtocol protocol, EndPoint address) => new(this, protocol);

        protected override void ProtocolConnected(ProtocolWrapper protocol) => journal.Add("connected");

        protected override void ProtocolLost(ProtocolWrapper protocol)
        {
            journal.Add("lost");
            if (IsBroken)
            {
                throw new InvalidOperationException("from the factory");
            }
        }
    }
}
