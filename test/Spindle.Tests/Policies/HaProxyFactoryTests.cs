using System.Net;
using Microsoft.Extensions.Logging;
using Spindle.Policies;
using Spindle.Testing;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Policies;

public sealed class HaProxyFactoryTests : PolicyTest
{
    private static readonly byte[] Header = ProxyHeaders.Line("TCP4 203.0.113.7 203.0.113.8 1234 443");

    private readonly RecordingLoggers _log = new();
    private readonly HaProxyFactory _factory;

    public HaProxyFactoryTests() => _factory = new HaProxyFactory(Clock, Inner, new HaProxyOptions { Logger = _log.CreateLogger("proxy") });

    [Fact]
    public void Header_Whole_ProtocolSeesTheClient()
    {
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(_factory);
        Assert.Empty(Inner.Built);
        Assert.Equal("factory (HaProxyProtocol)", wrapper.LogPrefix);

        wrapper.DataReceived([.. Header, .. "hello"u8]);

        RecordingProtocol inner = Assert.Single(Inner.Built);
        Assert.Equal("203.0.113.7:1234", Assert.Single(Inner.Addresses).ToString());
        Assert.Equal("203.0.113.7:1234", inner.Transport.GetPeer().ToString());
        Assert.Equal("203.0.113.8:443", inner.Transport.GetHost().ToString());
        Assert.Equal("hello"u8, inner.Received);
        Assert.Same(transport, inner.Transport.FindAbility<StringTransport>());
        Assert.Equal("inner (HaProxyProtocol)", wrapper.LogPrefix);

        wrapper.DataReceived(" again"u8);
        Assert.Equal("hello again"u8, inner.Received);
        inner.Transport.Write("answer"u8);
        Assert.Equal("answer", transport.WrittenText);
        Clock.Advance(Seconds(1000));
        Assert.False(transport.IsDisconnecting);
        transport.Disconnect();
        Assert.Equal(1, inner.LostCount);
        Assert.Empty(_log.Take());
    }

    [Fact]
    public void Header_SplitAnywhere_IsTheSame()
    {
        byte[] binary = ProxyHeaders.Binary(0x21, 0x11, [.. Header.AsSpan(0, 12), 0x04, 0, 0]);
        foreach (byte[] header in new[] { Header, binary })
        {
            byte[] all = [.. header, .. "hello"u8];
            for (int split = 1; split < all.Length; split++)
            {
                Inner.Built.Clear();
                (ProtocolWrapper wrapper, _) = Connect(_factory);

                wrapper.DataReceived(all.AsSpan(0, split));
                wrapper.DataReceived(all.AsSpan(split));

                RecordingProtocol inner = Assert.Single(Inner.Built);
                Assert.Equal(1, inner.MadeCount);
                Assert.Equal("hello"u8, inner.Received);
            }

            Inner.Built.Clear();
            (ProtocolWrapper slow, _) = Connect(_factory);
            foreach (byte b in all)
            {
                slow.DataReceived([b]);
            }

            Assert.Equal("hello"u8, Assert.Single(Inner.Built).Received);
        }
    }

    [Fact]
    public void Header_NamesNoAddresses_TheConnectionsOwnCount()
    {
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(_factory);

        wrapper.DataReceived(ProxyHeaders.Line("UNKNOWN"));

        Assert.Same(transport.Peer, Inner.Built[0].Transport.GetPeer());
        Assert.Same(transport.Host, Inner.Built[0].Transport.GetHost());
        Assert.Same(transport.Peer, Inner.Addresses[0]);
    }

    [Fact]
    public void Header_Unix_ProtocolSeesThePaths()
    {
        (ProtocolWrapper wrapper, _) = Connect(_factory);

        wrapper.DataReceived(ProxyHeaders.Binary(0x21, 0x31, ProxyHeaders.Paths("", "/run/web")));

        Assert.True(((UnixAddress)Inner.Built[0].Transport.GetPeer()).IsUnnamed);
        Assert.Equal("/run/web", Inner.Built[0].Transport.GetHost().ToString());
    }

    [Fact]
    public void Header_Wrong_AbortsAndSaysWhy()
    {
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(_factory);

        wrapper.DataReceived("GET / HTTP/1.1\r\n\r\n"u8);

        Assert.True(transport.IsAborted);
        Assert.Empty(Inner.Built);
        LogRecord record = Assert.Single(_log.Take());
        Assert.Equal(LogLevel.Warning, record.Level);
        Assert.Equal(
            "[factory (HaProxyFactory)] A connection from 192.0.2.1:1000 was refused: The connection begins with "
                + "\"GET / HTTP/1.1\\r\\n\" and 2 more; it must begin with a PROXY header of version 1 or 2.",
            record.Text);
        Assert.Empty(Clock.GetDelayedCalls());
        wrapper.DataReceived(Header); // Too late.
        Assert.Empty(Inner.Built);
        Assert.Empty(_factory.Protocols);
    }

