using System.Buffers;
using System.Net;
using System.Text;
using Spindle.Testing;

namespace Spindle.Tests.Testing;

public sealed class MemoryPumpTests
{
    private readonly AccumulatingProtocol _client = new();
    private readonly AccumulatingProtocol _server = new();

    [Fact]
    public void Connect_Greetings_HaveBeenExchanged()
    {
        MemoryPump pump = MemoryPump.Connect(new Greeter("from the client"), _server);

        Assert.Equal("from the client", _server.ReceivedText);
        Assert.Same(pump.Server, _server.Transport);
        Assert.Equal(pump.Client.GetHost(), pump.Server.GetPeer());
        Assert.Equal(pump.Server.GetHost(), pump.Client.GetPeer());
        Assert.False(pump.Flush());
    }

    [Fact]
    public void Connect_WithoutGreeting_MovesNothingBeforeItIsPumped()
    {
        MemoryPump pump = MemoryPump.Connect(new Greeter("hello"), _server, greet: false);
        Assert.Equal(0, _server.Pieces);

        pump.PieceSize = 1;
        pump.Flush();

        Assert.Equal(5, _server.Pieces);
    }

    [Fact]
    public void Succeed_WithoutGreeting_MovesNothingBeforeItIsPumped()
    {
        MemoryReactor reactor = new();
        reactor.ListenTcp(7, Factory.For(_ => new Greeter("hello")));
        reactor.ConnectTcp("example.org", 7, ClientFactory.For(_ => _client));

        MemoryPump pump = reactor.TcpClients[0].Connector.Succeed(reactor.TcpServers[0].Listener, greet: false)!;
        Assert.Equal(0, _client.Pieces);
        Assert.Equal(1, _client.MadeCount);
        pump.PieceSize = 2;
        pump.Flush();

        Assert.Equal(3, _client.Pieces);
    }

    [Fact]
    public void Connect_GivenAddresses_AreTheTransports()
    {
        DnsEndPoint client = new("client", 1);
        DnsEndPoint server = new("server", 2);

        MemoryPump pump = MemoryPump.Connect(_client, _server, client, server);

        Assert.Same(client, pump.Client.GetHost());
        Assert.Same(server, pump.Client.GetPeer());
    }

    [Fact]
    public void LoseConnection_TransportIsItsOwnProducer_Closes()
    {
        MemoryPump pump = Connect();
        pump.Server.RegisterProducer(pump.Server, streaming: true);

        pump.Server.LoseConnection();
        pump.Server.Write("dropped"u8);
        pump.Flush();

        Assert.Equal(1, _server.LostCount);
        Assert.Equal(1, _client.LostCount);
        Assert.Equal("", _client.ReceivedText);
    }

    [Fact]
    public void LoseConnection_TransportsFeedEachOther_ClosesBoth()
    {
        MemoryPump front = Connect();
        AccumulatingProtocol backClient = new();
        AccumulatingProtocol backServer = new();
        MemoryPump back = MemoryPump.Connect(backClient, backServer);
        front.Server.RegisterProducer(back.Client, streaming: true);
        back.Client.RegisterProducer(front.Server, streaming: true);

        front.Server.LoseConnection();
        back.Client.LoseConnection();
        front.Flush();
        back.Flush();

        Assert.Equal(1, _client.LostCount);
        Assert.Equal(1, backServer.LostCount);
    }

    [Fact]
    public void Flush_BothWrite_MovesAllInOrder()
    {
        MemoryPump pump = Connect();
        _client.Transport.Write("one, "u8);
        _client.Transport.Write(new ReadOnlySequence<byte>("two"u8.ToArray()));
        _server.Transport.Write("three"u8);
        Assert.Equal(8, pump.Client.PendingBytes);

        Assert.True(pump.Flush());

        Assert.Equal("one, two", _server.ReceivedText);
        Assert.Equal("three", _client.ReceivedText);
        Assert.Equal(1, _server.Pieces);
        Assert.Equal(0, pump.Client.PendingBytes);
    }

    [Fact]
    public void PieceSize_One_DeliversByteByByte()
    {
        MemoryPump pump = Connect();
        Assert.Throws<ArgumentOutOfRangeException>(() => pump.PieceSize = 0);
        pump.PieceSize = 1;
        _client.Transport.Write("four"u8);

        pump.Flush();

        Assert.Equal("four", _server.ReceivedText);
        Assert.Equal(4, _server.Pieces);
    }

