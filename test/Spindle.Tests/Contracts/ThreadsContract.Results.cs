using Spindle.Loops;
using Spindle.Tests.Support;
using Spindle.Threads;

namespace Spindle.Tests.Contracts;

/// <content>Results: calls in threads as tasks.</content>
public abstract partial class ThreadsContract
{
    [Fact, Clause("THR-17")]
    public void DeferToThread_Result_ComesBackToTheReactor() => Run(async rig =>
    {
        int madeOn = 0;

        int result = await rig.Until(rig.Reactor.DeferToThread(() =>
        {
            madeOn = Environment.CurrentManagedThreadId;
            return 42;
        }));

        Assert.Equal(42, result);
        Assert.NotEqual(Environment.CurrentManagedThreadId, madeOn);
        Assert.True(rig.Loop.CheckAccess());
    });

    [Fact, Clause("THR-17")]
    public void DeferToThread_Throws_TheTaskFailsWithIt() => Run(async rig =>
    {
        FormatException failure = new("The call fails.");

        Task<int> failing = rig.Reactor.DeferToThread<int>(() => throw failure);
        Task alsoFailing = rig.Reactor.DeferToThread(() => throw failure);

        Assert.Same(failure, await Record.ExceptionAsync(() => failing));
        Assert.Same(failure, await Record.ExceptionAsync(() => alsoFailing));
        Assert.Equal(1, await rig.Reactor.DeferToThread(() => 1)); // A failure before does not matter.
    });

