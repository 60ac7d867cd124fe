using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Contracts;

/// <summary>Awaiting a descriptor (design I10 (c)), tasks of the library's (b), and a reactor on the loop.</summary>
public abstract partial class EventLoopContract
{
    [Fact]
    public void WaitReadable_Ready_ResumesInlineWithTheLoopsContext()
    {
        PipeEnds pipe = CreateFullPipe();
        List<string> order = [];
        Loop.RunUntilComplete(async () =>
        {
            ValueTask wait = Loop.WaitReadableAsync(pipe.Read);
            Loop.CallLater(TimeSpan.Zero, () => order.Add("a timer of the same turn"));
            await wait;
            order.Add("the waiter");
            Assert.Same(Loop.SynchronizationContext, SynchronizationContext.Current);
            await Task.Yield();
        });

        // Resumed within the descriptor's own callback, before what stood behind it in the turn.
        Assert.Equal(["the waiter", "a timer of the same turn"], order);
    }

    [Fact]
    public void WaitReadable_WaiterWantsNoContext_ResumesInlineWithNone()
    {
        PipeEnds pipe = CreateFullPipe();
        Loop.RunUntilComplete(async () =>
        {
            int thread = Environment.CurrentManagedThreadId;
            await Loop.WaitReadableAsync(pipe.Read).ConfigureAwait(false);
            Assert.Null(SynchronizationContext.Current);
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
        });
    }

    [Fact]
    public void WaitReadable_Resumed_WatchesNoLonger()
    {
        PipeEnds pipe = CreateFullPipe();
        Loop.RunUntilComplete(async () => await Loop.WaitReadableAsync(pipe.Read));

        Assert.False(Loop.RemoveReader(pipe.Read));
    }

    [Fact]
    public void WaitWritable_Ready_Resumes()
    {
        PipeEnds pipe = CreatePipe();
        Loop.RunUntilComplete(async () => await Loop.WaitWritableAsync(pipe.Write));
    }

    [Fact]
    public void WaitReadable_Cancelled_ResumesLaterAndNeverWithinTheCall()
    {
        PipeEnds pipe = CreatePipe();
        using CancellationTokenSource source = new();
        bool isResumed = false;
        Loop.RunUntilComplete(async () =>
        {
            Task waiter = WaitAsync();
            await source.CancelAsync();
            await waiter;

            async Task WaitAsync()
            {
                Loop.CallSoon(() =>
                {
#pragma warning disable CA1849 // The point is the call that does not await.
                    source.Cancel();
#pragma warning restore CA1849
                    Assert.False(isResumed);
                });
                await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Loop.WaitReadableAsync(pipe.Read, source.Token));
                isResumed = true;
            }
        });

        Assert.True(isResumed);
        Assert.False(Loop.RemoveReader(pipe.Read));
    }

    [Fact]
    public void WaitReadable_CancelledOnAnotherThread_Resumes()
    {
        PipeEnds pipe = CreatePipe();
        using CancellationTokenSource source = new();
        Loop.RunUntilComplete(async () =>
        {
            Loop.CallSoon(() => OffThread.Start(source.Cancel));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Loop.WaitReadableAsync(pipe.Read, source.Token));
            Assert.Same(Loop.SynchronizationContext, SynchronizationContext.Current);
        });
    }

    [Fact]
    public void WaitReadable_WatchedAlready_Throws()
    {
        PipeEnds pipe = CreatePipe();
        Loop.AddReader(pipe.Read, () => { });

        Assert.Throws<InvalidOperationException>(() => Loop.WaitReadableAsync(pipe.Read).AsTask().Wait(0));
        Assert.True(Loop.RemoveReader(pipe.Read));
    }

    [Fact]
    public void WaitReadable_Refused_ThrowsAndLeavesNoTrace()
    {
        int file = Own(Kernel.Files.Open("/etc/hostname", writable: false));

        Assert.Equal(1, Assert.Throws<SystemCallException>(() => Loop.WaitReadableAsync(file).AsTask().Wait(0)).Errno);
        Assert.False(Loop.RemoveReader(file));
    }

    [Fact, Clause("LOOP-41")]
    public void Task_OfALoopThatAReactorWraps_IsServedByRunningTheReactor()
    {
        using AsyncSelectorReactor reactor = new(Loop);
        List<string> served = [];
        Loop.CallSoon(() => served.Add("callback"));
        Loop.Spawn(async () =>
        {
            await Loop.RunInExecutor(() => 0);
            served.Add("task");
            reactor.Stop();
        });

        reactor.Run(installSignalHandlers: false);

        Assert.Equal(["callback", "task"], served);
        Assert.False(Loop.IsClosed);
    }

    [Fact, Clause("LOOP-39")]
    public void Task_OfTheLibrary_ItsWaitersGoOnInOrder()
    {
        List<string> order = [];
        RunWithStoppingPort(async stopped =>
        {
            await Task.WhenAll(WaitAsync("first"), WaitAsync("second"), WaitAsync("third"));

            async Task WaitAsync(string name)
            {
                await stopped;
                Assert.Same(Loop.SynchronizationContext, SynchronizationContext.Current);
                order.Add(name);
            }
        });

        Assert.Equal(["first", "second", "third"], order);
    }

    [Fact]
    public void Task_OfTheLibrary_AForeignWaiterIsNotPushedToThePool() => RunWithStoppingPort(async stopped =>
    {
        int thread = Environment.CurrentManagedThreadId;
        await stopped.ConfigureAwait(false);
        Assert.Equal(thread, Environment.CurrentManagedThreadId);
        Assert.Null(SynchronizationContext.Current);
    });

    private void RunWithStoppingPort(Func<Task, Task> use)
    {
        using AsyncSelectorReactor reactor = new(Loop);
        List<LoopError> errors = CollectErrors(Loop);
        reactor.CallWhenRunning(() => Loop.Spawn(async () =>
        {
            try
            {
                IListeningPort port = reactor.ListenTcp(0, Factory.For(_ => null), host: "127.0.0.1");
                await use(port.StopListening());
            }
            finally
            {
                reactor.CallFromThread(reactor.Stop);
            }
        }));
        reactor.Run(installSignalHandlers: false);
        Log.Take();

        Assert.Empty(errors);
    }
}
