using Spindle.Kernel;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>How each side and the whole end.</content>
public abstract partial class StdioContract
{
    [Fact, Clause("STDIO-4", "STDIO-10")]
    public void LoseConnection_BytesWritten_ArriveAndTheReaderFindsTheEnd() => Run(async rig =>
    {
        Piped piped = new(rig, new RecordingProtocol());

        piped.IO.Write(new byte[300_000]);
        piped.IO.LoseConnection();
        Assert.True(piped.IO.IsDisconnecting);
        piped.IO.Write("dropped"u8);
        piped.Say("not read");
        Assert.Equal(0, piped.Protocol.LostCount);

        await rig.Until(piped.SeesEnd);
        Assert.Equal(300_000, piped.Output.Length);
        await rig.Until(() => piped.Protocol.LostCount == 1);
        Assert.IsType<ConnectionDoneException>(piped.Protocol.Reason);
        Assert.Equal(0, piped.Protocol.ReceivedCount);
        await piped.Finish();
    });

    [Fact, Clause("STDIO-4")]
    public void LoseConnection_WhileClosing_LeavesTheFeederAlone() => Run(async rig =>
    {
        Piped piped = new(rig, new RecordingProtocol());
        piped.IO.Write(new byte[300_000]); // More than the pipe takes: it stays open.
        piped.IO.LoseConnection();
        await rig.NextTurn();

        piped.Say("a feeder that is not killed");

        await rig.Until(piped.SeesEnd);
        await piped.Finish();
    });

    [Fact, Clause("STDIO-5", "STDIO-10")]
    public void LoseWriteConnection_Output_EndsAndReadingGoesOn() => Run(async rig =>
    {
        HalfCloseProtocol protocol = new();
        Piped piped = new(rig, protocol);

        piped.IO.Write("last words"u8);
        piped.IO.LoseWriteConnection();

        await rig.Until(piped.SeesEnd);
        Assert.Equal("last words", piped.Output);
        await rig.Until(() => protocol.WriteLostCount == 1);
        piped.Say("still heard");
        await rig.Until(() => protocol.ReceivedCount == 11);
        piped.IO.Write("dropped"u8);
        Assert.Equal(0, protocol.LostCount);
        await piped.Finish();
        Assert.IsType<ConnectionDoneException>(protocol.Reason);
    });

    [Fact, Clause("STDIO-6")]
    public void InputEnds_HalfCloseProtocol_HearsOfItAndWritesOn() => Run(async rig =>
    {
        HalfCloseProtocol protocol = new();
        Piped piped = new(rig, protocol);

        piped.Say("all");
        piped.EndInput();

        await rig.Until(() => protocol.ReadLostCount == 1);
        Assert.Equal("all"u8, protocol.Received);
        piped.IO.Write("answer"u8);
        await rig.Until(() => piped.Output == "answer");
        Assert.Equal(0, protocol.LostCount);
        await piped.Finish();
        Assert.Equal((1, 0), (protocol.ReadLostCount, protocol.WriteLostCount));
    });

    [Fact, Clause("STDIO-6", "STDIO-10")]
    public void InputEnds_OtherProtocol_IsLost() => Run(async rig =>
    {
        Piped piped = new(rig, new RecordingProtocol());

        piped.EndInput();

        await rig.Until(() => piped.Protocol.LostCount == 1);
        Assert.IsType<ConnectionDoneException>(piped.Protocol.Reason);
        await rig.Until(piped.SeesEnd); // A child that another test is spawning may hold the pipe for a moment.
        await piped.Finish();
        Assert.IsType<ConnectionDoneException>(await piped.IO.Ended);
    });

