using System.Buffers;
using System.Net;

namespace Spindle.Tests.Protocols;

public sealed class DatagramProtocolTests
{
    private static readonly EndPoint Somebody = new IPEndPoint(IPAddress.Loopback, 7);

    [Fact, Clause("PROTO-9")]
    public void MakeConnection_ThenDoStop_StartsAndStopsTheProtocol()
    {
        Testing.RecordingDatagrams protocol = new();
        FakePort port = new();
        Assert.Throws<InvalidOperationException>(() => protocol.Transport);

        protocol.MakeConnection(port);
        Assert.Same(port, protocol.Transport);
        Assert.Throws<InvalidOperationException>(() => protocol.MakeConnection(new FakePort()));
        protocol.DoStop();
        protocol.DoStop();

        Assert.Equal((1, 1, false), (protocol.Starts, protocol.Stops, protocol.IsConnected));
        protocol.MakeConnection(port);
        Assert.Equal(2, protocol.Starts);
    }

    [Fact, Clause("PROTO-9")]
    public void EveryCallback_NotOverridden_DoesNothing()
    {
        Silent protocol = new();
        protocol.MakeConnection(new FakePort());
        protocol.DatagramReceived("x"u8, Somebody);
        protocol.ConnectionRefused();
        protocol.ConnectionFailed(new ConnectException());
        protocol.DoStop();

        Assert.Equal("Silent", protocol.LogPrefix);
        Assert.False(protocol.IsConnected);
    }

    [Fact, Clause("PROTO-9")]
    public void ConnectedDatagramProtocol_Datagram_ComesWithoutItsAddress()
    {
        Connected protocol = new();

        ((IDatagramProtocol)protocol).DatagramReceived("abc"u8, Somebody);

        Assert.Equal(3, protocol.Length);
    }

    private sealed class Silent : ConnectedDatagramProtocol;

    private sealed class Connected : ConnectedDatagramProtocol
    {
        public int Length { get; private set; }

        public override void DatagramReceived(ReadOnlySpan<byte> data) => Length = data.Length;
    }

    private sealed class FakePort : IDatagramTransport
    {
        public long DroppedDatagrams => 0;

        public void Write(ReadOnlySpan<byte> data)
        {
        }

        public void Write(ReadOnlySpan<byte> data, EndPoint? address)
        {
        }

        public void Write(in ReadOnlySequence<byte> data, EndPoint? address)
        {
        }

        public int WriteNow(ReadOnlySpan<byte> data, EndPoint? address = null) => data.Length;

        public EndPoint GetHost() => Somebody;

        public void StartListening()
        {
        }

        public Task StopListening() => Task.CompletedTask;
    }
}
