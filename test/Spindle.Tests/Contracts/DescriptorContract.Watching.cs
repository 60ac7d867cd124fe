using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Adding and removing.</content>
public abstract partial class DescriptorContract
{
    [Fact, Clause("FD-2")]
    public void AddReader_Readable_CallsDoReadUntilItIsRead() => Run(async (rig, fd, other) =>
    {
        TestDescriptor reader = new(fd);
        rig.Reactor.AddReader(reader);
        Assert.Equal(1, reader.Filenos);
        MakeReadable(rig, other);

        await rig.Until(() => reader.Reads == 3); // What holds is reported in every turn.
        Drain(rig, fd);
        MakeReadable(rig, other);

        await rig.Until(() => reader.Reads > 3);
        Assert.Equal(0, reader.Writes);
        Assert.Empty(reader.Losses);
    });

    [Fact, Clause("FD-3")]
    public void AddWriter_Writable_CallsDoWrite() => Run(async (rig, fd, _) =>
    {
        TestDescriptor writer = new(fd);
        rig.Reactor.AddWriter(writer);
        Assert.Equal(1, writer.Filenos);

        await rig.Until(() => writer.Writes == 2);

        Assert.Equal(0, writer.Reads);
    });

    [Fact, Clause("FD-2", "FD-3")]
    public void Add_Watched_DoesNothingAndDoesNotAsk() => Run((rig, fd, _) =>
    {
        TestDescriptor both = new(fd);
        rig.Reactor.AddReader(both);
        rig.Reactor.AddWriter(both);

        rig.Reactor.AddReader(both);
        rig.Reactor.AddWriter(both);

        Assert.Equal(2, both.Filenos);
        Assert.Equal([both], rig.Reactor.GetReaders());
        Assert.Equal([both], rig.Reactor.GetWriters());
        return Task.CompletedTask;
    });

    [Fact, Clause("FD-1")]
    public void Add_Null_Throws() => Run((rig, _, _) =>
    {
        Assert.Throws<ArgumentNullException>(() => rig.Reactor.AddReader(null!));
        Assert.Throws<ArgumentNullException>(() => rig.Reactor.AddWriter(null!));
        return Task.CompletedTask;
    });

    [Fact, Clause("FD-7")]
    public void Add_NoDescriptor_ThrowsAndLeavesNoTrace() => Run((rig, _, _) =>
    {
        TestDescriptor without = new(-1);

        Assert.Throws<ArgumentException>(() => rig.Reactor.AddReader(without));
        Assert.Throws<ArgumentException>(() => rig.Reactor.AddWriter(without));

        AssertUnwatched(rig, without);
        return Task.CompletedTask;
    });

    [Fact, Clause("FD-2")]
    public void Add_FilenoThrows_LetsItOutAndLeavesNoTrace() => Run((rig, fd, _) =>
    {
        InvalidOperationException failure = new("the object's");
        TestDescriptor failing = new(fd) { OnFileno = () => throw failure };

        Assert.Same(failure, Record.Exception(() => rig.Reactor.AddReader(failing)));

        AssertUnwatched(rig, failing);
        return Task.CompletedTask;
    });

    [Fact, Clause("FD-6", "FD-8")]
    public void Add_KernelRefuses_ThrowsAndLeavesNoTrace() => Run(async (rig, fd, other) =>
    {
        TestDescriptor refused = new(fd);
        Operation registration = Kind == SelectorKind.Epoll ? Operation.EpollAdd : Operation.Statx;
        rig.Plan.FailNext(registration, Errno.ENOMEM, times: 2);

        Assert.Equal(Errno.ENOMEM, Assert.Throws<SystemCallException>(() => rig.Reactor.AddReader(refused)).Errno);
        Assert.Equal(Errno.ENOMEM, Assert.Throws<SystemCallException>(() => rig.Reactor.AddWriter(refused)).Errno);

        AssertUnwatched(rig, refused);
        rig.Reactor.AddReader(refused); // Nothing is in the way of a second attempt.
        MakeReadable(rig, other);
        await rig.Until(() => refused.Reads == 1);
    });

    [Fact, Clause("FD-6")]
    public void AddWriter_KernelRefusesAndReadingGoesOn_ReadsOn() => Run(async (rig, fd, other) =>
    {
        TestDescriptor both = new(fd);
        rig.Reactor.AddReader(both);
        Operation change = Kind == SelectorKind.Epoll ? Operation.EpollModify : Operation.Statx;
        rig.Plan.FailNext(change, Errno.ENOMEM);

        Assert.Throws<SystemCallException>(() => rig.Reactor.AddWriter(both));

        MakeReadable(rig, other);
        await rig.Until(() => both.Reads == 1);
        Assert.Equal(0, both.Writes);
        Assert.Empty(rig.Reactor.GetWriters());
    });

    [Fact, Clause("FD-9", "FD-10")]
    public void Remove_Unknown_IsIgnored() => Run((rig, fd, _) =>
    {
        TestDescriptor unknown = new(fd);

        rig.Reactor.RemoveReader(unknown);
        rig.Reactor.RemoveWriter(unknown);

        Assert.Equal(0, unknown.Filenos);
        return Task.CompletedTask;
    });

    [Fact, Clause("FD-9", "FD-10", "FD-15")]
    public void Remove_Watched_IsNotTouchedAnyMore() => Run(async (rig, fd, other) =>
    {
        TestDescriptor both = new(fd);
        rig.Reactor.AddReader(both);
        rig.Reactor.AddWriter(both);
        MakeReadable(rig, other);
        await rig.Until(() => both.Reads > 0 && both.Writes > 0);

        rig.Reactor.RemoveReader(both);
        int reads = both.Reads;
        await rig.Until(() => both.Writes > 5);
        Assert.Equal(reads, both.Reads);
        rig.Reactor.RemoveWriter(both);
        (int writes, int filenos) = (both.Writes, both.Filenos);
        await rig.NextTurn();
        await rig.NextTurn();

        Assert.Equal((writes, filenos), (both.Writes, both.Filenos));
        AssertUnwatched(rig, both);
    });