    [Fact, Clause("THR-17")]
    public void DeferToThread_Completed_InTheReactorsThreadAndWaitersAreServedInOrder() => Run(async rig =>
    {
        Occupation work = new();
        List<string> heard = [];
        int loopThread = Environment.CurrentManagedThreadId;
        Task task = rig.Reactor.DeferToThread(work.Work);
        Task inline = task.ContinueWith(
            _ => heard.Add(Environment.CurrentManagedThreadId == loopThread && SynchronizationContext.Current is null ? "inline" : "elsewhere"),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        foreach (int i in Enumerable.Range(0, 5))
        {
            rig.Loop.Spawn(async () =>
            {
                await task;
                heard.Add($"{i}");
            });
        }

        await rig.NextTurn(); // They wait.
        work.End();
        await rig.Until(() => heard.Count == 6);

        Assert.Equal(["inline", "0", "1", "2", "3", "4"], heard);
        Assert.True(inline.IsCompletedSuccessfully);
    });

    [Fact, Clause("THR-17")]
    public void DeferToThreadPool_OwnPool_IsUsed() => Run(async rig =>
    {
        ReactorThreadPool pool = new(0, 1, "own");
        pool.Start();

        string? name = await rig.Until(rig.Reactor.DeferToThreadPool(pool, () => Thread.CurrentThread.Name));
        await rig.Reactor.DeferToThreadPool(pool, () => { });

        Assert.Equal("PoolThread-own-0", name);
        Assert.True(pool.Stop());
        await Assert.ThrowsAsync<InvalidOperationException>(() => rig.Reactor.DeferToThreadPool(pool, () => { }));
    });

    [Fact, Clause("THR-17")]
    public void DeferToThreadPool_PoolIsStoppedBeforeItEverStarted_TheTaskFails() => Run(async rig =>
    {
        ReactorThreadPool pool = new(0, 1);
        Task task = rig.Reactor.DeferToThreadPool(pool, () => { });

        pool.Stop();

        await Assert.ThrowsAsync<OperationCanceledException>(() => task);
    });

    [Fact, Clause("THR-17")]
    public void CallMultipleInThread_Several_RunInOneThreadInOrder() => Run(async rig =>
    {
        List<(int Number, int Thread)> made = [];
        IEnumerable<Action> calls = Enumerable.Range(0, 10)
            .Select(number => (Action)(() => made.Add((number, Environment.CurrentManagedThreadId))));

        await rig.Reactor.CallMultipleInThread(calls);

        Assert.Equal(Enumerable.Range(0, 10), made.Select(each => each.Number));
        Assert.Single(made.Select(each => each.Thread).Distinct());
        Assert.NotEqual(Environment.CurrentManagedThreadId, made[0].Thread);
    });

    [Fact, Clause("THR-17")]
    public void CallMultipleInThread_OneThrows_IsTheLast() => Run(async rig =>
    {
        FormatException failure = new("The call fails.");
        List<string> made = [];

        Task task = rig.Reactor.CallMultipleInThread([() => made.Add("first"), () => throw failure, () => made.Add("third")]);

        Assert.Same(failure, await Record.ExceptionAsync(() => task));
        Assert.Equal(["first"], made);
    });

    [Fact, Clause("THR-18")]
    public void DeferToThread_CancelledAtWork_EndsAtOnceAndTheResultIsDropped() => Run(async rig =>
    {
        using CancellationTokenSource cancellation = new();
        Occupation work = new();
        Task task = rig.Reactor.DeferToThread(work.Work, cancellation.Token);
        work.WaitUntilBegun();

        cancellation.Cancel();

        Assert.True(task.IsCanceled);
        Assert.Equal(1, rig.Reactor.GetThreadPool().Working); // It was not interrupted.
        work.End();
        await rig.Reactor.DeferToThread(() => { });
        Assert.True(task.IsCanceled);
    });

    [Fact, Clause("THR-18")]
    public void DeferToThread_CancelledBeforeAThreadHasBegun_IsNotMade() => Run(async rig =>
    {
        using CancellationTokenSource cancellation = new();
        Occupation work = new();
        bool wasMade = false;
        rig.Reactor.SuggestThreadPoolSize(1);
        Task first = rig.Reactor.DeferToThread(work.Work);
        Task task = rig.Reactor.DeferToThread(() => wasMade = true, cancellation.Token);

        OffThread.Run(cancellation.Cancel);
        Assert.True(task.IsCanceled);
        work.End();
        await first;
        await rig.Reactor.DeferToThread(() => { });

        Assert.False(wasMade);
        Assert.True(rig.Reactor.DeferToThread(() => wasMade = true, cancellation.Token).IsCanceled);
        await rig.Reactor.DeferToThread(() => { });
        Assert.False(wasMade);
    });

    [Fact, Clause("THR-18")]
    public void CallMultipleInThread_Cancelled_MakesNoMore() => Run(async rig =>
    {
        using CancellationTokenSource cancellation = new();
        Occupation work = new();
        bool wasMade = false;
        Task task = rig.Reactor.CallMultipleInThread([work.Work, () => wasMade = true], cancellation.Token);
        work.WaitUntilBegun();

        cancellation.Cancel();
        work.End();
        rig.Reactor.SuggestThreadPoolSize(1);
        await rig.Reactor.DeferToThread(() => { });

        Assert.True(task.IsCanceled);
        Assert.False(wasMade);
    });

    [Fact, Clause("THR-15", "THR-17")]
    public void DeferToThread_DoneWhileTheShutdownWaits_StillGivesItsResult() => Run(async rig =>
    {
        Occupation work = new();
        Task<int> task = rig.Reactor.DeferToThread(() =>
        {
            work.Work();
            return 42;
        });
        work.WaitUntilBegun();
        rig.Reactor.AddSystemEventTrigger(SystemEventPhase.Before, "shutdown", () =>
        {
            OffThread.Start(work.End);
            return null;
        });

        await rig.StopAsync();

        Assert.Equal(42, Finished.ResultOf(task));
    });

    [Fact, Clause("THR-15", "THR-17")]
    public void DeferToThread_NotDoneWhenTheReactorHasStopped_Fails() => Run(async rig =>
    {
        Occupation work = new();
        ReactorThreadPool pool = rig.Reactor.GetThreadPool();
        pool.JoinTimeout = TimeSpan.Zero;
        Task task = rig.Reactor.DeferToThread(work.Work);
        work.WaitUntilBegun();

        await rig.StopAsync();

        Assert.IsType<ReactorNotRunningException>(task.Exception?.InnerException);
        Assert.IsType<TimeoutException>(rig.TakeError().Exception);
        work.End();
        pool.JoinTimeout = Timeout.InfiniteTimeSpan;
        Assert.True(pool.Stop());
        await Assert.ThrowsAsync<ReactorNotRunningException>(() => rig.Reactor.DeferToThread(() => { }));
    });

    [Fact, Clause("THR-17")]
    public void DeferToThread_LoopIsClosedUnderTheReactor_TheTaskEnds()
    {
        SelectorEventLoop loop = NewLoop();
        AsyncSelectorReactor reactor = new(loop);
        AtEnd(reactor.Dispose);
        Task task = reactor.DeferToThread(() => { });
        Assert.False(task.IsCompleted);

        loop.Close();

        Assert.True(task.IsFaulted);
        Assert.NotNull(task.Exception);
    }

    [Fact]
    public void AnyCall_Nothing_ThrowsAtTheCall() => Run(rig =>
    {
        AsyncSelectorReactor reactor = rig.Reactor;
        Action[] calls =
        [
            () => reactor.CallInThread(null!),
            () => _ = reactor.DeferToThread((Action)null!),
            () => _ = reactor.DeferToThread((Func<int>)null!),
            () => _ = reactor.DeferToThreadPool(null!, () => { }),
            () => _ = reactor.CallMultipleInThread(null!),
            () => reactor.BlockingCallFromThread((Action)null!),
            () => reactor.BlockingCallFromThread((Func<int>)null!),
            () => reactor.BlockingCallFromThread((Func<Task>)null!),
            () => reactor.BlockingCallFromThread((Func<Task<int>>)null!),
        ];
        Assert.All(calls, call => Assert.Throws<ArgumentNullException>(call));
        return Task.CompletedTask;
    });
}
