using Spindle.Testing;

namespace Spindle.Tests.Testing;

public sealed class AccumulatingProtocolTests
{
    private readonly AccumulatingProtocol _protocol = new();
    private readonly StringTransport _transport = new();

    [Fact]
    public async Task MadeAndLost_Connection_AreDoneWithIt()
    {
        Assert.Equal(0, _protocol.MadeCount);
        Assert.False(_protocol.Made.IsCompleted);

        _transport.Connect(_protocol);
        Assert.Equal(1, _protocol.MadeCount);
        Assert.True(_protocol.Made.IsCompletedSuccessfully);
        Assert.False(_protocol.Lost.IsCompleted);

        _transport.Disconnect();
        Assert.IsType<ConnectionDoneException>(await _protocol.Lost);
    }

    [Fact]
    public void Take_Received_ReturnsAndForgetsIt()
    {
        _transport.Connect(_protocol);
        _protocol.DataReceived("one"u8);
        _protocol.DataReceived("two"u8);

        Assert.Equal("onetwo"u8, _protocol.TakeReceived());
        Assert.Equal("", _protocol.ReceivedText);
        _protocol.DataReceived("three"u8);
        Assert.Equal("three", _protocol.TakeReceivedText());
        Assert.Equal(3, _protocol.Pieces);
        _protocol.DataReceived("four"u8);
        _protocol.Clear();
        Assert.Equal(0, _protocol.Received.Length);
    }

    [Theory]
    [InlineData(true, "one\r\ntwo\r\n", "")]
    [InlineData(false, "", "one\r\ntwo\r\n")]
    public void LineSendingProtocol_Connected_SaysItsLinesOnce(bool start, string first, string then)
    {
        LineSendingProtocol lines = new(["one", "two"], start);
        _transport.Connect(lines);
        Assert.Equal(first, _transport.TakeWrittenText());

        lines.DataReceived("hello\r\nagain\r\n"u8);

        Assert.Equal(then, _transport.TakeWrittenText());
        Assert.Equal(["hello", "again"], lines.Responses);
        Assert.Null(lines.LostReason);
        _transport.Disconnect();
        Assert.IsType<ConnectionDoneException>(lines.LostReason);
    }

    [Fact]
    public void Disconnect_NoProtocolOrEnded_SaysWhatToDo()
    {
        Assert.Contains("Connect", Assert.Throws<InvalidOperationException>(() => _transport.Disconnect()).Message, StringComparison.Ordinal);
        _transport.Connect(_protocol);
        _transport.Disconnect();
        Assert.Contains("ended", Assert.Throws<InvalidOperationException>(() => _transport.Disconnect()).Message, StringComparison.Ordinal);
    }
}
