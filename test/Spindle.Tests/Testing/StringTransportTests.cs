using System.Buffers;
using System.Net;
using Spindle.Testing;

namespace Spindle.Tests.Testing;

public sealed class StringTransportTests
{
    private readonly StringTransport _transport = new();
    private readonly AccumulatingProtocol _protocol = new();

    [Fact]
    public void Write_Several_KeepsAll()
    {
        _transport.Write("one, "u8);
        _transport.Write(new ReadOnlySequence<byte>("two"u8.ToArray()));

        Assert.Equal("one, two", _transport.WrittenText);
        Assert.Equal("one, two"u8, _transport.Written);
        Assert.Equal("one, two"u8.ToArray(), _transport.TakeWritten());
        Assert.Equal("", _transport.WrittenText);

        _transport.Write("three"u8);
        _transport.Clear();
        Assert.True(_transport.Written.IsEmpty);
    }

    [Fact]
    public void GetHostAndGetPeer_Always_AreWhatTheTestSets()
    {
        Assert.Equal("10.0.0.1:12345", _transport.GetHost().ToString());
        Assert.Equal("192.168.1.1:54321", _transport.GetPeer().ToString());

        _transport.Host = new DnsEndPoint("here", 1);
        _transport.Peer = new DnsEndPoint("there", 2);
        Assert.Same(_transport.Host, _transport.GetHost());
        Assert.Same(_transport.Peer, _transport.GetPeer());
        Assert.Equal(7, ((IPEndPoint)new StringTransport(new IPEndPoint(0, 7)).GetHost()).Port);
    }

    [Fact]
    public void LoseConnection_NothingConnected_IsOnlyNoted()
    {
        _protocol.MakeConnection(_transport);

        _transport.LoseConnection();

        Assert.True(_transport.IsDisconnecting);
        Assert.False(_transport.IsAborted);
        Assert.True(_transport.IsConnected);
        Assert.Equal(0, _protocol.LostCount);
    }

    [Fact]
    public void LoseConnection_Connected_TellsTheProtocolOnce()
    {
        _transport.Connect(_protocol);
        Assert.Same(_transport, _protocol.Transport);
        RecordingProducer producer = new();
        _transport.RegisterProducer(producer, streaming: true);

        _transport.LoseConnection();
        _transport.LoseConnection();
        _transport.AbortConnection();

        Assert.Equal(1, _protocol.LostCount);
        Assert.IsType<ConnectionDoneException>(_protocol.LostReason);
        Assert.Equal(["stop"], producer.Calls);
        Assert.False(_transport.IsConnected);

        _transport.Write("too late"u8);
        Assert.Equal("", _transport.WrittenText);
    }

    [Fact]
    public void RegisterProducer_Ended_StopsIt()
    {
        _transport.Connect(_protocol);
        _transport.Disconnect();
        RecordingProducer producer = new();

        _transport.RegisterProducer(producer, streaming: true);

        Assert.Equal(["stop"], producer.Calls);
        Assert.Null(_transport.Producer);
    }

    [Fact]
    public void AbortConnection_Connected_TellsTheProtocol()
    {
        _transport.Connect(_protocol);

        _transport.AbortConnection();

        Assert.True(_transport.IsAborted);
        Assert.IsType<TransportAbortedException>(_protocol.LostReason);
    }

    [Fact]
    public void LoseWriteConnection_Always_IsNoted()
    {
        _transport.LoseWriteConnection();

        Assert.True(_transport.IsWriteClosed);
        Assert.False(_transport.IsDisconnecting);
    }

    [Fact]
    public void Disconnect_Connected_TellsTheProtocolWhy()
    {
        Assert.Throws<InvalidOperationException>(() => _transport.Disconnect());
        _transport.Connect(_protocol);
        Assert.Throws<InvalidOperationException>(() => _transport.Connect(_protocol));
        ConnectionLostException reason = new("of the test");

        _transport.Disconnect(reason);

        Assert.Same(reason, _protocol.LostReason);
        Assert.Throws<InvalidOperationException>(() => _transport.Disconnect());
    }

    [Fact]
    public void RegisterProducer_Always_IsOnlyNoted()
    {
        RecordingProducer producer = new();

        _transport.RegisterProducer(producer, streaming: true);

        Assert.Same(producer, _transport.Producer);
        Assert.True(_transport.IsStreaming);
        Assert.Empty(producer.Calls);
        Assert.Throws<InvalidOperationException>(() => _transport.RegisterProducer(producer, streaming: false));

        _transport.UnregisterProducer();
        Assert.Null(_transport.Producer);
        Assert.False(_transport.IsStreaming);
        Assert.Throws<ArgumentException>(() => _transport.RegisterProducer(new PullOnly(), streaming: true));
    }

    [Fact]
    public void ProducerState_Told_IsWhatItWasToldLast()
    {
        Assert.Equal(ProducerState.Producing, _transport.ProducerState);
        _transport.PauseProducing();
        Assert.Equal(ProducerState.Paused, _transport.ProducerState);
        _transport.ResumeProducing();
        Assert.Equal(ProducerState.Producing, _transport.ProducerState);
        _transport.StopProducing();
        Assert.Equal(ProducerState.Stopped, _transport.ProducerState);
        Assert.Throws<InvalidOperationException>(_transport.ResumeProducing);
        Assert.Throws<InvalidOperationException>(_transport.PauseProducing);
    }

    [Fact]
    public void ResumeProducing_Disconnecting_ThrowsUnlessLenient()
    {
        _transport.LoseConnection();
        Assert.Throws<InvalidOperationException>(_transport.ResumeProducing);
        Assert.Throws<InvalidOperationException>(_transport.PauseProducing);

        StringTransport lenient = new() { IsLenient = true };
        lenient.LoseConnection();
        lenient.PauseProducing();
        Assert.Equal(ProducerState.Paused, lenient.ProducerState);
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
}
