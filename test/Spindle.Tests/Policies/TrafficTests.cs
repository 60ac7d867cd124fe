using System.Buffers;
using Microsoft.Extensions.Logging;
using Spindle.Policies;
using Spindle.Testing;
using Spindle.Tests.Support;

namespace Spindle.Tests.Policies;

public sealed class TrafficTests : PolicyTest
{
    private readonly List<Text> _texts = [];

    [Fact, Clause("POL-7")]
    public void TrafficLogging_Always_WritesEveryPiece()
    {
        TrafficLoggingFactory factory = new(Inner, Open);
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(factory);
        ITransport inner = Inner.Built[0].Transport;

        wrapper.DataReceived("GET / HTTP/1.1\r\n\t\"\\\0\xFF"u8);
        inner.Write("ok"u8);
        inner.Write(new ReadOnlySequence<byte>("two"u8.ToArray()));
        inner.LoseWriteConnection();
        inner.LoseConnection();

        Assert.Equal("oktwo", transport.WrittenText);
        Assert.Equal(
            [
                "*",
                "C 1: \"GET / HTTP/1.1\\r\\n\\t\\\"\\\\\\x00\\xC3\\xBF\"",
                "S 1: \"ok\"",
                "S 1: \"two\"",
                "S 1: end of writing",
                "S 1: *",
                "C 1: ConnectionDoneException: " + ConnectionDoneException.Instance.Message,
            ],
            _texts[0].Lines);
        Assert.True(_texts[0].IsDisposed);
    }

    [Fact, Clause("POL-7")]
    public void TrafficLogging_LengthLimit_ShowsTheBeginning()
    {
        (ProtocolWrapper wrapper, _) = Connect(new TrafficLoggingFactory(Inner, Open, lengthLimit: 4));

        wrapper.DataReceived("123456"u8);
        wrapper.DataReceived("1234"u8);
        Inner.Built[0].Transport.Write(new ReadOnlySequence<byte>("abcdefg"u8.ToArray()));
        Inner.Built[0].Transport.AbortConnection();

        Assert.Equal(["*", "C 1: \"1234\" and 2 more", "C 1: \"1234\"", "S 1: \"abcd\" and 3 more", "S 1: abort"], _texts[0].Lines[..5]);
        Assert.Equal(10, Inner.Built[0].ReceivedCount);
        Assert.Throws<ArgumentOutOfRangeException>("lengthLimit", () => new TrafficLoggingFactory(Inner, Open, -1));
    }

    [Fact, Clause("POL-7")]
    public void TrafficLogging_Connections_AreNumbered()
    {
        TrafficLoggingFactory factory = new(Inner, Open);
        Connect(factory);
        Connect(factory);
        factory.ResetCounter();
        Connect(factory);

        Assert.Equal([1, 2, 1], _texts.Select(text => text.Number));
    }

    [Fact, Clause("POL-7")]
    public void TrafficLogging_ProtocolWritesAndThrowsInItsLastCall_ClosesTheText()
    {
        (_, StringTransport transport) = Connect(new TrafficLoggingFactory(Inner, Open));
        Inner.Built[0].OnLost = _ =>
        {
            Inner.Built[0].Transport.Write("late"u8);
            throw new InvalidOperationException("from the protocol");
        };

        Assert.Throws<InvalidOperationException>(() => transport.Disconnect());

        Assert.Equal("S 1: \"late\"", _texts[0].Lines[^1]);
        Assert.True(_texts[0].IsDisposed);
    }

    [Fact, Clause("POL-7")]
    public void Spewing_Always_LogsBothDirections()
    {
        RecordingLoggers log = new();
        (ProtocolWrapper wrapper, StringTransport transport) = Connect(new SpewingFactory(Inner, log.CreateLogger("traffic")));

        wrapper.DataReceived("in\n"u8);
        Inner.Built[0].Transport.Write("out"u8);
        Inner.Built[0].Transport.Write(new ReadOnlySequence<byte>("again"u8.ToArray()));

        Assert.Equal("in\n"u8, Inner.Built[0].Received);
        Assert.Equal("outagain", transport.WrittenText);
        Assert.Equal(
            [
                "[inner (SpewingProtocol)] Received: \"in\\n\"",
                "[inner (SpewingProtocol)] Sending: \"out\"",
                "[inner (SpewingProtocol)] Sending: \"again\"",
            ],
            log.Take().Where(record => record.Level == LogLevel.Information).Select(record => record.Text));
    }

    private Text Open(int number)
    {
        Text text = new(number);
        _texts.Add(text);
        return text;
    }

    /// <summary>Shows only what was flushed.</summary>
    private sealed class Text(int number) : StringWriter
    {
        private string _flushed = "";

        public int Number => number;

        public bool IsDisposed { get; private set; }

        public string[] Lines => _flushed.Split(NewLine, StringSplitOptions.RemoveEmptyEntries);

        public override void Flush() => _flushed = ToString();

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
