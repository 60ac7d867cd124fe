using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>What follows from a call.</content>
public abstract partial class DescriptorContract
{
    [Theory, Clause("FD-21")]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispatch_NoDescriptorAnyMore_DisconnectsWithWentAway(bool isReading) => Run(async (rig, fd, other) =>
    {
        TestDescriptor gone = new(fd);
        Add(rig, gone, isReading);
        gone.Fd = -1;
        MakeReadable(rig, other);

        await rig.Until(() => gone.Losses.Count == 1);

        Assert.IsAssignableFrom<ConnectionLostException>(Assert.IsType<DescriptorWentAwayException>(gone.Losses[0]));
        Assert.Equal(0, gone.Reads + gone.Writes);
        AssertUnwatched(rig, gone);
    });

    [Theory, Clause("FD-21", "FD-27")]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispatch_GivesAReason_DisconnectsWithIt(bool isReading) => Run(async (rig, fd, other) =>
    {
        ConnectionLostException reason = new("because");
        TestDescriptor descriptor = new(fd) { OnRead = () => reason, OnWrite = () => reason };
        rig.Reactor.AddReader(descriptor);
        rig.Reactor.AddWriter(descriptor);
        if (isReading)
        {
            rig.Reactor.RemoveWriter(descriptor);
            MakeReadable(rig, other);
        }

        await rig.Until(() => descriptor.Losses.Count == 1);

        Assert.Same(reason, descriptor.Losses[0]);
        AssertUnwatched(rig, descriptor);
        Assert.Empty(rig.TakeErrors());
    });

    [Theory, Clause("FD-21", "FD-22", "I3")]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void Dispatch_Throws_LogsAndDisconnectsWithItWhateverItsType(bool isReading, bool isCancellation) => Run(async (rig, fd, other) =>
    {
        Exception failure = isCancellation ? new OperationCanceledException("the object's") : new InvalidOperationException("the object's");
        TestDescriptor descriptor = new(fd, "Own") { OnRead = () => throw failure, OnWrite = () => throw failure };
        Add(rig, descriptor, isReading);
        MakeReadable(rig, other);

        await rig.Until(() => descriptor.Losses.Count == 1);

        Assert.Same(failure, descriptor.Losses[0]);
        Assert.Equal(1, descriptor.Reads + descriptor.Writes);
        AssertUnwatched(rig, descriptor);
        LogRecord record = rig.TakeError();
        Assert.Same(failure, record.Exception);
        Assert.StartsWith("[Own]", record.Text, StringComparison.Ordinal);
    });

    [Fact, Clause("FD-23")]
    public void Dispatch_FilenoThrows_DisconnectsWithItOnce() => Run(async (rig, fd, other) =>
    {
        InvalidOperationException failure = new("the object's");
        TestDescriptor descriptor = new(fd);
        rig.Reactor.AddReader(descriptor);
        descriptor.OnFileno = () => throw failure;
        MakeReadable(rig, other);

        await rig.Until(() => descriptor.Losses.Count == 1);

        Assert.Same(failure, descriptor.Losses[0]);
        await rig.NextTurn();
        await rig.NextTurn();
        Assert.Single(rig.TakeErrors());
        AssertUnwatched(rig, descriptor);
    });

    [Fact, Clause("FD-26", "FD-27")]
    public void Dispatch_ReadIsDoneAndHalfCloseable_EndsReadingOnly() => Run(async (rig, fd, other) =>
    {
        HalfCloseableDescriptor descriptor = new(fd) { OnRead = () => ConnectionDoneException.Instance };
        rig.Reactor.AddReader(descriptor);
        rig.Reactor.AddWriter(descriptor);
        MakeReadable(rig, other);

        await rig.Until(() => descriptor.ReadLosses.Count == 1);

        Assert.Same(ConnectionDoneException.Instance, descriptor.ReadLosses[0]);
        Assert.Empty(rig.Reactor.GetReaders());
        Assert.Equal([descriptor], rig.Reactor.GetWriters());
        int writes = descriptor.Writes;
        await rig.Until(() => descriptor.Writes > writes);
        Assert.Empty(descriptor.Losses);
    });

    [Fact, Clause("FD-26")]
    public void Dispatch_WriteIsDoneAndHalfCloseable_EndsAll() => Run(async (rig, fd, _) =>
    {
        HalfCloseableDescriptor descriptor = new(fd) { OnWrite = () => ConnectionDoneException.Instance };
        rig.Reactor.AddReader(descriptor);
        rig.Reactor.AddWriter(descriptor);

        await rig.Until(() => descriptor.Losses.Count == 1);

        Assert.Empty(descriptor.ReadLosses);
        AssertUnwatched(rig, descriptor);
    });

    [Fact, Clause("FD-26")]
    public void Dispatch_ReadIsLostAndHalfCloseable_EndsAll() => Run(async (rig, fd, other) =>
    {
        HalfCloseableDescriptor descriptor = new(fd) { OnRead = () => new ConnectionLostException() };
        rig.Reactor.AddReader(descriptor);
        rig.Reactor.AddWriter(descriptor);
        MakeReadable(rig, other);

        await rig.Until(() => descriptor.Losses.Count == 1);

        Assert.Empty(descriptor.ReadLosses);
        AssertUnwatched(rig, descriptor);
    });

    [Fact, Clause("FD-28")]
    public void ConnectionLost_Throws_IsLoggedAndTheLoopLives() => Run(async (rig, fd, other) =>
    {
        InvalidOperationException failure = new("the object's");
        TestDescriptor descriptor = new(fd, "Own") { OnRead = () => new ConnectionLostException(), OnLost = () => throw failure };
        rig.Reactor.AddReader(descriptor);
        MakeReadable(rig, other);

        await rig.Until(() => descriptor.Losses.Count == 1);

        LogRecord record = rig.TakeError();
        Assert.Same(failure, record.Exception);
        Assert.StartsWith("[Own]", record.Text, StringComparison.Ordinal);
        TestDescriptor next = new(fd);
        rig.Reactor.AddReader(next);
        await rig.Until(() => next.Reads > 0);
    });

    [Fact, Clause("FD-4")]
    public void LogPrefix_Throws_TheCallIsMadeAndTheRecordIsWritten() => Run(async (rig, fd, other) =>
    {
        InvalidOperationException failure = new("the object's");
        TestDescriptor descriptor = new(fd)
        {
            OnLogPrefix = () => throw new InvalidOperationException("no name"),
            OnRead = () => throw failure,
        };
        rig.Reactor.AddReader(descriptor);
        MakeReadable(rig, other);

        await rig.Until(() => descriptor.Losses.Count == 1);

        LogRecord record = rig.TakeError();
        Assert.Same(failure, record.Exception);
        Assert.Contains("no name", record.Text, StringComparison.Ordinal);
    });

    [Fact, Clause("FD-15", "FD-21")]
    public void Stop_StillWatched_TellsEachObjectOnce() => Run(async (rig, fd, other) =>
    {
        TestDescriptor both = new(fd);
        TestDescriptor reader = new(other);
        rig.Reactor.AddReader(both);
        rig.Reactor.AddWriter(both);
        rig.Reactor.AddReader(reader);

        await rig.StopAsync();

        Assert.IsType<ConnectionLostException>(Assert.Single(both.Losses));
        Assert.IsType<ConnectionLostException>(Assert.Single(reader.Losses));
        AssertUnwatched(rig, both);
    });
}
