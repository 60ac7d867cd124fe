using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Contracts;

/// <content>Descriptors that are removed in a turn, closed without being removed, and numbers that are handed out again.</content>
public abstract partial class EventLoopContract
{
    [Theory, Clause("LOOP-17", "SEL-25")]
    [InlineData(true)]
    [InlineData(false)]
    public void Remove_ByAnotherReaderOfTheSameTurn_PreventsTheQueuedRun(bool firstIsReadyFirst)
    {
        PipeEnds first = CreatePipe();
        PipeEnds second = CreatePipe();
        int runs = 0;
        Loop.AddReader(first.Read, () => runs += Loop.RemoveReader(second.Read) ? 1 : 100);
        Loop.AddReader(second.Read, () => runs += Loop.RemoveReader(first.Read) ? 1 : 100);
        WriteByte((firstIsReadyFirst ? first : second).Write);
        WriteByte((firstIsReadyFirst ? second : first).Write);

        RunTurn();

        Assert.Equal(1, runs); // Whichever came first removed the other.
    }

    [Fact, Clause("LOOP-17")]
    public void Remove_WriterByTheReaderOfTheSameDescriptor_PreventsTheQueuedRun()
    {
        List<string> ran = [];
        (int fd, int peer) = CreateSocketPair();
        WriteByte(peer);
        Loop.AddReader(fd, () =>
        {
            ran.Add("read");
            Loop.RemoveWriter(fd);
        });
        Loop.AddWriter(fd, () => ran.Add("write"));

        RunTurn();

        Assert.Equal(["read"], ran);
    }

    [Fact, Clause("LOOP-17")]
    public void Replace_ByAnEarlierCallbackOfTheSameTurn_RunsTheNewOneFromTheNextTurnOn()
    {
        List<string> ran = [];
        PipeEnds pipe = CreateFullPipe();
        Loop.AddReader(pipe.Read, () => ran.Add("old"));
        Loop.CallSoon(() => Loop.AddReader(pipe.Read, () => ran.Add("new")));

        RunTurn();
        Assert.Empty(ran);

        RunTurn();
        Assert.Equal(["new"], ran);
    }

    [Fact, Clause("LOOP-17")]
    public void RemoveAndAdd_ByAnEarlierCallbackOfTheSameTurn_RunsTheNewOneFromTheNextTurnOn()
    {
        List<string> ran = [];
        PipeEnds pipe = CreateFullPipe();
        Loop.AddReader(pipe.Read, () => ran.Add("old"));
        Loop.CallSoon(() =>
        {
            Assert.True(Loop.RemoveReader(pipe.Read));
            Loop.AddReader(pipe.Read, () => ran.Add("new"));
        });

        RunTurn();
        Assert.Empty(ran);

        RunTurn();
        Assert.Equal(["new"], ran);
    }

    [Fact, Clause("LOOP-17", "SEL-25", "SEL-31")]
    public void Close_AndReuseInATurn_GivesTheNewOwnerNothingOfTheOld()
    {
        PipeEnds fresh = CreatePipe();
        int number = DuplicateToOwnNumber(CreateFullPipe().Read);
        List<string> ran = [];
        Loop.AddReader(number, () => ran.Add("old"));
        Loop.CallSoon(() =>
        {
            Assert.True(Loop.RemoveReader(number));
            CloseOwn(number);
            DuplicateTo(fresh.Read, number);
            Loop.AddReader(number, () => ran.Add("new"));
        });

        RunTurn();
        RunTurn();
        Assert.Empty(ran);

        WriteByte(fresh.Write);
        RunTurn();
        Assert.Equal(["new"], ran);
    }

    [Theory, Clause("SEL-30", "LOOP-18")]
    [InlineData(false)]
    [InlineData(true)]
    public void AddReader_NumberReusedWithoutRemoval_WatchesTheNewFile(bool oldLivesOn)
    {
        PipeEnds old = CreatePipe();
        int number = DuplicateToOwnNumber(old.Read);
        List<string> ran = [];
        Loop.AddReader(number, () => ran.Add("old"));
        CloseOwn(number);
        PipeEnds fresh = CreatePipe();
        DuplicateTo(fresh.Read, number);
        Loop.AddReader(number, () => ran.Add("new"));
        if (oldLivesOn)
        {
            WriteByte(old.Write);
        }
        else
        {
            CloseOwn(old.Read);
        }

        RunTurn();
        RunTurn();
        Assert.Empty(ran);

        WriteByte(fresh.Write);
        RunTurn();
        Assert.Equal(["new"], ran);
    }

    [Fact, Clause("SEL-30", "LOOP-18")]
    public void AddWriter_NumberReusedWithoutRemovalOfTheReader_WatchesTheNewFile()
    {
        int number = DuplicateToOwnNumber(CreatePipe().Read);
        List<string> ran = [];
        Loop.AddReader(number, () => ran.Add("old read"));
        CloseOwn(number);
        DuplicateTo(CreateSocketPair().First, number);
        Loop.AddWriter(number, () => ran.Add("new write"));

        RunTurn();
        Assert.Equal(["new write"], ran);

        Assert.True(Loop.RemoveReader(number));
        RunTurn();
        Assert.Equal(["new write", "new write"], ran);
    }

