using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Spindle.Endpoints;
using Spindle.Kernel;
using Spindle.Tests.Policies;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Ports that all reactors serve.</content>
public abstract partial class GroupContract
{
    [Fact]
    public Task Listen_Spread_ConnectionsGoRound() => Run(
        async rig =>
        {
            await GroupRig.Until(rig.Group.StartAsync());
            ConcurrentBag<EchoProtocol> protocols = [];
            IPEndPoint address = await rig.Listen(_ => Recording(protocols));
            Assert.NotEqual(0, address.Port);
            List<RawPeer> peers = [];
            for (int i = 0; i < 12; i++)
            {
                peers.Add(RawPeer.Connect(address));
                await Serves(peers[i]);
            }

            Assert.Equal([4, 4, 4], protocols.GroupBy(protocol => protocol.Thread).Select(group => group.Count()));
            peers.ForEach(peer => peer.Dispose());
        },
        count: 3);

    [Fact]
    public Task Listen_SpreadBehindAProxy_ConnectionsGoRound() => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        ConcurrentBag<EchoProtocol> protocols = [];
        IFactory spread = rig.Group.Spread(_ => Recording(protocols));
        IPEndPoint address = null!;
        await rig.Do(0, reactor => address = ReactorRig.AddressOf(
            Finished.ResultOf(EndpointStrings.ParseServer(reactor, "haproxy:tcp:0:127.0.0.1").ListenAsync(spread))));
        List<RawPeer> peers = [];
        for (int i = 0; i < 8; i++)
        {
            peers.Add(RawPeer.Connect(address));
            await peers[i].Send(ProxyHeaders.Line("TCP4 203.0.113.7 203.0.113.8 1234 443"));
            await Serves(peers[i]);
        }