    [Fact]
    public void Header_TooLongForTheOption_Aborts()
    {
        HaProxyFactory strict = new(Clock, Inner, new HaProxyOptions { MaxHeaderLength = 12, Logger = _log.CreateLogger("proxy") });
        (ProtocolWrapper good, _) = Connect(strict);
        good.DataReceived(ProxyHeaders.Binary(0x21, 0x11, new byte[12]));
        Assert.Single(Inner.Built);

        (ProtocolWrapper bad, StringTransport transport) = Connect(strict);
        bad.DataReceived(ProxyHeaders.Binary(0x21, 0x11, new byte[13]));

        Assert.True(transport.IsAborted);
        Assert.Contains("13 bytes; 12 are allowed", Assert.Single(_log.Take()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Header_NotInTime_Aborts()
    {
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(_factory);
        wrapper.DataReceived(Header.AsSpan(0, 10));

        Clock.Advance(Seconds(4.9));
        Assert.False(transport.IsAborted);
        wrapper.DataReceived(Header.AsSpan(10, 1)); // The time is for the whole.
        Clock.Advance(Seconds(0.1));

        Assert.True(transport.IsAborted);
        Assert.Contains("No whole PROXY header has come within 5 s.", Assert.Single(_log.Take()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Header_NoLimitOfTime_Waits()
    {
        HaProxyFactory patient = new(Clock, Inner, new HaProxyOptions { HeaderTimeout = Timeout.InfiniteTimeSpan });

        (ProtocolWrapper wrapper, StringTransport transport) = Connect(patient);

        Assert.Empty(Clock.GetDelayedCalls());
        wrapper.DataReceived(Header);
        Assert.Single(Inner.Built);
        transport.Disconnect();
    }

    [Fact]
    public void ConnectionLost_WithinTheHeader_SaysSo()
    {
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(_factory);
        wrapper.DataReceived(Header.AsSpan(0, 10));

        transport.Disconnect();

        Assert.Contains("ended within its PROXY header, after 10 bytes", Assert.Single(_log.Take()).Text, StringComparison.Ordinal);
        Assert.Empty(Clock.GetDelayedCalls());
    }

    [Fact]
    public void ConnectionLost_BeforeTheHeader_IsNothingSpecial()
    {
        (_, StringTransport transport) = Connect(_factory);

        transport.Disconnect(); // A health check.

        Assert.Empty(_log.Take());
        Assert.Empty(Clock.GetDelayedCalls());
        Assert.Empty(Inner.Built);
    }

    [Fact]
    public void BuildProtocol_WrappedFactoryWantsNone_Closes()
    {
        Build = () => null;
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(_factory);

        wrapper.DataReceived([.. Header, .. "hello"u8]);

        Assert.True(transport.IsDisconnecting);
        wrapper.DataReceived("more"u8);
        Assert.Empty(_log.Take());
    }

    [Fact]
    public void Rest_ProtocolPausedInConnectionMade_WaitsUntilItResumes()
    {
        Build = () =>
        {
            RecordingProtocol protocol = new();
            protocol.OnMade = () => protocol.Transport.PauseProducing();
            return protocol;
        };
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(_factory);
        wrapper.DataReceived([.. Header, .. "hello"u8]);
        RecordingProtocol inner = Inner.Built[0];
        Assert.Equal(0, inner.ReceivedCount);

        inner.Transport.ResumeProducing();
        Assert.Equal(0, inner.ReceivedCount); // Never within the call.
        Assert.Equal(ProducerState.Paused, transport.ProducerState); // What is newer must not overtake it.
        Clock.Advance(TimeSpan.Zero);

        Assert.Equal("hello"u8, inner.Received);
        Assert.Equal(ProducerState.Producing, transport.ProducerState);
        inner.Transport.PauseProducing();
        inner.Transport.ResumeProducing();
        Assert.Equal(ProducerState.Producing, transport.ProducerState);
        Assert.Empty(Clock.GetDelayedCalls());
    }

    [Fact]
    public void Rest_ProtocolPausesAgain_WaitsOn()
    {
        Build = () =>
        {
            RecordingProtocol protocol = new();
            protocol.OnMade = () => protocol.Transport.PauseProducing();
            return protocol;
        };
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(_factory);
        wrapper.DataReceived([.. Header, .. "hello"u8]);
        RecordingProtocol inner = Inner.Built[0];

        inner.Transport.ResumeProducing();
        inner.Transport.ResumeProducing();
        inner.Transport.PauseProducing();
        Clock.Advance(TimeSpan.Zero);
        Assert.Equal(0, inner.ReceivedCount);

        inner.OnData = _ => inner.Transport.PauseProducing();
        inner.Transport.ResumeProducing();
        Clock.Advance(TimeSpan.Zero);
        Assert.Equal(1, inner.DataCount);
        Assert.Equal(ProducerState.Paused, transport.ProducerState);
    }

    [Fact]
    public void Rest_ProtocolThrows_EndsTheConnectionWithIt()
    {
        Build = () =>
        {
            RecordingProtocol protocol = new();
            protocol.OnMade = () => protocol.Transport.PauseProducing();
            protocol.OnData = _ => throw new InvalidOperationException("from the protocol");
            return protocol;
        };
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(_factory);
        wrapper.DataReceived([.. Header, .. "hello"u8]);
        Inner.Built[0].Transport.ResumeProducing();

        Exception failure = Assert.Throws<InvalidOperationException>(() => Clock.Advance(TimeSpan.Zero));

        Assert.True(transport.IsAborted);
        Assert.Same(failure, Inner.Built[0].Reason);
        Assert.Equal(1, Inner.Built[0].LostCount);
    }

    [Fact]
    public void Rest_ProtocolCloses_IsDropped()
    {
        foreach (Action<ITransport> close in new Action<ITransport>[] { t => t.LoseConnection(), t => t.AbortConnection(), t => t.StopProducing() })
        {
            Inner.Built.Clear();
            Build = () =>
            {
                RecordingProtocol protocol = new();
                protocol.OnMade = () => close(protocol.Transport);
                return protocol;
            };
            IProtocol wrapper = _factory.BuildProtocol(Peer)!;
            wrapper.MakeConnection(new StringTransport()); // One that tells of no end.

            wrapper.DataReceived([.. Header, .. "hello"u8]);
            wrapper.DataReceived("more"u8);

            Assert.Equal(0, Assert.Single(Inner.Built).ReceivedCount);
        }
    }

    [Fact]
    public void HeaderRefused_OverriddenAndThrowing_StillAborts()
    {
        BrokenFactory broken = new(Clock, Inner);
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(broken);

        Assert.Throws<InvalidOperationException>(() => wrapper.DataReceived("X"u8));

        Assert.True(transport.IsAborted);
    }

    [Fact]
    public void HalfClose_AfterTheHeader_IsTheProtocols()
    {
        Build = () => new HalfCloseProtocol();
        IProtocol wrapper = _factory.BuildProtocol(Peer)!;
        AccumulatingProtocol client = new();
        MemoryPump pump = MemoryPump.Connect(client, wrapper);
        Assert.Null(wrapper.FindAbility<IHalfCloseable>());

        client.Transport.Write([.. Header, .. "all"u8]);
        client.Transport.LoseWriteConnection();
        pump.Flush();

        HalfCloseProtocol inner = (HalfCloseProtocol)Inner.Built[0];
        Assert.Equal(1, inner.ReadLostCount);
        Assert.Equal("all"u8, inner.Received);
        inner.Transport.LoseConnection();
        pump.Flush();
        Assert.Equal(1, inner.LostCount);
        Assert.Equal(1, client.LostCount);
    }

    [Fact]
    public void LimitConnectionsByPeer_BehindIt_CountsTheClients()
    {
        HaProxyFactory factory = new(Clock, new LimitConnectionsByPeer(Inner, maxConnectionsPerPeer: 1));
        (ProtocolWrapper first, StringTransport firstTransport) = Connect(factory);
        (ProtocolWrapper second, StringTransport secondTransport) = Connect(factory);
        (ProtocolWrapper other, StringTransport otherTransport) = Connect(factory);

        first.DataReceived(Header);
        second.DataReceived(Header);
        other.DataReceived(ProxyHeaders.Line("TCP4 203.0.113.9 203.0.113.8 1234 443"));

        Assert.False(firstTransport.IsDisconnecting);
        Assert.True(secondTransport.IsDisconnecting);
        Assert.False(otherTransport.IsDisconnecting);
    }

    [Fact]
    public void Options_Senseless_Throw()
    {
        foreach (HaProxyOptions options in new HaProxyOptions[]
        {
            new() { HeaderTimeout = TimeSpan.Zero },
            new() { HeaderTimeout = Seconds(-2) },
            new() { MaxHeaderLength = -1 },
            new() { MaxHeaderLength = 65_536 },
        })
        {
            Assert.Throws<ArgumentOutOfRangeException>("options", () => new HaProxyFactory(Clock, Inner, options));
        }

        Assert.Throws<ArgumentNullException>("reactor", () => new HaProxyFactory(null!, Inner));
    }

    private sealed class BrokenFactory(IReactorTime reactor, IFactory wrapped) : HaProxyFactory(reactor, wrapped)
    {
        protected override void HeaderRefused(EndPoint peer, InvalidProxyHeaderException reason) =>
            throw new InvalidOperationException("from the factory");
    }
}