    [Fact, Clause("STDIO-6")]
    public void InputEnds_OutputWaits_IsSentBeforeTheEnd() => Run(async rig =>
    {
        Piped piped = new(rig, new RecordingProtocol());
        PushProducer producer = new();
        piped.IO.RegisterProducer(producer, streaming: true);
        piped.IO.Write(new byte[300_000]);

        piped.EndInput();

        await rig.Until(() => piped.IO.IsDisconnecting);
        Assert.Equal("stop", producer.Journal[^1]);
        await rig.Until(piped.SeesEnd);
        Assert.Equal(300_000, piped.Output.Length);
        await piped.Finish();
    });

    [Fact, Clause("STDIO-7", "STDIO-8", "STDIO-13")]
    public void ReaderCloses_HalfCloseProtocol_HearsOfItAndReadsOn() => Run(async rig =>
    {
        HalfCloseProtocol protocol = new();
        Piped piped = new(rig, protocol);

        piped.EndOutput();

        await rig.Until(() => protocol.WriteLostCount == 1);
        Assert.NotNull(piped.IO.WriteFailure);
        piped.Say("heard");
        await rig.Until(() => protocol.ReceivedCount == 5);
        piped.EndInput();
        await rig.Until(() => protocol.LostCount == 1);
        Assert.Equal(["protocol made", "protocol write lost", "protocol read lost", "protocol lost"], protocol.Journal);
        await piped.Finish();
    });

    [Fact, Clause("STDIO-7")]
    public void ReaderCloses_OtherProtocol_ReadsOn() => Run(async rig =>
    {
        Piped piped = new(rig, new RecordingProtocol());
        piped.IO.Write(new byte[300_000]);

        piped.EndOutput();
        await rig.Until(() => piped.IO.WriteFailure is not null);

        piped.Say("heard");
        await rig.Until(() => piped.Protocol.ReceivedCount == 5);
        Assert.Equal(0, piped.Protocol.LostCount);
        piped.EndInput();
        await rig.Until(() => piped.Protocol.LostCount == 1);
        await piped.Finish();
    });

    [Fact, Clause("STDIO-7")]
    public void ReaderCloses_WhileClosing_EndsIt() => Run(async rig =>
    {
        Piped piped = new(rig, new RecordingProtocol());
        piped.IO.Write(new byte[300_000]);
        piped.IO.LoseConnection();

        piped.EndOutput();

        await rig.Until(() => piped.Protocol.LostCount == 1);
        await piped.Finish();
    });

    [Fact, Clause("STDIO-8")]
    public void InputFails_HalfCloseProtocol_HearsOfItAsOfAnEnd() => Run(async rig =>
    {
        HalfCloseProtocol protocol = new();
        Piped piped = new(rig, protocol);
        rig.Plan.FailNext(Operation.Read, Errno.EIO);

        piped.Say("x");

        await rig.Until(() => protocol.ReadLostCount == 1);
        Assert.Equal(0, protocol.LostCount);
        Assert.Equal(Errno.EIO, piped.IO.ReadFailure?.Errno);
        await piped.Finish();
    });

    [Theory, Clause("STDIO-13")]
    [InlineData(true)]
    [InlineData(false)]
    public void BothSidesEnded_ConnectionLost_IsCalledOnce(bool isInputFirst) => Run(async rig =>
    {
        HalfCloseProtocol protocol = new();
        Piped piped = new(rig, protocol);
        if (isInputFirst)
        {
            piped.EndInput();
            await rig.Until(() => protocol.ReadLostCount == 1);
        }

        piped.IO.LoseWriteConnection();
        await rig.Until(() => protocol.WriteLostCount == 1);
        if (!isInputFirst)
        {
            piped.EndInput();
        }

        await rig.Until(() => protocol.LostCount == 1);
        Assert.IsType<ConnectionDoneException>(protocol.Reason);
        piped.IO.LoseConnection();
        await piped.Finish();
        Assert.Equal((1, 1, 1), (protocol.ReadLostCount, protocol.WriteLostCount, protocol.LostCount));
    });