    [Fact]
    public void Flush_TheyNeverBecomeQuiet_Throws()
    {
        MemoryPump pump = MemoryPump.Create(new Echo(), new Echo(), null, null);
        pump.Server.Protocol.MakeConnection(pump.Server);
        pump.Client.Protocol.MakeConnection(pump.Client);
        pump.Client.Write("ping"u8);

        Assert.Throws<InvalidOperationException>(() => pump.Flush(limit: 10));
    }

    [Fact]
    public void LoseConnection_AfterAWrite_DeliversThenTellsBoth()
    {
        MemoryPump pump = Connect();
        _client.Transport.Write("bye"u8);
        _client.Transport.LoseConnection();
        _client.Transport.Write("dropped"u8);
        Assert.True(pump.Client.IsDisconnecting);
        Assert.Equal(0, _client.LostCount); // Never within the call.

        pump.Flush();

        Assert.Equal("bye", _server.ReceivedText);
        AssertEnded<ConnectionDoneException>(_client, pump.Client);
        AssertEnded<ConnectionDoneException>(_server, pump.Server);
    }

    [Fact]
    public void LoseConnection_Both_TellsEachOnce()
    {
        MemoryPump pump = Connect();
        _client.Transport.LoseConnection();
        _server.Transport.LoseConnection();

        pump.Flush();

        AssertEnded<ConnectionDoneException>(_client, pump.Client);
        AssertEnded<ConnectionDoneException>(_server, pump.Server);
    }

    [Fact]
    public void AbortConnection_InDataReceived_BringsNothingMore()
    {
        RecordingProtocol server = new();
        MemoryPump pump = MemoryPump.Connect(_client, server);
        pump.PieceSize = 1;
        server.OnData = _ =>
        {
            server.Transport.AbortConnection();
            Assert.True(server.Transport.IsDisconnecting);
        };

        _client.Transport.Write("four"u8);
        pump.Flush();

        Assert.Equal(1, server.DataCount);
        Assert.IsType<TransportAbortedException>(server.Reason);
    }

    [Fact]
    public void AbortConnection_DropsWhatWasWritten()
    {
        MemoryPump pump = Connect();
        _client.Transport.Write("dropped"u8);
        _server.Transport.Write("dropped"u8);
        _client.Transport.AbortConnection();
        Assert.Equal(0, _client.LostCount);

        pump.Flush();

        Assert.Equal("", _server.ReceivedText);
        AssertEnded<TransportAbortedException>(_client, pump.Client);
        AssertEnded<ConnectionLostException>(_server, pump.Server);
    }

    [Fact]
    public void LoseWriteConnection_BothCanHalfClose_LeavesTheOtherDirectionOpen()
    {
        HalfCloser client = new();
        HalfCloser server = new();
        MemoryPump pump = MemoryPump.Connect(client, server);
        client.Transport.Write("question"u8);
        client.Transport.LoseWriteConnection();
        pump.Flush();
        Assert.Equal(["write closed"], client.Heard);
        Assert.Equal(["question", "read closed"], server.Heard);

        server.Transport.Write("answer"u8);
        server.Transport.LoseWriteConnection();
        pump.Flush();

        // An end that can neither read nor write is at its end.
        Assert.Equal(["write closed", "answer", "read closed", nameof(ConnectionDoneException)], client.Heard);
        Assert.Equal(["question", "read closed", "write closed", nameof(ConnectionDoneException)], server.Heard);
    }

    [Fact]
    public void LoseWriteConnection_PeerCannotHalfClose_EndsBoth()
    {
        HalfCloser client = new();
        MemoryPump pump = MemoryPump.Connect(client, _server);

        client.Transport.LoseWriteConnection();
        pump.Flush();

        AssertEnded<ConnectionDoneException>(_server, pump.Server);
        Assert.Equal(["write closed", "read closed", nameof(ConnectionDoneException)], client.Heard);
    }

    [Fact]
    public void PauseProducing_Always_HoldsBytesAndTheEndBack()
    {
        MemoryPump pump = Connect();
        _server.Transport.PauseProducing();
        _client.Transport.Write("data"u8);
        _client.Transport.LoseConnection();

        Assert.False(pump.Flush());
        Assert.Equal("", _server.ReceivedText);
        Assert.Equal(0, _client.LostCount); // Its bytes have not left.

        _server.Transport.ResumeProducing();
        pump.Flush();
        Assert.Equal("data", _server.ReceivedText);
        AssertEnded<ConnectionDoneException>(_client, pump.Client);
        AssertEnded<ConnectionDoneException>(_server, pump.Server);
    }

