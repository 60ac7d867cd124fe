using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Contracts;

/// <content>Running, stopping and closing.</content>
public abstract partial class EventLoopContract
{
    [Fact, Clause("LOOP-22", "LOOP-24")]
    public void RunForever_StoppedBefore_RunsOneTurnThatDoesNotWait()
    {
        ScriptedWaits waits = new(Kernel);
        SelectorEventLoop loop = NewLoop(KernelDouble.With(Kernel, waits));
        int runs = 0;
        loop.CallSoon(() => runs++);

        loop.Stop();
        loop.RunForever();

        Assert.Equal([0], waits.Timeouts);
        Assert.Equal(1, runs);
    }

    [Fact, Clause("LOOP-23")]
    public void Stop_InACallback_LetsTheTurnEndAndKeepsWhatItQueued()
    {
        List<string> ran = [];
        PipeEnds pipe = CreateFullPipe();
        Loop.AddReader(pipe.Read, () =>
        {
            ran.Add("reader");
            Loop.RemoveReader(pipe.Read);
        });
        Loop.CallSoon(() =>
        {
            ran.Add("first");
            Loop.Stop();
            Loop.CallSoon(() => ran.Add("queued by first"));
        });
        Loop.CallSoon(() => ran.Add("second"));

        Run();
        Assert.Equal(["first", "second", "reader"], ran);

        RunTurn();
        Assert.Equal(["first", "second", "reader", "queued by first"], ran);
    }

    [Fact, Clause("LOOP-23")]
    public void Stop_Earlier_DoesNotStopTheNextRun()
    {
        RunTurn();
        int turns = 0;
        Loop.CallSoon(() => Loop.CallSoon(() => Loop.CallSoon(() =>
        {
            turns = 3;
            Loop.Stop();
        })));

        Run();

        Assert.Equal(3, turns);
    }

    [Fact, Clause("LOOP-25")]
    public void RunUntilComplete_Work_GivesItsResult()
    {
        int result = Loop.RunUntilComplete(async () =>
        {
            await Task.Yield();
            Assert.Same(Loop, EventLoop.Current);
            return 42;
        });

        Assert.Equal(42, result);
        Assert.False(Loop.IsRunning);
    }

    [Fact, Clause("LOOP-25")]
    public void RunUntilComplete_WorkEndsOnTheLoop_NeedsNoOtherThread()
    {
        ScriptedEventFds eventFds = new(Kernel);
        ScriptedWaits waits = new(Kernel);
        KernelDouble kernel = new(Kernel) { Epolls = waits, Polls = waits, Selects = waits, EventFds = eventFds };
        SelectorEventLoop loop = NewLoop(kernel);

        loop.RunUntilComplete(async () => await Task.Yield());

        // The start, the end and the stop. A loop that waited for another thread would sleep.
        Assert.Equal(0, eventFds.Signals);
        Assert.Equal([0, 0, 0], waits.Timeouts);
    }

    [Fact, Clause("LOOP-25")]
    public void RunUntilComplete_WorkCompletesElsewhere_GivesItsResult()
    {
        TaskCompletionSource<int> source = new();
        using ManualResetEventSlim isStarted = new();
        OffThread thread = OffThread.Start(() =>
        {
            Wait.For(isStarted, "The start");
            source.SetResult(42);
        });

        Assert.Equal(42, Loop.RunUntilComplete(() =>
        {
            isStarted.Set();
            return source.Task;
        }));
        thread.Join();
    }

    [Fact, Clause("LOOP-25")]
    public void RunUntilComplete_WorkFails_ThrowsAndReportsNothing()
    {
        InvalidOperationException failure = new("The work fails.");
        List<LoopError> errors = CollectErrors(Loop);

        Assert.Same(failure, Record.Exception(() => Loop.RunUntilComplete(() => throw failure)));
        Assert.Same(failure, Record.Exception(() => Loop.RunUntilComplete(async () =>
        {
            await Task.Yield();
            throw failure;
        })));
        Assert.IsAssignableFrom<OperationCanceledException>(Record.Exception(() =>
            Loop.RunUntilComplete(() => Task.FromCanceled(new CancellationToken(true)))));

        RunTurn();
        Assert.Empty(errors);
    }

    [Fact, Clause("LOOP-25")]
    public void RunUntilComplete_StoppedFirst_Throws()
    {
        TaskCompletionSource source = new();
        Loop.CallSoon(Loop.Stop);

        Assert.Throws<InvalidOperationException>(() => Loop.RunUntilComplete(() => source.Task));
    }

    [Fact, Clause("LOOP-25", "LOOP-28")]
    public void RunUntilComplete_StoppedFirst_DoesNotStopALaterRunWhenItsWorkIsDone()
    {
        TaskCompletionSource source = new();
        Loop.CallSoon(Loop.Stop);
        Assert.Throws<InvalidOperationException>(() => Loop.RunUntilComplete(() => source.Task));
        int turns = 0;
        OffThread.Run(source.SetResult); // There is no context: what waits for it goes on in here.
        Loop.CallSoon(Again);

        Run();

        Assert.Equal(10, turns);

        void Again()
        {
            if (++turns < 10)
            {
                Loop.CallSoon(Again);
            }
            else
            {
                Loop.Stop();
            }
        }
    }

