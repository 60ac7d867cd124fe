using System.Net;
using Spindle.Policies;
using Spindle.Testing;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Policies;

public sealed class ConnectionLimitTests : PolicyTest
{
    [Fact, Clause("POL-6")]
    public void Total_BuiltAndLost_AreCounted()
    {
        LimitTotalConnectionsFactory factory = new(Inner, connectionLimit: 10);
        Assert.Equal(0, factory.ConnectionCount);

        IProtocol first = factory.BuildProtocol(Peer)!;
        Assert.Equal(1, factory.ConnectionCount);
        IProtocol second = factory.BuildProtocol(Peer)!;
        Assert.Equal(2, factory.ConnectionCount);

        first.ConnectionLost(ConnectionDoneException.Instance);
        first.ConnectionLost(ConnectionDoneException.Instance);
        Assert.Equal(1, factory.ConnectionCount);
        second.ConnectionLost(ConnectionDoneException.Instance);
        Assert.Equal(0, factory.ConnectionCount);
    }

    [Fact, Clause("POL-6")]
    public void Total_OverTheLimitWithoutOverflow_IsRefused()
    {
        LimitTotalConnectionsFactory factory = new(Inner, connectionLimit: 1);
        (_, StringTransport transport) = Connect(factory);

        Assert.Null(factory.BuildProtocol(Peer));
        Assert.Equal(1, factory.ConnectionCount);

        transport.Disconnect();
        Assert.NotNull(factory.BuildProtocol(Peer));
        Assert.Equal(1, factory.ConnectionLimit);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LimitTotalConnectionsFactory(Inner, -1));
    }

    [Fact, Clause("POL-6")]
    public void Total_OverTheLimitWithOverflow_IsServedByIt()
    {
        RecordingFactory overflow = new(() => new RecordingProtocol("overflow"));
        LimitTotalConnectionsFactory factory = new(Inner, connectionLimit: 1, overflow);
        factory.DoStart();
        Assert.Equal(1, overflow.Starts);
        Connect(factory);

        (ProtocolWrapper second, StringTransport transport) = Connect(factory);

        Assert.Single(Inner.Built);
        Assert.Same(Assert.Single(overflow.Built), second.WrappedProtocol);
        Assert.Equal(2, factory.ConnectionCount);
        transport.Disconnect();
        Assert.Equal(1, factory.ConnectionCount);
        factory.DoStop();
        Assert.Equal(1, overflow.Stops);
    }

    [Fact, Clause("POL-6")]
    public void Total_FactoryWantsNone_TakesNoPlace()
    {
        LimitTotalConnectionsFactory factory = new(Inner, connectionLimit: 1);
        Build = () => null;

        Assert.Null(factory.BuildProtocol(Peer));

        Assert.Equal(0, factory.ConnectionCount);
    }

    [Fact, Clause("POL-6")]
    public void ByPeer_SixthOfAHost_IsRefused()
    {
        LimitConnectionsByPeer factory = new(Inner);
        Assert.Equal(5, factory.MaxConnectionsPerPeer);
        StringTransport last = null!;
        for (int port = 1; port <= 5; port++)
        {
            (_, last) = Connect(factory, new IPEndPoint(Peer.Address, port));
        }

        Assert.Null(factory.BuildProtocol(new IPEndPoint(Peer.Address, 6)));
        Assert.NotNull(factory.BuildProtocol(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 6)));
        Assert.Equal(5, factory.CountOf(Peer));

        last.Disconnect();
        Assert.Equal(4, factory.CountOf(Peer));
        Connect(factory, new IPEndPoint(Peer.Address, 7));
        Assert.Null(factory.BuildProtocol(new IPEndPoint(Peer.Address, 8)));
    }

    [Fact, Clause("POL-6")]
    public void ByPeer_HostOfAnAddress_IsWithoutThePort()
    {
        LimitConnectionsByPeer factory = new(Inner, maxConnectionsPerPeer: 1);

        Assert.NotNull(factory.BuildProtocol(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1)));
        Assert.Null(factory.BuildProtocol(new IPEndPoint(IPAddress.Parse("::ffff:192.0.2.1"), 2)));
        Assert.NotNull(factory.BuildProtocol(new DnsEndPoint("one.example", 1)));
        Assert.Null(factory.BuildProtocol(new DnsEndPoint("one.example", 2)));
        Assert.NotNull(factory.BuildProtocol(new UnixAddress("/run/a")));
        Assert.Null(factory.BuildProtocol(new UnixAddress("/run/a")));
        Assert.NotNull(factory.BuildProtocol(UnixAddress.Unnamed));
        Assert.Throws<ArgumentNullException>(() => factory.BuildProtocol(null!));
    }

    [Fact, Clause("POL-6")]
    public void ByPeer_AddressChangesBehindIt_IsCountedUnderTheFirst()
    {
        LimitConnectionsByPeer factory = new(Inner, maxConnectionsPerPeer: 1);
        (_, StringTransport transport) = Connect(factory);

        transport.Peer = new DnsEndPoint("elsewhere", 1);
        transport.Disconnect();

        Assert.Equal(0, factory.CountOf(Peer));
    }
}