    [Fact]
    public void PauseProducing_WithinAPiece_KeepsTheRest()
    {
        PausingProtocol server = new();
        MemoryPump pump = MemoryPump.Connect(_client, server);
        pump.PieceSize = 2;
        _client.Transport.Write("abcdef"u8);

        pump.Flush();
        Assert.Equal("ab", server.Text);

        _client.Transport.Write("gh"u8);
        foreach (string expected in new[] { "abcd", "abcdef", "abcdefgh" })
        {
            server.Transport.ResumeProducing();
            pump.Flush();
            Assert.Equal(expected, server.Text);
        }
    }

    [Fact]
    public void RegisterProducer_Pull_IsResumedAfterEachFlush()
    {
        MemoryPump pump = Connect();
        int left = 3;
        RecordingProducer producer = new();
        producer.OnResume = () =>
        {
            _client.Transport.Write("x"u8);
            if (--left == 0)
            {
                _client.Transport.UnregisterProducer();
            }
        };

        _client.Transport.RegisterProducer(producer, streaming: false);
        _client.Transport.LoseConnection(); // Waits for the producer.
        pump.Flush();

        Assert.Equal("xxx", _server.ReceivedText);
        Assert.Equal(["resume", "resume", "resume"], producer.Calls);
        AssertEnded<ConnectionDoneException>(_client, pump.Client);
    }

    [Fact]
    public void RegisterProducer_Push_IsPausedAboveTheMarkAndResumedWhenEmpty()
    {
        MemoryPump pump = Connect();
        RecordingProducer producer = new();
        _client.Transport.RegisterProducer(producer, streaming: true);
        _client.Transport.Write(new byte[65_536]);
        Assert.Empty(producer.Calls);

        _client.Transport.Write("x"u8);
        _client.Transport.Write("x"u8);
        Assert.Equal(["pause"], producer.Calls);

        pump.Flush();
        Assert.Equal(["pause", "resume"], producer.Calls);
        Assert.Equal(65_538, _server.Received.Length);
    }

    [Fact]
    public void Ended_Producer_IsStopped()
    {
        MemoryPump pump = Connect();
        RecordingProducer producer = new();
        _client.Transport.RegisterProducer(producer, streaming: true);

        _server.Transport.LoseConnection();
        pump.Flush();

        Assert.Equal(["stop"], producer.Calls);
        _client.Transport.RegisterProducer(producer, streaming: true);
        Assert.Equal(["stop", "stop"], producer.Calls);
    }

    [Fact]
    public void Write_TheOtherEndIsGone_IsAnError()
    {
        HalfCloser client = new();
        MemoryPump pump = MemoryPump.Connect(client, _server);
        _server.Transport.LoseConnection();
        pump.Flush();
        Assert.Equal(["read closed"], client.Heard);

        client.Transport.Write("too late"u8);
        pump.Flush();

        Assert.Equal(["read closed", nameof(ConnectionLostException)], client.Heard);
    }

    [Fact]
    public void Pump_ProtocolThrows_TheExceptionComesOut()
    {
        MemoryPump pump = MemoryPump.Connect(_client, new Failing());
        _client.Transport.Write("x"u8);

        Assert.Throws<FormatException>(() => pump.Flush());
        Assert.True(pump.Client.IsConnected);
        Assert.False(pump.Flush());
    }

    private static void AssertEnded<TReason>(AccumulatingProtocol protocol, MemoryTransport transport)
    {
        Assert.Equal(1, protocol.LostCount);
        Assert.IsType<TReason>(protocol.LostReason);
        Assert.False(transport.IsConnected);
    }

    private MemoryPump Connect() => MemoryPump.Connect(_client, _server);

    private sealed class Greeter(string greeting) : Protocol
    {
        public override void ConnectionMade() => Transport.Write(Encoding.UTF8.GetBytes(greeting));
    }

    private sealed class Echo : Protocol
    {
        public override void DataReceived(ReadOnlySpan<byte> data) => Transport.Write(data);
    }

    private sealed class Failing : Protocol
    {
        public override void DataReceived(ReadOnlySpan<byte> data) => throw new FormatException();
    }

    private sealed class PausingProtocol : Protocol
    {
        public string Text { get; private set; } = "";

        public override void DataReceived(ReadOnlySpan<byte> data)
        {
            Text += Encoding.UTF8.GetString(data);
            Transport.PauseProducing();
        }
    }

    private sealed class HalfCloser : Protocol, IHalfCloseable
    {
        public List<string> Heard { get; } = [];

        public override void DataReceived(ReadOnlySpan<byte> data) => Heard.Add(Encoding.UTF8.GetString(data));

        public void ReadConnectionLost() => Heard.Add("read closed");

        public void WriteConnectionLost() => Heard.Add("write closed");

        public override void ConnectionLost(Exception reason) => Heard.Add(reason.GetType().Name);
    }
}