    [Fact, Clause("LOOP-25", "LOOP-3")]
    public void RunUntilComplete_Refused_DoesNotStartTheWorkLater()
    {
        SelectorEventLoop other = NewLoop();
        bool isStarted = false;
        Loop.CallSoon(() => Record.Exception(() => other.RunUntilComplete(() =>
        {
            isStarted = true;
            return Task.CompletedTask;
        })));

        RunTurn();
        RunTurn(other);

        Assert.False(isStarted);
    }

    [Fact, Clause("LOOP-26")]
    public void Close_WhileRunning_Throws()
    {
        Exception? refused = null;
        Exception? alsoRefused = null;
        Loop.CallSoon(() =>
        {
            refused = Record.Exception(Loop.Close);
            alsoRefused = OffThread.Run(() => Record.Exception(Loop.Close));
        });

        RunTurn();

        Assert.IsType<InvalidOperationException>(refused);
        Assert.IsType<InvalidOperationException>(alsoRefused);
        Assert.False(Loop.IsClosed);
    }

    [Fact, Clause("LOOP-26")]
    public void Close_Twice_DropsEverythingAndReleasesTheKernel()
    {
        int runs = 0;
        Loop.CallSoon(() => runs++);
        Loop.CallSoonThreadSafe(() => runs++);
        TimerHandle timer = Loop.CallLater(TimeSpan.Zero, () => runs++);
        Loop.AddReader(CreateFullPipe().Read, () => runs++);

        Loop.Close();
        Loop.Close();
        Loop.Dispose();

        Assert.Equal(2, Kernel.Ledger.Count); // The pipe.
        Assert.Throws<ObjectDisposedException>(Loop.RunForever);
        timer.Cancel();
        Assert.Equal(0, runs);
    }

    [Fact, Clause("LOOP-26", "LOOP-40")]
    public async Task Close_ExecutorIsBusy_DoesNotWaitForIt()
    {
        using ManualResetEventSlim mayEnd = new();
        Task<int> work = Loop.RunInExecutor(() =>
        {
            Wait.For(mayEnd, "The permission to end");
            return 42;
        });

        Loop.Close();

        Assert.False(work.IsCompleted);
        mayEnd.Set();
        Assert.Equal(42, await work.WaitAsync(OffThread.Patience, TestContext.Current.CancellationToken));
    }

    [Fact, Clause("LOOP-28")]
    public void RunForever_Again_GoesOnWithWhatWasLeft()
    {
        ManualClock clock = new();
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { Clock = clock });
        List<string> ran = [];
        loop.CallLater(TimeSpan.FromSeconds(1), () =>
        {
            ran.Add("timer");
            loop.Stop();
        });
        loop.CallSoon(loop.Stop);
        loop.CallSoon(() => loop.CallSoon(() => ran.Add("queued")));
        loop.RunForever();
        Assert.Empty(ran);

        clock.Advance(TimeSpan.FromSeconds(1));
        Run(loop);

        Assert.Equal(["queued", "timer"], ran);
    }

    [Fact, Clause("LOOP-28")]
    public void RunForever_SelectorFails_ThrowsAndCanBeRunAgain()
    {
        ScriptedWaits waits = new(Kernel);
        SelectorEventLoop loop = NewLoop(KernelDouble.With(Kernel, waits));
        int runs = 0;
        loop.CallSoon(() => runs++);
        SynchronizationContext? before = SynchronizationContext.Current;

        waits.BeforeWait = _ => -Errno.ENOMEM;
        SystemCallException failure = Assert.Throws<SystemCallException>(loop.RunForever);

        Assert.Equal(Errno.ENOMEM, failure.Errno);
        Assert.False(loop.IsRunning);
        Assert.Null(EventLoop.Current);
        Assert.Same(before, SynchronizationContext.Current);

        waits.BeforeWait = null;
        RunTurn(loop);
        Assert.Equal(1, runs);
    }

    [Fact, Clause("LOOP-28")]
    public void RunForever_Over_LeavesTheThreadAsItWas()
    {
        SynchronizationContext outer = new();
        SynchronizationContext? during = null;
        AsyncLocal<string> ambient = new() { Value = "outer" };
        Loop.CallSoon(() =>
        {
            during = SynchronizationContext.Current;
            ambient.Value = "inner";
            Loop.Stop();
        });

        OffThread.Run(() =>
        {
            SynchronizationContext.SetSynchronizationContext(outer);
            using AsyncFlowControl flow = ExecutionContext.SuppressFlow();
            Run();

            Assert.Same(outer, SynchronizationContext.Current);
            Assert.True(ExecutionContext.IsFlowSuppressed());
            Assert.Null(EventLoop.Current);
        });

        Assert.Same(Loop.SynchronizationContext, during);
        Assert.Equal("outer", ambient.Value);
    }
}
