using Spindle.Testing;
using static Spindle.Tests.Protocols.Feeding;

namespace Spindle.Tests.Protocols;

public sealed class LineOnlyReceiverTests
{
    private readonly StringTransport _transport = new();
    private readonly LineOnlyRecorder _receiver = new() { MaxLength = 5 };

    public LineOnlyReceiverTests() => _receiver.MakeConnection(_transport);

    [Fact, Clause("PROTO-19")]
    public void Defaults_Always_AreThoseOfTheOriginal()
    {
        Assert.Equal("\r\n"u8, new LineOnlyRecorder().Delimiter);
        Assert.Equal(16_384, new LineOnlyRecorder().MaxLength);
    }

    [Theory, Clause("PROTO-19")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(1000)]
    public void DataReceived_PiecesOfAnySize_DeliversTheSameLines(int pieceSize)
    {
        _receiver.Feed("one\r\n\r\n12345\r\na\rb\nc\r\nrest", pieceSize);

        Assert.Equal(["line one", "line ", "line 12345", "line a\rb\nc"], _receiver.Events);
        Assert.Equal("rest", TextOf(_receiver.ClearLineBuffer()));
    }

    [Fact, Clause("PROTO-19")]
    public void SendLine_Always_AddsTheDelimiter()
    {
        _receiver.SendLine("hello"u8);

        Assert.Equal("hello\r\n", _transport.WrittenText);
    }

    [Fact, Clause("PROTO-19")]
    public void DataReceived_HandlerCloses_DeliversNothingMore()
    {
        _receiver.OnLine = _ => _transport.LoseConnection();

        _receiver.Feed("one\r\ntwo\r\n");
        _receiver.Feed("three\r\n");

        Assert.Equal(["line one"], _receiver.Events);
    }

    [Fact, Clause("PROTO-19")]
    public void LineLengthExceeded_CompleteLine_GetsItAlone()
    {
        _receiver.OnExceeded = _ => { };

        _receiver.Feed("one\r\nlonger\r\nlost\r\nlost\r\nke");
        Assert.Equal(["line one", "exceeded longer"], _receiver.Events);

        _receiver.Feed("pt\r\n");
        Assert.Equal(["line one", "exceeded longer", "line kept"], _receiver.Events);
    }

    [Fact, Clause("PROTO-19")]
    public void LineLengthExceeded_Default_Closes()
    {
        _receiver.Feed("one\r\nlonger\r\ntwo\r\n");
        _receiver.Feed("three\r\n");

        Assert.Equal(["line one", "exceeded longer"], _receiver.Events);
        Assert.True(_transport.IsDisconnecting);
    }

    [Fact, Clause("PROTO-19")]
    public void LineLengthExceeded_UnfinishedLine_IsReportedAgainAndStays()
    {
        _receiver.OnExceeded = _ => { };

        _receiver.Feed("123456");
        _receiver.Feed("7");
        _receiver.Feed("\r\nnext\r\n");
        Assert.Equal(["exceeded 123456", "exceeded 1234567", "exceeded 1234567"], _receiver.Events);

        _receiver.Feed("more\r\n");
        Assert.Equal("line more", _receiver.Events[^1]);
    }

    [Fact]
    public void ClearLineBuffer_InLineLengthExceeded_DropsTheLine()
    {
        _receiver.OnExceeded = _ => _receiver.ClearLineBuffer();

        _receiver.Feed(new string('x', 20), 1);

        Assert.Equal(["exceeded xxxxxx", "exceeded xxxxxx", "exceeded xxxxxx"], _receiver.Events);
        Assert.Equal(2, _receiver.Input.Length);
    }

    [Theory, Clause("PROTO-15", "PROTO-19")]
    [InlineData("\r\n", "12345|\r|\n")]
    [InlineData("\r\n", "12345\r|\n")]
    [InlineData("--end--", "12345--end-|-")]
    [InlineData("aab", "xxxaa|aab")]
    public void LineLengthExceeded_HalfADelimiter_DoesNotCount(string delimiter, string pieces)
    {
        _receiver.Delimiter = BytesOf(delimiter);

        foreach (string piece in pieces.Split('|'))
        {
            _receiver.Feed(piece);
        }

        Assert.StartsWith("line ", Assert.Single(_receiver.Events), StringComparison.Ordinal);
    }

    [Fact]
    public void DataReceived_WithinAHandler_ComesAfterWhatIsThere()
    {
        _receiver.OnLine = line =>
        {
            if (line == "a")
            {
                _receiver.Feed("c\r\n");
            }
        };

        _receiver.Feed("a\r\nb\r\n");

        Assert.Equal(["line a", "line b", "line c"], _receiver.Events);
    }

    [Fact]
    public void PauseProducing_WithinAHandler_StopsAtOnce()
    {
        _receiver.OnLine = _ => _receiver.PauseProducing();

        _receiver.Feed("one\r\ntwo\r\n");
        Assert.Equal(["line one"], _receiver.Events);

        _receiver.ResumeProducing();
        Assert.Equal(["line one", "line two"], _receiver.Events);
    }
}
