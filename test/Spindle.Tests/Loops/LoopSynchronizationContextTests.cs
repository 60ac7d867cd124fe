using Microsoft.Extensions.Logging;
using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Loops;

/// <summary>Design I10 (d): how other code comes back to the loop.</summary>
public sealed class LoopSynchronizationContextTests : LoopTest
{
    [Fact]
    public void Post_OnTheLoop_IsCallSoonWithoutAWakeUp()
    {
        ScriptedEventFds eventFds = new(Kernel);
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { EventFds = eventFds });
        List<string> ran = [];
        loop.CallSoon(() =>
        {
            loop.CallSoon(() => ran.Add("soon"));
            loop.SynchronizationContext.Post(state => ran.Add((string)state!), "posted");
            loop.CallSoon(() => ran.Add("soon again"));
        });

        RunTurn(loop);
        Assert.Empty(ran);

        RunTurn(loop);
        Assert.Equal(["soon", "posted", "soon again"], ran);
        Assert.Equal(0, eventFds.Signals);
    }

    [Fact]
    public void Post_FromAnotherThreadWhileTheLoopSleeps_WakesIt()
    {
        using ManualResetEventSlim isSleeping = new();
        ScriptedEventFds eventFds = new(Kernel);
        ScriptedWaits waits = new(Kernel)
        {
            BeforeWait = timeout =>
            {
                isSleeping.Set();
                return null;
            },
        };
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { EventFds = eventFds, Epolls = waits });

        OffThread thread = OffThread.Start(loop.RunForever);
        Wait.For(isSleeping, "The sleep");
        loop.SynchronizationContext.Post(_ => loop.Stop(), null);
        thread.Join();

        Assert.Equal(1, eventFds.Signals);
    }

    [Fact]
    public void Post_Closed_IsDroppedAndLogged()
    {
        Loop.Close();

        Loop.SynchronizationContext.Post(Dropped, null);

        LogRecord record = Assert.Single(Log.Take());
        Assert.Equal(LogLevel.Warning, record.Level);
        Assert.Contains(nameof(Dropped), record.Text, StringComparison.Ordinal);

        static void Dropped(object? state) => Assert.Fail("It must not run.");
    }

    [Fact, Clause("I3")]
    public void Post_ClosedAndLoggerFails_ThrowsNothing()
    {
        Loop.Close();
        Log.OnRecord = _ => throw new InvalidOperationException("The logger fails.");

        Loop.SynchronizationContext.Post(_ => { }, null); // By a runtime that would end the process.

        Assert.Single(Log.Take());
    }

    [Fact]
    public void Post_CallbackFails_IsReportedAndTheLoopGoesOn()
    {
        List<LoopError> errors = CollectErrors(Loop);
        InvalidOperationException failure = new("The callback fails.");
        int runs = 0;
        Loop.SynchronizationContext.Post(_ => throw failure, null);
        Loop.SynchronizationContext.Post(_ => runs++, null);

        RunTurn();

        Assert.Same(failure, Assert.Single(errors).Exception);
        Assert.Equal(1, runs);
    }

    [Fact]
    public void Send_OnTheLoop_RunsInline()
    {
        List<string> ran = [];
        Exception? thrown = null;
        InvalidOperationException failure = new("The callback fails.");
        Loop.CallSoon(() =>
        {
            Loop.SynchronizationContext.Send(state => ran.Add((string)state!), "sent");
            ran.Add("after");
            thrown = Record.Exception(() => Loop.SynchronizationContext.Send(_ => throw failure, null));
        });

        RunTurn();

        Assert.Equal(["sent", "after"], ran);
        Assert.Same(failure, thrown);
    }

    [Fact]
    public void Send_FromAnotherThread_BlocksUntilTheLoopHasRunIt()
    {
        using LoopThread thread = new(Loop);
        int ranOn = 0;
        SynchronizationContext? context = null;

        Loop.SynchronizationContext.Send(
            _ =>
            {
                ranOn = Environment.CurrentManagedThreadId;
                context = SynchronizationContext.Current;
            },
            null);

        Assert.NotEqual(0, ranOn);
        Assert.NotEqual(Environment.CurrentManagedThreadId, ranOn);
        Assert.Same(Loop.SynchronizationContext, context);
    }

    [Fact]
    public void Send_FromAnotherThread_ThrowsWhatTheCallbackThrows()
    {
        using LoopThread thread = new(Loop);
        InvalidOperationException failure = new("The callback fails.");

        Assert.Same(failure, Record.Exception(() => Loop.SynchronizationContext.Send(_ => throw failure, null)));
    }

    [Fact]
    public void Send_BeforeTheLoopRuns_WaitsUntilItDoes()
    {
        _ = Loop; // Made here, whichever thread is first.
        OffThread sender = OffThread.Start(() => Loop.SynchronizationContext.Send(_ => Loop.Stop(), null));

        Run();

        sender.Join();
    }

    [Fact]
    public void Send_Closed_Throws()
    {
        Loop.Close();

        Assert.Throws<ObjectDisposedException>(() => Loop.SynchronizationContext.Send(_ => { }, null));
    }

    [Fact]
    public void Send_LoopIsClosedWhileItWaits_Throws()
    {
        SelectorEventLoop loop = Loop;
        OffThread[] senders = [.. Enumerable.Range(0, 3).Select(_ => OffThread.Start(() =>
            Assert.Throws<ObjectDisposedException>(() => loop.SynchronizationContext.Send(_ => { }, null))))];

        loop.Close(); // Whether before or after they have posted.

        Assert.All(senders, sender => sender.Join());
    }

    [Fact]
    public void AnyMember_NoCallback_Throws()
    {
        Assert.Throws<ArgumentNullException>(() => Loop.SynchronizationContext.Post(null!, null));
        Assert.Throws<ArgumentNullException>(() => Loop.SynchronizationContext.Send(null!, null));
    }

    [Fact]
    public void CreateCopy_Always_IsTheSame() =>
        Assert.Same(Loop.SynchronizationContext, Loop.SynchronizationContext.CreateCopy());

    [Fact, Clause("LOOP-39")]
    public void Await_CompletedElsewhere_ComesBackInALaterTurn()
    {
        ScriptedWaits waits = new(Kernel);
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { Epolls = waits });
        TaskCompletionSource source = new();
        int thread = 0;
        int turn = 0;

        loop.CallSoon(() => OffThread.Run(source.SetResult));
        loop.RunUntilComplete(async () =>
        {
            await source.Task;
            thread = Environment.CurrentManagedThreadId;
            turn = waits.Timeouts.Count;
        });

        // The work starts in the first turn, when the source is done; what is done goes on at once.
        Assert.Equal(1, turn);
        Assert.Equal(Environment.CurrentManagedThreadId, thread);

        source = new TaskCompletionSource();
        loop.RunUntilComplete(async () =>
        {
            loop.CallSoon(() => OffThread.Run(source.SetResult));
            turn = waits.Timeouts.Count;
            await source.Task;
            turn = waits.Timeouts.Count - turn;
            thread = Environment.CurrentManagedThreadId;
        });

        Assert.Equal(2, turn); // One turn to complete it, the next to go on.
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
    }
}
