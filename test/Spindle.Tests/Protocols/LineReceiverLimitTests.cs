using Spindle.Testing;

namespace Spindle.Tests.Protocols;

public sealed class LineReceiverLimitTests
{
    private readonly StringTransport _transport = new();
    private readonly LineRecorder _receiver = new() { MaxLength = 5 };

    public LineReceiverLimitTests() => _receiver.MakeConnection(_transport);

    [Fact, Clause("PROTO-14")]
    public void LineLengthExceeded_CompleteLine_GetsItAndAllTheRest()
    {
        _receiver.Feed("one\r\nlonger\r\ntwo\r\nthr");

        Assert.Equal(["line one", "exceeded longer\r\ntwo\r\nthr"], _receiver.Events);
        Assert.True(_transport.IsDisconnecting);
        Assert.Empty(_receiver.ClearLineBuffer());
    }

    [Theory, Clause("PROTO-14")]
    [InlineData("12345\r\n", "line 12345")]
    [InlineData("123456\r\n", "exceeded 123456\r\n")]
    [InlineData("1234567", "exceeded 1234567")]
    [InlineData("12345\r\r", "exceeded 12345\r\r")]
    public void LineLengthExceeded_AtTheLimit_IsExact(string data, string expected)
    {
        _receiver.Feed(data);

        Assert.Equal([expected], _receiver.Events);
    }

    [Theory, Clause("PROTO-15")]
    [InlineData("12345")]
    [InlineData("12345\r")]
    [InlineData("123456")] // The original waits for one more byte too.
    public void LineLengthExceeded_DelimiterMayStillCome_IsNotCalled(string data)
    {
        _receiver.Feed(data);

        Assert.Empty(_receiver.Events);
    }

    [Fact, Clause("PROTO-15")]
    public void DataReceived_LineOfTheLimitByteByByte_IsDelivered()
    {
        _receiver.Feed("12345\r\n12345\r\n", 1);

        Assert.Equal(["line 12345", "line 12345"], _receiver.Events);
    }

    [Fact, Clause("PROTO-14")]
    public void MaxLength_Zero_LetsEmptyLinesPass()
    {
        _receiver.MaxLength = 0;

        _receiver.Feed("\r\n\r\nx\r\n");

        Assert.Equal(["line ", "line ", "exceeded x\r\n"], _receiver.Events);
    }

    [Fact, Clause("PROTO-14")]
    public void LineLengthExceeded_ReportedAfterEachLimit_HoldsNoMoreThanThat()
    {
        _receiver.OnExceeded = _ => { };

        _receiver.Feed(new string('x', 20), 1);

        Assert.Equal(["exceeded xxxxxxx", "exceeded xxxxxxx"], _receiver.Events);
        Assert.Equal(6, _receiver.Input.Length);
    }

    [Fact, Clause("PROTO-14")]
    public void LineLengthExceeded_HandlerFeedsTheRest_GoesOn()
    {
        _receiver.OnExceeded = data => _receiver.Feed(data[(data.IndexOf("\r\n", StringComparison.Ordinal) + 2)..]);

        _receiver.Feed("one\r\nlonger\r\ntwo\r\nthr");
        _receiver.Feed("ee\r\n");

        Assert.Equal(["line one", "exceeded longer\r\ntwo\r\nthr", "line two", "line three"], _receiver.Events);
        Assert.False(_transport.IsDisconnecting);
    }

    [Fact, Clause("PROTO-14")]
    public void LineLengthExceeded_HandlerGoesIntoRawMode_TheNextDataIsRaw()
    {
        _receiver.OnRaw = _ => { };
        _receiver.OnExceeded = _ => _receiver.SetRawMode();

        _receiver.Feed("longer line");
        _receiver.Feed("more\r\n");

        Assert.Equal(["exceeded longer line", "raw more\r\n"], _receiver.Events);
    }

    [Fact]
    public void MaxLength_ChangedWithinAHandler_CountsFromTheNextLineOn()
    {
        _receiver.OnLine = _ => _receiver.MaxLength = 10;

        _receiver.Feed("one\r\n1234567890\r\n");

        Assert.Equal(["line one", "line 1234567890"], _receiver.Events);
    }

    [Fact]
    public void MaxLength_Greatest_DoesNotOverflow()
    {
        _receiver.MaxLength = int.MaxValue;

        _receiver.Feed("no limit");
        _receiver.Feed(" at all\r\n");

        Assert.Equal(["line no limit at all"], _receiver.Events);
    }
}
