using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Selectors;
using Spindle.Tests.Support;

namespace Spindle.Tests.Contracts;

/// <content>Descriptors.</content>
public abstract partial class EventLoopContract
{
    [Fact, Clause("LOOP-18")]
    public void AddReader_Readable_RunsInEveryTurn()
    {
        int runs = 0;
        PipeEnds pipe = CreatePipe();
        Loop.AddReader(pipe.Read, state => runs += (int)state!, 1);
        RunTurn();
        Assert.Equal(0, runs);

        WriteByte(pipe.Write);
        RunTurn();
        RunTurn();
        Assert.Equal(2, runs);

        ReadByte(pipe.Read);
        RunTurn();
        Assert.Equal(2, runs);
    }

    [Fact, Clause("LOOP-18")]
    public void AddReader_LoopSleeps_WakesIt()
    {
        PipeEnds pipe = CreatePipe();
        using ManualResetEventSlim isSleeping = new();
        ScriptedWaits waits = new(Kernel) { BeforeWait = timeout => SetIf(timeout < 0, isSleeping) };
        SelectorEventLoop loop = NewLoop(KernelDouble.With(Kernel, waits));
        loop.AddReader(pipe.Read, loop.Stop);

        OffThread thread = OffThread.Start(loop.RunForever);
        Wait.For(isSleeping, "The sleep");
        WriteByte(pipe.Write);
        thread.Join();
    }

    [Fact, Clause("LOOP-18")]
    public void Turn_ManyAreReadable_SendsAfterEach64()
    {
        const int Many = 130;
        int runs = 0;
        List<int> sentAfter = [];
        TurnEnd sending = new(_ => sentAfter.Add(runs));
        for (int i = 0; i < Many; i++)
        {
            Loop.AddReader(CreateFullPipe().Read, () =>
            {
                runs++;
                Loop.CallAtTurnEnd(sending);
            });
        }

        Loop.CallSoon(() => Loop.CallAtTurnEnd(sending));
        RunTurn();

        Assert.Equal([64, 128, Many], sentAfter);
    }

    [Fact, Clause("LOOP-18")]
    public void AddReader_Again_ReplacesTheFirst()
    {
        List<string> ran = [];
        PipeEnds pipe = CreateFullPipe();
        Loop.AddReader(pipe.Read, () => ran.Add("first"));
        Loop.AddReader(pipe.Read, () => ran.Add("second"));

        RunTurn();

        Assert.Equal(["second"], ran);
        Assert.True(Loop.RemoveReader(pipe.Read));
        Assert.False(Loop.RemoveReader(pipe.Read));
    }

    [Fact, Clause("LOOP-17", "LOOP-18")]
    public void AddWriter_ReaderIsThere_KeepsBothAndReadsFirst()
    {
        List<string> ran = [];
        (int fd, int peer) = CreateSocketPair();
        WriteByte(peer);
        Loop.AddWriter(fd, () => ran.Add("write"));
        Loop.AddReader(fd, () => ran.Add("read"));
        Loop.AddWriter(fd, () => ran.Add("other write"));

        RunTurn();

        Assert.Equal(["read", "other write"], ran);
    }

    [Fact, Clause("LOOP-19")]
    public void Remove_OneDirection_KeepsTheOther()
    {
        List<string> ran = [];
        (int fd, int peer) = CreateSocketPair();
        WriteByte(peer);
        Loop.AddReader(fd, () => ran.Add("read"));
        Loop.AddWriter(fd, () => ran.Add("write"));

        Assert.True(Loop.RemoveReader(fd));
        Assert.False(Loop.RemoveReader(fd));
        RunTurn();
        Assert.Equal(["write"], ran);

        Loop.AddReader(fd, () => ran.Add("read"));
        Assert.True(Loop.RemoveWriter(fd));
        Assert.False(Loop.RemoveWriter(fd));
        RunTurn();
        Assert.Equal(["write", "read"], ran);
    }

