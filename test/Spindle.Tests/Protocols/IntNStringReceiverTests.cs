using Spindle.Testing;
using static Spindle.Tests.Protocols.Feeding;

namespace Spindle.Tests.Protocols;

public sealed class IntNStringReceiverTests
{
    private readonly StringTransport _transport = new();
    private readonly IntStringRecorder _receiver = new(prefixLength: 2);

    public IntNStringReceiverTests() => _receiver.MakeConnection(_transport);

    [Fact, Clause("PROTO-21")]
    public void PrefixLength_EachReceiver_IsThatOfTheOriginal()
    {
        Assert.Equal(1, new Int8().PrefixLength);
        Assert.Equal(2, new Int16().PrefixLength);
        Assert.Equal(4, new Int32().PrefixLength);
        Assert.Equal(99_999, new Int32().MaxLength);
        Assert.Throws<ArgumentOutOfRangeException>(() => new IntStringRecorder(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IntStringRecorder(5));
    }

    [Theory, Clause("PROTO-21")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void SendString_ToItself_Arrives(int prefixLength)
    {
        IntStringRecorder sender = new(prefixLength);
        StringTransport transport = new();
        sender.MakeConnection(transport);
        IntStringRecorder receiver = new(prefixLength);
        string longest = new('x', prefixLength == 1 ? 255 : 65_535);

        sender.SendString("hello"u8);
        sender.SendString([]);
        sender.SendString(BytesOf(longest));
        string sent = TextOf(transport.Written);
        Assert.Equal(sender.Frame("hello") + sender.Frame("") + sender.Frame(longest), sent);

        receiver.Feed(sent, 7);
        Assert.Equal(["hello", "", longest], receiver.Events);
    }

    [Fact, Clause("PROTO-21")]
    public void SendString_Always_WritesOnce()
    {
        WriteCounter transport = new();
        IntStringRecorder sender = new(prefixLength: 4);
        sender.MakeConnection(transport);

        sender.SendString("hello"u8);
        sender.SendString(new byte[100_000]);

        Assert.Equal([[0, 0, 0, 5, .. "hello"u8], [0, 1, 0x86, 0xA0, .. new byte[100_000]]], transport.Writes);
    }

    [Theory, Clause("PROTO-21")]
    [InlineData(1, 256)]
    [InlineData(2, 65_536)]
    public void SendString_TooLong_ThrowsAndSendsNothing(int prefixLength, int length)
    {
        IntStringRecorder sender = new(prefixLength);
        sender.MakeConnection(_transport);

        StringTooLongException thrown = Assert.Throws<StringTooLongException>(() => sender.SendString(new byte[length]));

        Assert.Contains($"{length:N0}", thrown.Message, StringComparison.Ordinal);
        Assert.Contains($"{length - 1:N0}", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(0, _transport.Written.Length);
    }

    [Theory, Clause("PROTO-21")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    public void DataReceived_PiecesOfAnySize_DeliversTheSameStrings(int pieceSize)
    {
        _receiver.Feed(_receiver.Frame("hello") + _receiver.Frame("") + _receiver.Frame("x") + _receiver.Frame("unfinished")[..5], pieceSize);

        Assert.Equal(["hello", "", "x"], _receiver.Events);
    }

    [Fact, Clause("PROTO-21")]
    public void LengthLimitExceeded_Default_ClosesAndDeliversNothing()
    {
        _receiver.MaxLength = 5;

        _receiver.Feed(_receiver.Frame("12345") + _receiver.Frame("123456") + _receiver.Frame("1"));

        Assert.Equal(["12345", "exceeded 6"], _receiver.Events);
        Assert.True(_transport.IsDisconnecting);
        Assert.Equal(_receiver.Frame("123456") + _receiver.Frame("1"), TextOf(_receiver.Unparsed));
    }

    [Fact, Clause("PROTO-21")]
    public void LengthLimitExceeded_OnlyThePrefixHasCome_IsReported()
    {
        IntStringRecorder receiver = new(prefixLength: 4);
        receiver.MakeConnection(_transport);

        receiver.Feed("\xFF\xFF\xFF\xFE");

        Assert.Equal(["exceeded 4294967294"], receiver.Events);
    }

    [Fact, Clause("PROTO-21")]
    public void LengthLimitExceeded_NotClosed_IsReportedAgainAndNothingIsDeliveredTwice()
    {
        _receiver.MaxLength = 5;
        _receiver.OnExceeded = _ => { };

        _receiver.Feed(_receiver.Frame("one") + _receiver.Frame("longer"));
        _receiver.Feed("more");
        Assert.Equal(["one", "exceeded 6", "exceeded 6"], _receiver.Events);

        _receiver.Unparsed = [];
        _receiver.Feed(_receiver.Frame("two"));
        Assert.Equal("two", _receiver.Events[^1]);
    }

    [Fact, Clause("PROTO-21")]
    public void PauseProducing_WithinAHandler_StopsAtOnce()
    {
        _receiver.OnString = _ => _receiver.PauseProducing();

        _receiver.Feed(_receiver.Frame("one") + _receiver.Frame("two"));
        Assert.Equal(["one"], _receiver.Events);
        Assert.Equal(ProducerState.Paused, _transport.ProducerState);

        _receiver.ResumeProducing();
        Assert.Equal(["one", "two"], _receiver.Events);
    }

    [Fact]
    public void DataReceived_HandlerCloses_DeliversNothingMore()
    {
        _receiver.OnString = _ => _transport.LoseConnection();

        _receiver.Feed(_receiver.Frame("one") + _receiver.Frame("two"));

        Assert.Equal(["one"], _receiver.Events);
    }

    [Fact, Clause("PROTO-22")]
    public void Unparsed_WithinAHandler_ShowsTheRest()
    {
        List<string> rests = [];
        _receiver.OnString = _ => rests.Add(TextOf(_receiver.Unparsed));
        string second = _receiver.Frame("two");

        _receiver.Feed(_receiver.Frame("one") + second + "\0");

        Assert.Equal([second + "\0", "\0"], rests);
        Assert.Equal("\0", TextOf(_receiver.Unparsed));
    }

    [Fact, Clause("PROTO-22")]
    public void Unparsed_ReplacedWithinAHandler_IsLookedAtNext()
    {
        _receiver.OnString = text =>
        {
            if (text == "one")
            {
                _receiver.Unparsed = BytesOf(_receiver.Frame("other") + "\0");
            }
        };

        _receiver.Feed(_receiver.Frame("one") + _receiver.Frame("two"));
        _receiver.Feed("\x03new");

        Assert.Equal(["one", "other", "new"], _receiver.Events);
    }

    [Fact, Clause("PROTO-22")]
    public void Unparsed_EmptiedWithinAHandler_DropsTheRest()
    {
        _receiver.OnString = _ => _receiver.Unparsed = [];

        _receiver.Feed(_receiver.Frame("one") + _receiver.Frame("two"));
        _receiver.Feed(_receiver.Frame("three"));

        Assert.Equal(["one", "three"], _receiver.Events);
    }

    [Fact, Clause("PROTO-22")]
    public void Unparsed_ReplacedByAPieceOfItself_SkipsTheRestOfIt()
    {
        _receiver.OnString = _ => _receiver.Unparsed = _receiver.Unparsed[3..];

        _receiver.Feed(_receiver.Frame("one") + "xxx" + _receiver.Frame("two") + "xxx");

        Assert.Equal(["one", "two"], _receiver.Events);
    }

    private sealed class Int8 : Int8StringReceiver
    {
        public override void StringReceived(ReadOnlySpan<byte> data)
        {
        }
    }

    private sealed class Int16 : Int16StringReceiver
    {
        public override void StringReceived(ReadOnlySpan<byte> data)
        {
        }
    }

    private sealed class Int32 : Int32StringReceiver
    {
        public override void StringReceived(ReadOnlySpan<byte> data)
        {
        }
    }
}