    [Theory, Clause("STDIO-9", "STDIO-10")]
    [InlineData("read")]
    [InlineData("write")]
    [InlineData("data")]
    [InlineData("made")]
    [InlineData("lost")]
    public void ProtocolThrows_Anywhere_IsLoggedAndEndsIt(string where) => Run(async rig =>
    {
        InvalidOperationException failure = new("the user's");
        HalfCloseProtocol protocol = new();
        protocol.OnReadLost = where == "read" ? () => throw failure : null;
        protocol.OnWriteLost = where == "write" ? () => throw failure : null;
        protocol.OnData = where == "data" ? _ => throw failure : null;
        protocol.OnMade = where == "made" ? () => throw failure : null;
        protocol.OnLost = where == "lost" ? _ => throw failure : null;
        Piped piped = new(rig, protocol);
        if (where != "made")
        {
            piped.Say("x");
            await rig.Until(() => protocol.ReceivedCount == 1);
        }

        piped.EndInput();
        piped.IO.LoseWriteConnection();

        await rig.Until(() => protocol.LostCount == 1);

        Assert.Same(failure, rig.TakeError().Exception);
        Assert.Equal(where != "lost", ReferenceEquals(failure, protocol.Reason));
        await piped.Finish();
    });

    [Fact]
    public void AbortConnection_WhatWaits_IsDroppedAndTheReasonIsToldLater() => Run(async rig =>
    {
        Piped piped = new(rig, new RecordingProtocol());
        piped.IO.Write("small and not sent yet"u8);

        piped.IO.AbortConnection();
        piped.IO.AbortConnection();
        Assert.Equal(0, piped.Protocol.LostCount);

        await rig.Until(() => piped.Protocol.LostCount == 1);
        Assert.IsType<TransportAbortedException>(piped.Protocol.Reason);
        await rig.Until(piped.SeesEnd);
        Assert.Equal("", piped.Output);
        await piped.Finish();
    });

    [Theory, Clause("STDIO-10")]
    [InlineData(true)]
    [InlineData(false)]
    public void ReactorStops_Protocol_IsLostOnce(bool isHalfCloseable) => Run(async rig =>
    {
        RecordingProtocol protocol = isHalfCloseable ? new HalfCloseProtocol() : new RecordingProtocol();
        Piped piped = new(rig, protocol);

        await rig.StopAsync();

        Assert.Equal(["protocol made", "protocol lost"], protocol.Journal);
        Assert.IsType<ConnectionLostException>(protocol.Reason);
        await rig.Until(piped.SeesEnd); // A child that another test is spawning may hold the pipe for a moment.
        piped.EndInput();
        piped.EndOutput();
    });

    [Fact]
    public void StopAsync_WithGrace_SendsWhatWaits() => Run(async rig =>
    {
        Piped piped = new(rig, new RecordingProtocol());
        piped.IO.Write(new byte[300_000]);

        Task stop = rig.Reactor.StopAsync(TimeSpan.FromSeconds(20));
        await rig.Until(piped.SeesEnd);
        await stop;

        Assert.Equal(300_000, piped.Output.Length);
        Assert.Equal(1, piped.Protocol.LostCount);
        piped.EndInput();
        piped.EndOutput();
    });

    [Fact]
    public void StopAsync_ProtocolFinishesItself_IsAskedOnce() => Run(async rig =>
    {
        FinishingProtocol protocol = new();
        Piped piped = new(rig, protocol);

        Task stop = rig.Reactor.StopAsync(TimeSpan.FromSeconds(20));
        await rig.Until(() => protocol.FinishCount == 1);
        piped.Say("the last question");
        await rig.Until(() => protocol.ReceivedCount == 17);
        protocol.Transport.LoseConnection();
        await stop;

        Assert.Equal((1, 1), (protocol.FinishCount, protocol.LostCount));
        piped.EndInput();
        piped.EndOutput();
    });

    private sealed class FinishingProtocol : RecordingProtocol, IFinishing
    {
        public FinishingProtocol()
            : base("protocol")
        {
        }

        public int FinishCount { get; private set; }

        public void Finish() => FinishCount++;
    }
}
