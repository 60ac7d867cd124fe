using System.Text;
using Spindle.Testing;
using static Spindle.Tests.Protocols.Feeding;

namespace Spindle.Tests.Protocols;

public sealed class LineReceiverTests
{
    private readonly StringTransport _transport = new() { IsLenient = true };
    private readonly LineRecorder _receiver = new();

    public LineReceiverTests() => _transport.Connect(_receiver);

    [Fact, Clause("PROTO-13")]
    public void Defaults_Always_AreThoseOfTheOriginal()
    {
        Assert.Equal("\r\n"u8, _receiver.Delimiter);
        Assert.Equal(16_384, _receiver.MaxLength);
        Assert.True(_receiver.IsLineMode);
        Assert.False(_receiver.IsPaused);
    }

    [Theory, Clause("PROTO-13")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(1000)]
    public void DataReceived_PiecesOfAnySize_DeliversTheSameLines(int pieceSize)
    {
        _receiver.Feed("GET /\r\n\r\nlonger line\r\nno\rend\nin\r\r\n it\r\nrest", pieceSize);

        Assert.Equal(["line GET /", "line ", "line longer line", "line no\rend\nin\r", "line  it"], _receiver.Events);
        Assert.Equal("rest", TextOf(_receiver.ClearLineBuffer()));
    }

    [Theory, Clause("PROTO-13")]
    [InlineData("\n")]
    [InlineData("--boundary--")]
    [InlineData("aab")]
    public void Delimiter_Another_EndsLines(string delimiter)
    {
        _receiver.Delimiter = BytesOf(delimiter);

        _receiver.Feed($"one{delimiter}two{delimiter}a{delimiter}", 1);

        Assert.Equal(["line one", "line two", "line a"], _receiver.Events);
    }

    [Fact, Clause("PROTO-13")]
    public void Delimiter_SetWithinAHandler_CountsFromTheNextLineOn()
    {
        _receiver.OnLine = _ => _receiver.Delimiter = "\n"u8;

        _receiver.Feed("one\r\ntwo\nthree\r\n");

        Assert.Equal(["line one", "line two", "line three\r"], _receiver.Events);
    }

    [Fact, Clause("PROTO-13")]
    public void Delimiter_SetWhileALineIsBegun_IsFoundInWhatHasCome()
    {
        _receiver.Feed("one;two");

        _receiver.Delimiter = ";"u8;
        _receiver.Feed(";");

        Assert.Equal(["line one", "line two"], _receiver.Events);
    }

    [Fact]
    public void Delimiter_Empty_Throws()
    {
        Assert.Throws<ArgumentException>(() => _receiver.Delimiter = []);
        Assert.Throws<ArgumentOutOfRangeException>(() => _receiver.MaxLength = -1);
        Assert.Equal("\r\n"u8, _receiver.Delimiter);
    }

    [Fact, Clause("PROTO-13")]
    public void SendLine_Always_WritesOnce()
    {
        WriteCounter transport = new();
        LineRecorder receiver = new();
        receiver.MakeConnection(transport);

        receiver.SendLine("hello"u8);
        receiver.SendLine("Grüße");
        receiver.SendLine(new byte[100_000]);
        receiver.SendLine([]);

        Assert.Equal(["hello\r\n"u8.ToArray(), Encoding.UTF8.GetBytes("Grüße\r\n"), [.. new byte[100_000], .. "\r\n"u8], "\r\n"u8.ToArray()], transport.Writes);
        Assert.Throws<ArgumentNullException>(() => receiver.SendLine((string)null!));
    }

