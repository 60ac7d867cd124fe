using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Contracts;

/// <content>The waker and signals.</content>
public abstract partial class EventLoopContract
{
    [Fact, Clause("LOOP-34")]
    public void Waker_ManyWakeUps_IsDrained()
    {
        ScriptedEventFds eventFds = new(Kernel);
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { EventFds = eventFds });
        for (int i = 0; i < 100; i++)
        {
            eventFds.Signal(eventFds.Created);
        }

        RunTurn(loop);

        Assert.Equal(-Errno.EAGAIN, Kernel.Files.Read(eventFds.Created, new byte[8]));
    }

    [Fact, Clause("LOOP-34", "LOOP-8")]
    public void CallSoonThreadSafe_LoopSleeps_WakesItOnceForABatch()
    {
        using ManualResetEventSlim isSleeping = new();
        using ManualResetEventSlim mayWait = new();
        ScriptedEventFds eventFds = new(Kernel);
        ScriptedWaits waits = new(Kernel);
        waits.BeforeWait = timeout =>
        {
            isSleeping.Set();
            Wait.For(mayWait, "The batch");
            return null;
        };
        KernelDouble kernel = new(Kernel) { Epolls = waits, Polls = waits, Selects = waits, EventFds = eventFds };
        SelectorEventLoop loop = NewLoop(kernel);
        int runs = 0;

        OffThread thread = OffThread.Start(loop.RunForever);
        Wait.For(isSleeping, "The sleep");
        for (int i = 0; i < 100; i++)
        {
            loop.CallSoonThreadSafe(() => runs++);
        }

        Assert.Equal(1, eventFds.Signals);
        loop.CallSoonThreadSafe(loop.Stop);
        mayWait.Set();
        thread.Join();

        Assert.Equal(100, runs);
        Assert.Equal(1, eventFds.Signals);
    }

    [Fact, Clause("LOOP-35")]
    public void CallSoonThreadSafe_WakeUpFails_IsIgnored()
    {
        using ManualResetEventSlim isSleeping = new();
        ScriptedEventFds eventFds = new(Kernel) { SignalResult = -Errno.EIO };
        ScriptedWaits waits = new(Kernel) { BeforeWait = timeout => SetIf(timeout < 0, isSleeping) };
        KernelDouble kernel = new(Kernel) { Epolls = waits, Polls = waits, Selects = waits, EventFds = eventFds };
        SelectorEventLoop loop = NewLoop(kernel);

        OffThread thread = OffThread.Start(loop.RunForever);
        Wait.For(isSleeping, "The sleep");
        loop.CallSoonThreadSafe(loop.Stop);
        thread.Join();

        Assert.Equal(1, eventFds.Signals);
    }

    [Fact, Clause("LOOP-36")]
    public void AddSignalHandler_Raised_RunsOnTheLoop()
    {
        int signal = SignalNumbers.Next();
        SynchronizationContext? seen = null;
        int ranOn = 0;
        Loop.AddSignalHandler(signal, () =>
        {
            seen = SynchronizationContext.Current;
            ranOn = Environment.CurrentManagedThreadId;
            Loop.Stop();
        });
        Loop.CallSoon(() => NativeCalls.Raise(signal));

        Run();

        Assert.Same(Loop.SynchronizationContext, seen);
        Assert.Equal(Environment.CurrentManagedThreadId, ranOn);
    }

    [Fact, Clause("LOOP-36")]
    public void AddSignalHandler_Again_ReplacesTheFirst()
    {
        int signal = SignalNumbers.Next();
        int first = 0;
        Loop.AddSignalHandler(signal, () => first++);
        Loop.AddSignalHandler(signal, Loop.Stop);
        Loop.CallSoon(() => NativeCalls.Raise(signal));

        Run();

        Assert.Equal(0, first);
        Assert.True(Loop.RemoveSignalHandler(signal));
        Assert.False(Loop.RemoveSignalHandler(signal));
    }

    [Theory, Clause("LOOP-36")]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65)]
    public void AddSignalHandler_NoSuchSignal_Throws(int signal)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Loop.AddSignalHandler(signal, () => { }));
        Assert.False(Loop.RemoveSignalHandler(signal));
    }

    [Theory, Clause("LOOP-36")]
    [InlineData(9)] // SIGKILL
    [InlineData(11)] // SIGSEGV
    [InlineData(19)] // SIGSTOP
    [InlineData(32)] // glibc's
    [InlineData(34)] // The runtime's
    public void AddSignalHandler_CannotBeCaught_Throws(int signal)
    {
        Assert.Throws<InvalidOperationException>(() => Loop.AddSignalHandler(signal, () => { }));
        Assert.False(Loop.RemoveSignalHandler(signal));
    }

    [Fact, Clause("LOOP-37", "LOOP-26")]
    public void RemoveSignalHandler_OrClose_EndsTheSubscription()
    {
        ScriptedSignals signals = new();
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { Signals = signals });
        int runs = 0;
        loop.AddSignalHandler(1, () => runs++);
        loop.AddSignalHandler(2, () => runs++);
        loop.AddSignalHandler(2, () => runs += 10);
        Assert.Equal([1, 2], signals.Subscribed);

        Assert.True(loop.RemoveSignalHandler(1));
        Assert.Equal([2], signals.Subscribed); // Signal 1 has its default action again.

        signals.Deliver(2);
        RunTurn(loop);
        Assert.Equal(10, runs);

        loop.Close();
        Assert.Empty(signals.Subscribed);
    }

    [Fact, Clause("LOOP-36", "LOOP-37")]
    public void RemoveSignalHandler_DeliveryIsOnItsWay_PreventsTheRun()
    {
        ScriptedSignals signals = new();
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { Signals = signals });
        int runs = 0;
        loop.AddSignalHandler(1, () => runs++);
        Action onItsWay = signals.HandlerOf(1);

        signals.Deliver(1);
        loop.RemoveSignalHandler(1);
        onItsWay(); // The dispatcher had taken it before the removal.
        RunTurn(loop);

        Assert.Equal(0, runs);
    }

    [Fact, Clause("LOOP-36")]
    public void AddSignalHandler_Refused_KeepsTheFirst()
    {
        ScriptedSignals signals = new();
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { Signals = signals });
        int runs = 0;
        loop.AddSignalHandler(1, () => runs++);

        signals.IsRefusing = true;
        Assert.Throws<InvalidOperationException>(() => loop.AddSignalHandler(1, () => runs += 10));

        signals.Deliver(1);
        RunTurn(loop);
        Assert.Equal(1, runs);
    }

    [Fact, Clause("LOOP-36")]
    public void AddSignalHandler_CallbackFails_IsReported()
    {
        ScriptedSignals signals = new();
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { Signals = signals });
        List<LoopError> errors = CollectErrors(loop);
        InvalidOperationException failure = new("The handler fails.");
        loop.AddSignalHandler(1, () => throw failure);

        signals.Deliver(1);
        RunTurn(loop);

        Assert.Same(failure, Assert.Single(errors).Exception);
    }

    [Fact, Clause("LOOP-38")]
    public void AddSignalHandler_TwoLoops_BothHearTheSignal()
    {
        int signal = SignalNumbers.Next();
        SelectorEventLoop other = NewLoop();
        using SemaphoreSlim heard = new(0);
        using LoopThread first = new(Loop);
        using LoopThread second = new(other);
        first.Do(() => Loop.AddSignalHandler(signal, () => heard.Release()));
        second.Do(() => other.AddSignalHandler(signal, () => heard.Release()));

        NativeCalls.Raise(signal);
        Wait.For(heard, 2, "The signal on both loops");

        // One that leaves does not make the other deaf.
        first.Do(() => Assert.True(Loop.RemoveSignalHandler(signal)));
        NativeCalls.Raise(signal);
        Wait.For(heard, "The signal on the other loop");
    }
}
