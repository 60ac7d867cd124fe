using System.Runtime.CompilerServices;
using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Selectors;
using Spindle.Tests.Support;

namespace Spindle.Tests.Contracts;

/// <summary>What an event loop does on every selector.</summary>
public abstract partial class EventLoopContract : LoopTest
{
    private protected abstract override SelectorKind Kind { get; }

    [Fact, Clause("LOOP-1")]
    public void Constructor_Kind_WaitsWithThatSelector() => Assert.Equal(Kind, Loop.SelectorKind);

    [Fact, Clause("LOOP-1")]
    public void Constructor_OwnSelector_WatchesTheWakerAndClosesItWithTheLoop()
    {
        Selector selector = Selector.Create(Kind);
        SelectorEventLoop loop = new(selector);

        Assert.Equal(Interest.Read, Assert.Single(selector.Map!).Value.Events);

        loop.Close();
        Assert.True(selector.IsClosed);
    }

    [Fact, Clause("LOOP-1")]
    public void Constructor_NoDescriptorForTheWaker_ThrowsAndLeavesNothingOpen()
    {
        ScriptedEventFds eventFds = new(Kernel) { CreateResult = -Errno.EMFILE };

        SystemCallException refused = Assert.Throws<SystemCallException>(() => NewLoop(new KernelDouble(Kernel) { EventFds = eventFds }));

        Assert.Equal(Errno.EMFILE, refused.Errno);
        Assert.Equal(0, Kernel.Ledger.Count);
    }

    [Fact, Clause("LOOP-1")]
    public void Constructor_WakerIsRefused_ThrowsAndLeavesNothingOpen()
    {
        ScriptedChanges changes = new(Kernel) { NextResult = -Errno.ENOSPC };

        SystemCallException refused = Assert.Throws<SystemCallException>(() => NewLoop(KernelDouble.With(Kernel, changes)));

        Assert.Equal(Errno.ENOSPC, refused.Errno);
        Assert.Equal(0, Kernel.Ledger.Count);
    }

    [Fact, Clause("LOOP-2")]
    public void Time_Always_IsTheKernelsMonotonicClock()
    {
        ManualClock clock = new();
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { Clock = clock });
        TimeSpan before = loop.Time;

        clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(before + TimeSpan.FromTicks(1), loop.Time);
    }

    [Fact, Clause("LOOP-3")]
    public void RunForever_Running_Throws()
    {
        Exception? refused = null;
        Loop.CallSoon(() => refused = Record.Exception(Loop.RunForever));

        RunTurn();

        Assert.IsType<InvalidOperationException>(refused);
        Assert.False(Loop.IsRunning);
    }

    [Fact, Clause("LOOP-3")]
    public void RunForever_AnotherLoopRunsOnThisThread_Throws()
    {
        SelectorEventLoop other = NewLoop();
        Exception? refused = null;
        Exception? alsoRefused = null;
        Loop.CallSoon(() =>
        {
            refused = Record.Exception(other.RunForever);
            alsoRefused = Record.Exception(() => other.RunUntilComplete(() => Task.CompletedTask));
        });

        RunTurn();

        Assert.IsType<InvalidOperationException>(refused);
        Assert.IsType<InvalidOperationException>(alsoRefused);
        RunTurn(other);
    }

    [Fact, Clause("LOOP-3")]
    public void RunForever_TwoLoopsOnTwoThreads_RunSideBySide()
    {
        SelectorEventLoop other = NewLoop();
        using LoopThread thread = new(other);
        IEventLoop? seen = null;
        Loop.CallSoon(() => seen = EventLoop.Current);

        RunTurn();

        Assert.Same(Loop, seen);
        thread.Do(() => Assert.Same(other, EventLoop.Current));
        Assert.Null(EventLoop.Current);
    }

    [Fact, Clause("LOOP-4")]
    public void RunForever_MadeOnAnotherThread_RunsHere()
    {
        SelectorEventLoop loop = OffThread.Run(() =>
        {
            SelectorEventLoop made = NewLoop();
            Assert.True(made.CheckAccess());
            return made;
        });
        int ranOn = 0;
        loop.CallSoon(() => ranOn = Environment.CurrentManagedThreadId); // Before it runs, any thread may set it up.

        RunTurn(loop);

        Assert.Equal(Environment.CurrentManagedThreadId, ranOn);
    }

    [Fact, Clause("LOOP-4", "LOOP-27")]
    public void CheckAccess_WhileRunning_IsForTheLoopsThreadOnly()
    {
        bool onLoop = false;
        bool elsewhere = true;
        bool wasRunning = false;
        Loop.CallSoon(() =>
        {
            wasRunning = Loop.IsRunning;
            onLoop = Loop.CheckAccess();
            elsewhere = OffThread.Run(Loop.CheckAccess);
        });
        Assert.False(Loop.IsRunning);

        RunTurn();

        Assert.True(wasRunning);
        Assert.True(onLoop);
        Assert.False(elsewhere);
        Assert.False(Loop.IsRunning);
        Assert.True(OffThread.Run(Loop.CheckAccess));
    }

    [Fact, Clause("LOOP-27")]
    public void IsClosed_AfterClose_IsTrue()
    {
        Assert.False(Loop.IsClosed);

        Loop.Close();

        Assert.True(Loop.IsClosed);
        Assert.False(Loop.IsRunning);
    }

    [Fact, Clause("LOOP-27")]
    public void Finalizer_NotClosed_WarnsAndReleasesEverything()
    {
        TrackedThreads threads = new(Kernel);
        Abandon(new KernelDouble(Kernel) { WorkerThreads = threads }, close: false);

        List<LogRecord> records = CollectUntilFinalized();

        LogRecord record = Assert.Single(records);
        Assert.Contains("collected without being closed", record.Text, StringComparison.Ordinal);
        Assert.Equal(0, Kernel.Ledger.Count);
        Wait.For(threads.Ended, "The end of the executor's thread");
    }

    [Fact, Clause("LOOP-27")]
    public void Finalizer_LoggerFails_ReleasesEverything()
    {
        Log.OnRecord = _ => throw new InvalidOperationException("The logger fails.");
        Abandon(Kernel, close: false);

        Assert.Single(CollectUntilFinalized());

        Assert.Equal(0, Kernel.Ledger.Count);
    }

    [Fact, Clause("LOOP-27")]
    public void Finalizer_Closed_SaysNothing()
    {
        Abandon(Kernel, close: true);

        Assert.Empty(CollectUntilFinalized());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Abandon(IKernel kernel, bool close)
    {
        SelectorEventLoop loop = new(new EventLoopOptions { Selector = Kind, LoggerFactory = Log }, kernel);
        Assert.True(loop.RunInExecutor(() => 1).Wait(OffThread.Patience, CancellationToken.None));
        if (close)
        {
            loop.Close();
        }
    }

    private List<LogRecord> CollectUntilFinalized()
    {
        List<LogRecord> records = [];
        for (int i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            records.AddRange(Log.Take());
        }

        return records;
    }
}