    [Fact, Clause("SEL-29", "SEL-12")]
    public void RemoveReader_ClosedWhileADuplicateLivesOn_DoesNotSpin()
    {
        ScriptedWaits waits = new(Kernel);
        SelectorEventLoop loop = NewLoop(KernelDouble.With(Kernel, waits));
        int number = DuplicateToOwnNumber(CreateFullPipe().Read);
        int runs = 0;
        loop.AddReader(number, () => runs++);
        CloseOwn(number);
        Assert.True(loop.RemoveReader(number));

        loop.CallLater(TimeSpan.FromMilliseconds(2), loop.Stop);
        loop.RunForever();

        Assert.Equal(0, runs);
        Assert.InRange(waits.Timeouts.Count, 1, 20); // At the most one wait that finds it; what spins makes thousands.
    }

    [Theory, Clause("LOOP-19", "SEL-12")]
    [InlineData(true)]
    [InlineData(false)]
    public void Remove_BothDirectionsAfterClose_EachSucceeds(bool readerFirst)
    {
        int number = DuplicateToOwnNumber(CreateSocketPair().First);
        Loop.AddReader(number, () => { });
        Loop.AddWriter(number, () => { });
        CloseOwn(number);
        (Func<int, bool> one, Func<int, bool> other) = readerFirst
            ? ((Func<int, bool>)Loop.RemoveReader, (Func<int, bool>)Loop.RemoveWriter)
            : (Loop.RemoveWriter, Loop.RemoveReader);

        Assert.True(one(number));
        Assert.False(one(number));
        RunTurn();
        Assert.True(other(number));
        Assert.False(other(number));

        int runs = 0;
        DuplicateTo(CreateFullPipe().Read, number);
        Loop.AddReader(number, () => runs++);
        RunTurn();
        Assert.Equal(1, runs);
    }

    [Fact, Clause("LOOP-19", "SEL-9")]
    public void RemoveReader_KernelRefusesTheChange_KeepsTheWriter()
    {
        ScriptedChanges changes = new(Kernel);
        SelectorEventLoop loop = NewLoop(KernelDouble.With(Kernel, changes));
        (int fd, int peer) = CreateSocketPair();
        WriteByte(peer);
        List<string> ran = [];
        loop.AddReader(fd, () => ran.Add("read"));
        loop.AddWriter(fd, () => ran.Add("write"));

        changes.NextResult = -Errno.ENOMEM;
        Assert.True(loop.RemoveReader(fd));

        RunTurn(loop);
        Assert.Equal(["write"], ran);
    }

    [Fact, Clause("LOOP-19", "SEL-12", "SEL-30")]
    public void AddReader_AfterARemovalOfAClosedDescriptor_WatchesTheNewFile()
    {
        int number = DuplicateToOwnNumber(CreateSocketPair().First);
        List<string> ran = [];
        Loop.AddReader(number, () => ran.Add("old read"));
        Loop.AddWriter(number, () => ran.Add("old write"));
        CloseOwn(number);
        Assert.True(Loop.RemoveReader(number)); // The writer is still there, but there is nothing to watch.
        DuplicateTo(CreateFullPipe().Read, number);

        Loop.AddReader(number, () => ran.Add("new read"));
        RunTurn();

        Assert.Equal(["new read"], ran);
        Assert.True(Loop.RemoveWriter(number));
        Assert.True(Loop.RemoveReader(number));
    }

    [Fact, Clause("LOOP-19", "SEL-12", "SEL-30")]
    public void AddWriter_AfterARemovalOfAClosedDescriptor_WatchesTheNewFile()
    {
        int number = DuplicateToOwnNumber(CreateSocketPair().First);
        List<string> ran = [];
        Loop.AddReader(number, () => ran.Add("old read"));
        Loop.AddWriter(number, () => ran.Add("old write"));
        CloseOwn(number);
        Assert.True(Loop.RemoveReader(number));
        DuplicateTo(CreateSocketPair().First, number);

        Loop.AddWriter(number, () => ran.Add("new write"));
        RunTurn();

        Assert.Equal(["new write"], ran);
        Assert.True(Loop.RemoveWriter(number));

        Loop.AddWriter(number, () => ran.Add("newer write")); // Nothing of it was left behind.
        RunTurn();
        Assert.Equal(["new write", "newer write"], ran);
    }

    [Fact, Clause("SEL-30")]
    public void IsSameFile_AfterARemovalOfAClosedDescriptor_IsFalseAndWatchesTheNewFile()
    {
        int number = DuplicateToOwnNumber(CreateSocketPair().First);
        int runs = 0;
        Loop.AddReader(number, () => { });
        Loop.AddWriter(number, () => runs++);
        Assert.True(Loop.IsSameFile(number));
        CloseOwn(number);
        AssertRefused(Errno.EBADF, () => Loop.IsSameFile(number));
        Loop.RemoveReader(number);
        AssertRefused(Errno.EBADF, () => Loop.IsSameFile(number));

        DuplicateTo(CreateSocketPair().First, number);

        Assert.False(Loop.IsSameFile(number));
        RunTurn();
        Assert.Equal(1, runs);
    }
}