    [Fact, Clause("FD-11")]
    public void Remove_FilenoChangedOrThrows_RemovesWhatWasAdded() => Run((rig, fd, other) =>
    {
        TestDescriptor changed = new(fd);
        TestDescriptor neighbour = new(other);
        rig.Reactor.AddReader(changed);
        rig.Reactor.AddReader(neighbour);

        changed.OnFileno = () => throw new InvalidOperationException();
        changed.Fd = other;
        rig.Reactor.RemoveReader(changed);

        Assert.Equal([neighbour], rig.Reactor.GetReaders());
        rig.Reactor.AddReader(new TestDescriptor(fd)); // The number is free again.
        return Task.CompletedTask;
    });

    [Fact, Clause("FD-12")]
    public void Add_TwoObjectsForOneDirection_RefusesTheSecond() => Run(async (rig, fd, other) =>
    {
        TestDescriptor first = new(fd, "first");
        TestDescriptor second = new(fd, "second");
        rig.Reactor.AddReader(first);
        rig.Reactor.AddWriter(first);

        Assert.Throws<ArgumentException>(() => rig.Reactor.AddReader(second));
        Assert.Throws<ArgumentException>(() => rig.Reactor.AddWriter(second));

        AssertUnwatched(rig, second);
        MakeReadable(rig, other);
        await rig.Until(() => first.Reads > 0 && first.Writes > 0);
        Assert.Equal(0, second.Reads + second.Writes);
        Assert.Empty(first.Losses);
    });

    [Fact, Clause("FD-12")]
    public void Add_OneObjectPerDirection_IsLegal() => Run(async (rig, fd, other) =>
    {
        TestDescriptor reader = new(fd);
        TestDescriptor writer = new(fd);

        rig.Reactor.AddReader(reader);
        rig.Reactor.AddWriter(writer);

        MakeReadable(rig, other);
        await rig.Until(() => reader.Reads > 0 && writer.Writes > 0);
        rig.Reactor.RemoveReader(reader);
        int writes = writer.Writes;
        await rig.Until(() => writer.Writes > writes);
        Assert.Equal((0, 0), (reader.Writes, writer.Reads));
        Assert.Empty(reader.Losses);
    });

    [Theory, Clause("FD-13")]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Add_NumberStandsForAnotherFile_WatchesItAndTellsTheOld(bool oldReads, bool newReads) => Run(async (rig, fd, other) =>
    {
        int number = DescriptorNumbers.Next();
        NativeCalls.DuplicateTo(fd, number);
        TestDescriptor old = new(number, "old");
        Add(rig, old, oldReads);
        NativeCalls.DuplicateTo(other, number); // Closes the old file under the number.
        TestDescriptor fresh = new(number, "fresh");

        Add(rig, fresh, newReads);

        await rig.Until(() => old.Losses.Count == 1);
        Assert.IsType<DescriptorWentAwayException>(old.Losses[0]);
        AssertUnwatched(rig, old);
        int calls = old.Reads + old.Writes;
        MakeReadable(rig, fd);
        await rig.Until(() => (newReads ? fresh.Reads : fresh.Writes) > 0);
        Assert.Equal(calls, old.Reads + old.Writes);
        Assert.Empty(fresh.Losses);
        RemoveAll(rig);
        _ = rig.Kernel.Files.Close(number);
    });

    [Fact, Clause("FD-16", "FD-15")]
    public void DoRead_RemovesAnotherThatIsReady_TheOtherIsNotCalled() => Run(async (rig, fd, other) =>
    {
        TestDescriptor first = new(fd);
        TestDescriptor second = new(other);
        first.OnRead = () => RemoveIt(second);
        second.OnRead = () => RemoveIt(first);
        MakeReadable(rig, fd);
        MakeReadable(rig, other);
        rig.Reactor.AddReader(first);
        rig.Reactor.AddReader(second);

        await rig.Until(() => first.Reads + second.Reads > 2);

        Assert.True(first.Reads == 0 || second.Reads == 0, "Both were called.");

        Exception? RemoveIt(TestDescriptor it)
        {
            rig.Reactor.RemoveReader(it);
            return null;
        }
    });

    [Fact, Clause("FD-19", "FD-20")]
    public void GetReaders_Any_GivesNewListsWithoutTheReactorsOwn() => Run((rig, fd, _) =>
    {
        Assert.Empty(rig.Reactor.GetReaders());
        TestDescriptor both = new(fd);
        rig.Reactor.AddReader(both);
        rig.Reactor.AddWriter(both);

        IReadOnlyList<IReadDescriptor> readers = rig.Reactor.GetReaders();
        IReadOnlyList<IWriteDescriptor> writers = rig.Reactor.GetWriters();
        rig.Reactor.RemoveReader(both);
        rig.Reactor.RemoveWriter(both);

        Assert.Equal([both], readers);
        Assert.Equal([both], writers);
        Assert.Empty(rig.Reactor.GetReaders());
        return Task.CompletedTask;
    });

    private static void Add(ReactorRig rig, TestDescriptor descriptor, bool isReading)
    {
        if (isReading)
        {
            rig.Reactor.AddReader(descriptor);
        }
        else
        {
            rig.Reactor.AddWriter(descriptor);
        }
    }
}
