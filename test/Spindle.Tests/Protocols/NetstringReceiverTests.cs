using Spindle.Testing;

namespace Spindle.Tests.Protocols;

public sealed class NetstringReceiverTests
{
    private readonly StringTransport _transport = new();
    private readonly NetstringRecorder _receiver = new();

    public NetstringReceiverTests() => _receiver.MakeConnection(_transport);

    [Fact, Clause("PROTO-20")]
    public void MaxLength_Default_IsThatOfTheOriginal() => Assert.Equal(99_999, _receiver.MaxLength);

    [Theory, Clause("PROTO-20")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(1000)]
    public void DataReceived_PiecesOfAnySize_DeliversTheSameStrings(int pieceSize)
    {
        _receiver.Feed("5:hello,0:,11:a,b:c,4:de,,1:,,12:hello", pieceSize);

        Assert.Equal(["hello", "", "a,b:c,4:de,", ","], _receiver.Events);
        Assert.False(_receiver.IsPeerBroken);
    }

    [Fact, Clause("PROTO-20")]
    public void SendString_Always_WritesOnce()
    {
        WriteCounter transport = new();
        NetstringRecorder receiver = new();
        receiver.MakeConnection(transport);

        receiver.SendString("hello"u8);
        receiver.SendString([]);
        receiver.SendString(new byte[100_000]);

        Assert.Equal(["5:hello,"u8.ToArray(), "0:,"u8.ToArray(), [.. "100000:"u8, .. new byte[100_000], .. ","u8]], transport.Writes);
    }

    [Theory, Clause("PROTO-20")]
    [InlineData("hello", "'h'")]
    [InlineData(":", "':'")]
    [InlineData(" 5:hello,", "0x20")]
    [InlineData("-1:", "'-'")]
    [InlineData("5x", "'x'")]
    [InlineData("5\n", "0x0A")]
    [InlineData("007:", "leading zero")]
    [InlineData("00", "leading zero")]
    [InlineData("100000", "99999")]
    [InlineData("99999999999999999999999999999999", "99999")]
    [InlineData("5:hello!", "'!'")]
    [InlineData("0:x", "'x'")]
    public void DataReceived_NoNetstring_ClosesAndSaysWhy(string data, string fault)
    {
        _receiver.Feed("3:one," + data);

        Assert.Equal(["one"], _receiver.Events);
        Assert.True(_receiver.IsPeerBroken);
        Assert.Contains(fault, _receiver.PeerFault!.Message, StringComparison.Ordinal);
        Assert.True(_transport.IsDisconnecting);
    }

    [Fact, Clause("PROTO-20")]
    public void DataReceived_PrefixGrowsTooLarge_IsRefusedBeforeTheColon()
    {
        _receiver.MaxLength = 120;

        _receiver.Feed("12");
        Assert.False(_receiver.IsPeerBroken);

        _receiver.Feed("1");
        Assert.True(_receiver.IsPeerBroken);
    }

    [Fact, Clause("PROTO-20")]
    public void DataReceived_StringOfTheLimit_IsDelivered()
    {
        _receiver.MaxLength = 10;

        _receiver.Feed("10:0123456789,");

        Assert.Equal(["0123456789"], _receiver.Events);
    }

    [Fact, Clause("PROTO-20")]
    public void DataReceived_Broken_DropsAllThatComes()
    {
        _receiver.Feed("x");

        _receiver.Feed("5:hello,");
        _receiver.Feed(new string('x', 100_000));

        Assert.Empty(_receiver.Events);
        Assert.Equal(0, _receiver.Input.Length);
    }

    [Fact, Clause("PROTO-20")]
    public void DataReceived_BrokenWithoutAConnection_DropsAllThatComes()
    {
        NetstringRecorder receiver = new();

        receiver.Feed("x5:hello,");
        receiver.Feed("5:hello,");

        Assert.Empty(receiver.Events);
        Assert.True(receiver.IsPeerBroken);
    }

    [Fact, Clause("PROTO-20")]
    public void IsPeerBroken_ConnectionEndsWithinTheClose_IsKnownAlready()
    {
        NetstringRecorder receiver = new();
        new StringTransport().Connect(receiver);

        receiver.Feed("x");

        Assert.True(receiver.WasBrokenAtTheEnd);
    }

    [Fact, Clause("PROTO-20")]
    public void MakeConnection_Again_BeginsAnew()
    {
        _receiver.Feed("5:he");
        _receiver.MakeConnection(new StringTransport());
        _receiver.Feed("3:one,x");
        _receiver.MakeConnection(new StringTransport());
        _receiver.Feed("3:two,");

        Assert.Equal(["one", "two"], _receiver.Events);
        Assert.Null(_receiver.PeerFault);
    }

    [Fact]
    public void DataReceived_HandlerCloses_DeliversNothingMore()
    {
        _receiver.OnString = _ => _transport.LoseConnection();

        _receiver.Feed("3:one,3:two,x");

        Assert.Equal(["one"], _receiver.Events);
        Assert.False(_receiver.IsPeerBroken);
    }

    [Fact]
    public void PauseProducing_WithinAHandler_StopsAtOnce()
    {
        _receiver.OnString = _ => _receiver.PauseProducing();

        _receiver.Feed("3:one,3:two,");
        Assert.Equal(["one"], _receiver.Events);

        _receiver.ResumeProducing();
        Assert.Equal(["one", "two"], _receiver.Events);
    }

    [Fact]
    public void DataReceived_LongStringByteByByte_MovesLittle()
    {
        const int Length = 300_000;
        _receiver.MaxLength = Length;
        _receiver.Feed($"{Length}:");
        for (int i = 0; i < Length; i++)
        {
            _receiver.DataReceived("x"u8);
        }

        Assert.InRange(_receiver.Input.Moved, 0, 2 * Length);

        _receiver.Feed(",");
        Assert.Equal(Length, Assert.Single(_receiver.Events).Length);
    }
}