        Assert.Equal([4, 4], protocols.GroupBy(protocol => protocol.Thread).Select(group => group.Count()));
        peers.ForEach(peer => peer.Dispose());
    });

    [Fact]
    public Task Listen_ReusePort_EachReactorHasASocketOfItsOwn() => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        ConcurrentBag<EchoProtocol> protocols = [];
        IPEndPoint address = await rig.Listen(_ => Recording(protocols), reusePort: true);
        Assert.Equal(2, rig.Kernel.Plan.Count(Operation.Listen));
        List<RawPeer> peers = [];
        for (int i = 0; i < 64; i++)
        {
            peers.Add(RawPeer.Connect(address));
            await Serves(peers[i]);
        }

        Assert.Equal(2, protocols.Select(protocol => protocol.Thread).Distinct().Count());
        peers.ForEach(peer => peer.Dispose());
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Listen_AnotherGroupIsThere_FailsAlsoIfThatOneShares(bool reusePort) => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        IPEndPoint address = await rig.Listen(_ => Factory.For<EchoProtocol>(), reusePort);
        await GroupRig.Run(Kind, 2, async second =>
        {
            await GroupRig.Until(second.Group.StartAsync());

            CannotListenException failure = await Assert.ThrowsAsync<CannotListenException>(() => GroupRig.Until(
                second.Group.ListenTcpAsync(address.Port, _ => Factory.For<EchoProtocol>(), host: "127.0.0.1", options: new TcpListenOptions { ReusePort = reusePort })));

            Assert.Equal(Errno.EADDRINUSE, failure.Errno);
        });
        using RawPeer peer = RawPeer.Connect(address);
        await Serves(peer);
    });

    [Fact, Clause("I7")]
    public Task Listen_ReusePortFailsOnTheSecond_ClosesTheFirst() => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        rig.Kernel.Plan.Add(new Fault(Operation.Listen, 2, FaultKind.Error, Errno.EADDRINUSE));

        CannotListenException failure = await Assert.ThrowsAsync<CannotListenException>(() => rig.Listen(_ => Factory.For<EchoProtocol>(), reusePort: true));

        Assert.Equal(Errno.EADDRINUSE, failure.Errno);
        Assert.DoesNotContain(rig.Kernel.Ledger.Describe(), each => each.EndsWith("socket", StringComparison.Ordinal));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task StopListening_Always_FreesTheAddressAndStopsEachFactoryOnItsThread(bool reusePort) => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        ConcurrentBag<int> starts = [], stops = [];
        ReactorGroupPort port = await GroupRig.Until(rig.Group.ListenTcpAsync(0, _ => new TrackingFactory(starts, stops), host: "127.0.0.1", options: new TcpListenOptions { ReusePort = reusePort }));
        using RawPeer peer = RawPeer.Connect((IPEndPoint)port.Address);
        await Serves(peer);

        await GroupRig.Until(port.StopListeningAsync());
        await rig.Do(0, _ => { });
        await rig.Do(1, _ => { }); // Each has done what it was asked before.

        Assert.Throws<SocketException>(() => RawPeer.Connect((IPEndPoint)port.Address));
        Assert.Equal(2, starts.Distinct().Count());
        Assert.Equal(starts.Order(), stops.Order());
        await Serves(peer);
    });

    [Fact]
    public Task Listen_FactoryOfOneFails_TheOthersServe() => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        InvalidOperationException cause = new("no factory for you");
        ConcurrentBag<EchoProtocol> protocols = [];
        IPEndPoint address = await rig.Listen(reactor => ReferenceEquals(reactor, rig.Group.Reactors[1]) ? throw cause : Recording(protocols));
        await rig.Do(1, _ => { });
        Assert.Same(cause, Assert.Single(rig.TakeErrors()).Exception);

        for (int i = 0; i < 4; i++)
        {
            using RawPeer peer = RawPeer.Connect(address);
            await Serves(peer);
        }

        Assert.Equal(4, protocols.Count);
    });

    [Fact, Clause("I3")]
    public Task Accept_ProtocolCannotBeMadeOnTheOther_ClosesAndGoesOn() => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        IPEndPoint address = await rig.Listen(reactor => Factory.For(_ => ReferenceEquals(reactor, rig.Group.Reactors[0]) ? new EchoProtocol() : throw new InvalidOperationException("no protocol for you")));

        int served = 0;
        for (int i = 0; i < 4; i++)
        {
            using RawPeer peer = RawPeer.Connect(address);
            await peer.Send(new byte[] { 1 });
            try
            {
                served += (await GroupRig.Until(peer.Receive(1))).Length;
            }
            catch (SocketException reset)
            {
                Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
            }
        }

        Assert.Equal(2, served);
        Assert.Equal(2, rig.TakeErrors().Count);
    });

    [Fact, Clause("I7")]
    public Task Accept_TheOtherEndsBeforeItServes_ClosesTheSocket() => Run(async rig =>
    {
        await GroupRig.Until(rig.Group.StartAsync());
        IPEndPoint address = await rig.Listen(_ => Factory.For<EchoProtocol>());
        using ManualResetEventSlim mayGoOn = new();
        using ManualResetEventSlim isHeld = new();
        rig.Group.Reactors[1].CallFromThread(() =>
        {
            isHeld.Set();
            Wait.For(mayGoOn, "The release");
            rig.Group.Reactors[1].Crash();
        });
        Wait.For(isHeld, "The hold");
        using RawPeer first = RawPeer.Connect(address);
        using RawPeer second = RawPeer.Connect(address);
        using RawPeer third = RawPeer.Connect(address);
        await Serves(first);
        await Serves(third); // The one between them has been handed over.

        mayGoOn.Set();

        await GroupRig.Until(rig.Group.Stopped);
        await Assert.ThrowsAnyAsync<SocketException>(async () =>
        {
            await second.Send(new byte[] { 1 });
            Assert.Empty(await second.Receive(1));
            throw new SocketException((int)SocketError.ConnectionReset); // Closed in good order is as good.
        });
    });

    private sealed class TrackingFactory(ConcurrentBag<int> starts, ConcurrentBag<int> stops) : Factory
    {
        public override void StartFactory() => starts.Add(Environment.CurrentManagedThreadId);

        public override void StopFactory() => stops.Add(Environment.CurrentManagedThreadId);

        protected override IProtocol CreateProtocol(EndPoint address) => new EchoProtocol();
    }
}
