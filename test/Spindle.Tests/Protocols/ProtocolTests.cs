using Spindle.Testing;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Protocols;

public sealed class ProtocolTests
{
    [Fact, Clause("PROTO-1")]
    public void MakeConnection_Always_SetsTheTransportFirst()
    {
        RecordingProtocol protocol = new();
        StringTransport transport = new();
        bool wasConnected = false;
        protocol.OnMade = () => wasConnected = protocol.IsConnected && ReferenceEquals(protocol.Transport, transport);

        protocol.MakeConnection(transport);

        Assert.Equal(1, protocol.MadeCount);
        Assert.True(wasConnected);
    }

    [Fact, Clause("PROTO-1")]
    public void Transport_NoConnectionYet_Throws()
    {
        Plain protocol = new();

        Assert.Throws<InvalidOperationException>(() => protocol.Transport);
        Assert.False(protocol.IsConnected);
    }

    [Fact, Clause("PROTO-1")]
    public void EveryCallback_NotOverridden_DoesNothing()
    {
        Plain protocol = new();
        StringTransport transport = new();

        transport.Connect(protocol);
        protocol.DataReceived("data"u8);
        transport.Disconnect();

        Assert.Equal(0, transport.Written.Length);
        Assert.Same(transport, protocol.Transport);
    }

    [Fact, Clause("PROTO-1")]
    public void LogPrefix_NotOverridden_IsTheTypesName() => Assert.Equal("Plain", new Plain().LogPrefix);

    [Fact, Clause("PROTO-2")]
    public void IsConnected_InConnectionLost_IsFalseAgain()
    {
        RecordingProtocol protocol = new();
        StringTransport transport = new();
        bool? wasConnected = null;
        protocol.OnLost = _ => wasConnected = protocol.IsConnected;

        transport.Connect(protocol);
        transport.Disconnect();

        Assert.False(wasConnected);
    }

    private sealed class Plain : Protocol;
}