    [Fact, Clause("LOOP-18", "LOOP-19")]
    public void AddAndRemove_EachDirection_IsWhatTheSelectorWatches()
    {
        using Selector selector = Selector.Create(Kind);
        using SelectorEventLoop loop = new(selector);
        (int fd, _) = CreateSocketPair();

        loop.AddReader(fd, () => { });
        Assert.Equal(Interest.Read, selector.GetKey(fd).Events);
        loop.AddWriter(fd, () => { });
        Assert.Equal(Interest.Read | Interest.Write, selector.GetKey(fd).Events);
        loop.RemoveReader(fd);
        Assert.Equal(Interest.Write, selector.GetKey(fd).Events);
        loop.RemoveWriter(fd);
        Assert.False(selector.Map!.ContainsKey(fd));
    }

    [Fact, Clause("LOOP-19")]
    public void Remove_UnknownOrClosedLoop_IsFalse()
    {
        PipeEnds pipe = CreatePipe();
        Assert.False(Loop.RemoveReader(pipe.Read));
        Assert.False(Loop.RemoveWriter(pipe.Read));
        Assert.False(Loop.RemoveReader(int.MaxValue));
        Assert.False(Loop.RemoveReader(-1));

        Loop.AddReader(pipe.Read, () => { });
        Loop.AddWriter(pipe.Write, () => { });
        Loop.Close();

        Assert.False(Loop.RemoveReader(pipe.Read));
        Assert.False(Loop.RemoveWriter(pipe.Write));
    }

    [Fact, Clause("LOOP-20")]
    public void Add_NegativeDescriptor_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Loop.AddReader(-1, () => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Loop.AddWriter(int.MinValue, () => { }));
    }

    [Fact, Clause("LOOP-20")]
    public void Add_TheLoopsOwnDescriptor_Throws()
    {
        ScriptedEventFds eventFds = new(Kernel);
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { EventFds = eventFds });

        Assert.Throws<InvalidOperationException>(() => loop.AddReader(eventFds.Created, () => { }));
        Assert.Throws<InvalidOperationException>(() => loop.AddWriter(eventFds.Created, () => { }));
        Assert.False(loop.RemoveReader(eventFds.Created));
    }

    [Theory, Clause("LOOP-21", "SEL-7", "SEL-8")]
    [InlineData(Errno.EPERM)]
    [InlineData(Errno.EBADF)]
    public void AddReader_Refused_LeavesNoTraceAndAGoodOneOfTheSameNumberWorks(int errno)
    {
        int number = ClosedNumber();
        if (errno == Errno.EPERM)
        {
            DuplicateTo(OpenRegularFile(), number);
        }

        int runs = 0;
        AssertRefused(errno, () => Loop.AddReader(number, () => runs += 100));
        AssertRefused(errno, () => Loop.AddWriter(number, () => runs += 100));
        AssertRefused(errno, () => Loop.AddReader(number, () => runs += 100));
        Assert.False(Loop.RemoveReader(number));
        Assert.False(Loop.RemoveWriter(number));
        RunTurn();

        if (errno == Errno.EPERM)
        {
            CloseOwn(number);
        }

        DuplicateTo(CreateFullPipe().Read, number);
        Loop.AddReader(number, () => runs++);
        RunTurn();
        Assert.Equal(1, runs);
    }

    [Fact, Clause("LOOP-21", "SEL-9")]
    public void AddWriter_Refused_KeepsTheReader()
    {
        ScriptedChanges changes = new(Kernel);
        SelectorEventLoop loop = NewLoop(KernelDouble.With(Kernel, changes));
        List<string> ran = [];
        (int fd, int peer) = CreateSocketPair();
        WriteByte(peer);
        loop.AddReader(fd, () => ran.Add("read"));

        changes.NextResult = -Errno.ENOMEM;
        AssertRefused(Errno.ENOMEM, () => loop.AddWriter(fd, () => ran.Add("write")));
        changes.NextResult = -Errno.ENOMEM;
        AssertRefused(Errno.ENOMEM, () => loop.AddReader(fd, () => ran.Add("other read")));

        Assert.False(loop.RemoveWriter(fd));
        RunTurn(loop);
        Assert.Equal(["read"], ran);
    }

    private static void AssertRefused(int errno, Action action) =>
        Assert.Equal(errno, Assert.Throws<SystemCallException>(action).Errno);
}
