using Spindle.Testing;
using static Spindle.Tests.Protocols.Feeding;

namespace Spindle.Tests.Protocols;

public sealed class LineReceiverModeTests
{
    private readonly StringTransport _transport = new();
    private readonly LineRecorder _receiver = new() { OnRaw = _ => { } };

    public LineReceiverModeTests() => _receiver.MakeConnection(_transport);

    [Fact, Clause("PROTO-17")]
    public void SetRawMode_WithinAHandler_TheRestIsRaw()
    {
        _receiver.OnLine = _ => _receiver.SetRawMode();

        _receiver.Feed("raw\r\nbody\r\nof it");
        _receiver.Feed("more");

        Assert.Equal(["line raw", "raw body\r\nof it", "raw more"], _receiver.Events);
        Assert.False(_receiver.IsLineMode);
    }

    [Fact, Clause("PROTO-17")]
    public void SetRawMode_OutsideAHandler_WhatWasBufferedComesWithTheNextData()
    {
        _receiver.Feed("begun");

        _receiver.SetRawMode();
        Assert.Empty(_receiver.Events);

        _receiver.Feed(" and more");
        Assert.Equal(["raw begun and more"], _receiver.Events);
    }

    [Theory, Clause("PROTO-17")]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(100)]
    public void SetLineMode_WithExtra_ItIsCutIntoLines(int pieceSize)
    {
        int missing = 0;
        string body = "";
        _receiver.OnLine = line =>
        {
            if (int.TryParse(line, out missing))
            {
                _receiver.SetRawMode();
            }
        };
        _receiver.OnRaw = data =>
        {
            int count = Math.Min(missing, data.Length);
            body += data[..count];
            missing -= count;
            if (missing == 0)
            {
                _receiver.SetLineMode(BytesOf(data[count..]));
            }
        };

        _receiver.Feed("7\r\nab\r\ncde5\r\n12345end\r\n", pieceSize);

        Assert.Equal("ab\r\ncde12345", body);
        Assert.Equal(["line 7", "line 5", "line end"], _receiver.Events.Where(each => each.StartsWith("line", StringComparison.Ordinal)));
    }

    [Fact, Clause("PROTO-17")]
    public void SetLineMode_OutsideAHandler_DeliversWithinTheCall()
    {
        _receiver.SetRawMode();
        _receiver.Feed("raw");

        _receiver.SetLineMode("one\r\ntw"u8);
        Assert.Equal(["raw raw", "line one"], _receiver.Events);

        _receiver.Feed("o\r\n");
        Assert.Equal(["raw raw", "line one", "line two"], _receiver.Events);
    }

    [Fact, Clause("PROTO-17")]
    public void SetLineMode_WithoutExtra_OnlySwitches()
    {
        _receiver.SetRawMode();
        _receiver.OnRaw = _ => _receiver.SetLineMode();

        _receiver.Feed("raw");
        _receiver.Feed("line\r\n");

        Assert.Equal(["raw raw", "line line"], _receiver.Events);
    }

    [Fact, Clause("PROTO-17")]
    public void SetLineMode_AgainAndAgain_DoesNotDeepenTheStack()
    {
        // Each line switches to raw data, and each piece of raw data gives all but its first byte back.
        const int Switches = 1_000;
        int depth = 0;
        int deepest = 0;
        _receiver.OnLine = _ => Within(() => _receiver.SetRawMode());
        _receiver.OnRaw = data => Within(() => _receiver.SetLineMode(BytesOf(data[1..])));

        _receiver.Feed(string.Concat(Enumerable.Repeat("a\r\nb", Switches)));

        Assert.Equal(2 * Switches, _receiver.Events.Count);
        Assert.Equal(1, deepest);

        void Within(Action action)
        {
            deepest = Math.Max(deepest, ++depth);
            action();
            depth--;
        }
    }

    [Fact, Clause("PROTO-18")]
    public void PauseProducing_WithinAHandler_StopsAtOnce()
    {
        _receiver.OnLine = line =>
        {
            if (line == "pause")
            {
                _receiver.PauseProducing();
            }
        };

        _receiver.Feed("one\r\npause\r\ntwo\r\nthr");
        Assert.Equal(["line one", "line pause"], _receiver.Events);
        Assert.True(_receiver.IsPaused);
        Assert.Equal(ProducerState.Paused, _transport.ProducerState);

        _receiver.Feed("ee\r\n"); // A transport may still have something on its way.
        Assert.Equal(2, _receiver.Events.Count);

        _receiver.ResumeProducing();
        Assert.Equal(["line one", "line pause", "line two", "line three"], _receiver.Events);
        Assert.False(_receiver.IsPaused);
        Assert.Equal(ProducerState.Producing, _transport.ProducerState);
    }

    [Fact, Clause("PROTO-18")]
    public void PauseProducing_AgainWhileResumed_StopsAgain()
    {
        _receiver.OnLine = _ => _receiver.PauseProducing();
        _receiver.Feed("one\r\ntwo\r\nthree\r\n");
        Assert.Equal(["line one"], _receiver.Events);

        _receiver.ResumeProducing();
        Assert.Equal(["line one", "line two"], _receiver.Events);
        Assert.Equal(ProducerState.Paused, _transport.ProducerState);

        _receiver.ResumeProducing();
        Assert.Equal(["line one", "line two", "line three"], _receiver.Events);
    }

    [Fact, Clause("PROTO-18")]
    public void ResumeProducing_WithinTheHandlerThatPaused_GoesOn()
    {
        int depth = 0;
        _receiver.OnLine = _ =>
        {
            Assert.Equal(1, ++depth);
            _receiver.PauseProducing();
            _receiver.ResumeProducing();
            depth--;
        };

        _receiver.Feed("one\r\ntwo\r\n");

        Assert.Equal(["line one", "line two"], _receiver.Events);
    }

    [Fact, Clause("PROTO-17", "PROTO-18")]
    public void PauseProducing_RawMode_HoldsTheDataBack()
    {
        _receiver.OnLine = _ => _receiver.SetRawMode();
        _receiver.OnRaw = _ =>
        {
            _receiver.PauseProducing();
            _receiver.SetLineMode("extra\r\n"u8);
        };

        _receiver.Feed("line\r\nraw");
        Assert.Equal(["line line", "raw raw"], _receiver.Events);

        _receiver.ResumeProducing();
        Assert.Equal(["line line", "raw raw", "line extra"], _receiver.Events);
    }

    [Fact, Clause("PROTO-18")]
    public void ResumeProducing_PausedInRawMode_DeliversWhatCameMeanwhileInOnePiece()
    {
        _receiver.SetRawMode();
        _receiver.PauseProducing();
        _receiver.Feed("one");
        _receiver.Feed("two");
        Assert.Empty(_receiver.Events);

        _receiver.ResumeProducing();
        Assert.Equal(["raw onetwo"], _receiver.Events);
    }

    [Fact, Clause("PROTO-18")]
    public void StopProducing_Always_StopsTheTransportAndTheDelivery()
    {
        _receiver.OnLine = _ => _receiver.StopProducing();

        _receiver.Feed("one\r\ntwo\r\n");

        Assert.Equal(["line one"], _receiver.Events);
        Assert.Equal(ProducerState.Stopped, _transport.ProducerState);
    }

    [Fact, Clause("PROTO-18")]
    public void RegisterProducer_OfAConsumer_ControlsTheReceiver()
    {
        StringTransport consumer = new();
        consumer.RegisterProducer(_receiver, streaming: true);
        IPushProducer producer = Assert.IsAssignableFrom<IPushProducer>(consumer.Producer);

        _receiver.Feed("one\r\n");
        producer.PauseProducing();
        _receiver.Feed("two\r\n");
        Assert.Equal(["line one"], _receiver.Events);

        producer.ResumeProducing();
        Assert.Equal(["line one", "line two"], _receiver.Events);
    }

    [Fact]
    public void ResumeProducing_HandlerThrows_EndsTheConnection()
    {
        _receiver.PauseProducing();
        _receiver.Feed("bad\r\n");
        _receiver.OnLine = _ => throw new FormatException();

        Assert.Throws<FormatException>(_receiver.ResumeProducing);

        Assert.True(_transport.IsAborted);
    }

    [Fact, Clause("PROTO-16", "PROTO-18")]
    public void ResumeProducing_Ended_DeliversNothing()
    {
        StringTransport transport = new() { IsLenient = true };
        LineRecorder receiver = new();
        transport.Connect(receiver);
        receiver.PauseProducing();
        receiver.Feed("one\r\n");

        transport.Disconnect();
        receiver.ResumeProducing();

        Assert.Empty(receiver.Events);
    }

    [Fact, Clause("PROTO-16")]
    public void RawDataReceived_Closes_DeliversNothingMore()
    {
        _receiver.SetRawMode();
        _receiver.OnRaw = _ =>
        {
            _transport.LoseConnection();
            _receiver.SetLineMode("one\r\n"u8);
        };

        _receiver.Feed("raw");

        Assert.Equal(["raw raw"], _receiver.Events);
    }

    [Fact, Clause("PROTO-16")]
    public void RawDataReceived_Throws_LetsItThrough()
    {
        _receiver.SetRawMode();
        _receiver.OnRaw = _ => throw new FormatException();

        Assert.Throws<FormatException>(() => _receiver.Feed("raw"));

        _receiver.OnRaw = _ => { };
        _receiver.Feed("more");
        Assert.Equal(["raw raw", "raw more"], _receiver.Events);
    }
}