    [Fact, Clause("PROTO-13")]
    public void RawDataReceived_NotOverridden_ThrowsAndSaysWhatToDo()
    {
        _receiver.SetRawMode();

        NotSupportedException thrown = Assert.Throws<NotSupportedException>(() => _receiver.Feed("foo"));

        Assert.Contains("LineRecorder", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("RawDataReceived", thrown.Message, StringComparison.Ordinal);
    }

    [Fact, Clause("PROTO-16")]
    public void DataReceived_HandlerCloses_DeliversNothingMore()
    {
        _receiver.OnLine = line =>
        {
            if (line == "quit")
            {
                _receiver.Transport.LoseConnection();
            }
        };

        _receiver.Feed("one\r\nquit\r\ntwo\r\n");
        _receiver.Feed("three\r\n");

        Assert.Equal(["line one", "line quit"], _receiver.Events);
        Assert.Same(ConnectionDoneException.Instance, _receiver.LostReason);
    }

    [Fact, Clause("PROTO-16")]
    public void DataReceived_ClosingButNotTold_DeliversNothingMore()
    {
        StringTransport transport = new(); // The protocol does not hear of the end.
        LineRecorder receiver = new() { OnLine = _ => transport.LoseConnection() };
        receiver.MakeConnection(transport);

        receiver.Feed("one\r\ntwo\r\n");
        receiver.Feed("three\r\n");

        Assert.Equal(["line one"], receiver.Events);
        Assert.Equal("two\r\n", TextOf(receiver.ClearLineBuffer())); // What came later was dropped.
    }

    [Fact, Clause("PROTO-16")]
    public void DataReceived_HandlerThrows_StopsAndLetsItThrough()
    {
        _receiver.OnLine = line =>
        {
            if (line == "bad")
            {
                throw new FormatException();
            }
        };

        Assert.Throws<FormatException>(() => _receiver.Feed("one\r\nbad\r\ntwo\r\n"));
        Assert.Equal(["line one", "line bad"], _receiver.Events);

        _receiver.Feed("three\r\n"); // Not left in the midst of a delivery.
        Assert.Equal(["line one", "line bad", "line two", "line three"], _receiver.Events);
    }

    [Fact, Clause("PROTO-17")]
    public void DataReceived_WithinAHandler_ComesAfterWhatIsThere()
    {
        _receiver.OnLine = line =>
        {
            if (line.Length < 3)
            {
                _receiver.Feed($"{line}x\r\n");
            }
        };

        _receiver.Feed("a\r\nb\r\n");

        Assert.Equal(["line a", "line b", "line ax", "line bx", "line axx", "line bxx"], _receiver.Events);
    }

    [Fact, Clause("PROTO-18")]
    public void ClearLineBuffer_WithinAHandler_TakesTheRest()
    {
        byte[] rest = [];
        _receiver.OnLine = _ => rest = _receiver.ClearLineBuffer();

        _receiver.Feed("one\r\ntwo\r\nthr");
        Assert.Equal("two\r\nthr", TextOf(rest));

        _receiver.Feed("four\r\n");
        Assert.Equal(["line one", "line four"], _receiver.Events);
    }

    [Fact]
    public void ClearLineBuffer_LostConnection_GivesTheUnfinishedLine()
    {
        _receiver.Feed("one\r\nunfinished");
        _transport.Disconnect();

        Assert.Equal("unfinished", TextOf(_receiver.ClearLineBuffer()));
    }

    [Fact]
    public void MakeConnection_Again_BeginsAnew()
    {
        _receiver.Feed("begun");
        _receiver.PauseProducing();
        _transport.Disconnect();

        new StringTransport().Connect(_receiver);
        _receiver.Feed("line\r\n");

        Assert.Equal(["line line"], _receiver.Events);
    }

    [Fact]
    public void DataReceived_NoConnection_DeliversAllTheSame()
    {
        LineRecorder receiver = new() { MaxLength = 3 };

        receiver.Feed("one\r\ntoo long\r\n");

        Assert.Equal(["line one", "exceeded too long\r\n"], receiver.Events);
    }

    [Fact]
    public void DataReceived_WholeLines_AllocatesNothing()
    {
        CountingReceiver receiver = new();
        new StringTransport().Connect(receiver);
        byte[] lines = BytesOf(string.Concat(Enumerable.Repeat("0123456789\r\n", 5_000)));
        long least = long.MaxValue;
        for (int i = 0; i < 10; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            receiver.DataReceived(lines);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(50_000, receiver.Lines);
        Assert.Equal(0, least);
    }

    [Fact]
    public void DataReceived_HundredThousandLinesInOneRead_MovesNothing()
    {
        CountingReceiver receiver = new();
        new StringTransport().Connect(receiver);

        receiver.Feed(string.Concat(Enumerable.Repeat("0123456789\r\n", 100_000)));

        Assert.Equal(100_000, receiver.Lines);
        Assert.Equal(0, receiver.Input.Moved);
    }

    [Fact]
    public void DataReceived_TenMegabytesOfGarbage_SearchesNothingTwiceAndMovesLittle()
    {
        const int Count = 10_000_000;
        byte[] piece = BytesOf(new string('x', 100));
        CountingReceiver receiver = new() { MaxLength = int.MaxValue };
        new StringTransport().Connect(receiver);
        for (int i = 0; i < Count; i += piece.Length)
        {
            receiver.DataReceived(piece);
        }

        Assert.Equal(Count - 1, receiver.Input.Searched);
        Assert.InRange(receiver.Input.Moved, 0, 2 * Count);

        receiver.DataReceived("\r\n"u8);
        Assert.Equal(1, receiver.Lines);
    }

    private sealed class CountingReceiver : LineReceiver
    {
        public int Lines { get; private set; }

        public override void LineReceived(ReadOnlySpan<byte> line) => Lines++;
    }
}
