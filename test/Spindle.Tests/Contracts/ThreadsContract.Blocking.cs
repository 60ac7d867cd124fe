using Spindle.Tests.Support;
using Spindle.Threads;

namespace Spindle.Tests.Contracts;

/// <content>Calls from threads that wait for their result.</content>
public abstract partial class ThreadsContract
{
    [Fact, Clause("THR-10")]
    public void BlockingCallFromThread_Result_IsGivenToTheThread() => Run(async rig =>
    {
        int madeOn = 0;

        int result = await rig.Until(rig.Reactor.DeferToThread(() => rig.Reactor.BlockingCallFromThread(() =>
        {
            madeOn = Environment.CurrentManagedThreadId;
            return 42;
        })));

        Assert.Equal(42, result);
        Assert.Equal(Environment.CurrentManagedThreadId, madeOn);
    });

    [Fact, Clause("THR-10")]
    public void BlockingCallFromThread_AsynchronousWork_IsWaitedFor() => Run(async rig =>
    {
        TaskCompletionSource<int> work = new();
        bool hasBegun = false;
        int wentOnOn = 0;

        Task<int> waiting = rig.Reactor.DeferToThread(() => rig.Reactor.BlockingCallFromThread(async () =>
        {
            hasBegun = true;
            int value = await work.Task;
            wentOnOn = Environment.CurrentManagedThreadId;
            return value;
        }));
        await rig.Until(() => hasBegun);
        Assert.False(waiting.IsCompleted);
        work.SetResult(42);

        Assert.Equal(42, await rig.Until(waiting));
        Assert.Equal(Environment.CurrentManagedThreadId, wentOnOn);
    });

    [Fact, Clause("THR-10")]
    public void BlockingCallFromThread_WithoutAResult_IsWaitedFor() => Run(async rig =>
    {
        List<string> made = [];

        await rig.Reactor.DeferToThread(() =>
        {
            rig.Reactor.BlockingCallFromThread(() => made.Add("call"));
            rig.Reactor.BlockingCallFromThread(async () =>
            {
                await Task.Yield();
                made.Add("work");
            });
        });

        Assert.Equal(["call", "work"], made);
    });

    [Fact, Clause("THR-10")]
    public void BlockingCallFromThread_Throws_IsThrownInTheThread() => Run(async rig =>
    {
        FormatException failure = new("The call fails.");

        Exception?[] thrown = await rig.Until(rig.Reactor.DeferToThread(() => new[]
        {
            Record.Exception(() => rig.Reactor.BlockingCallFromThread((Func<int>)(() => throw failure))),
            Record.Exception(() => rig.Reactor.BlockingCallFromThread(() => Task.FromException(failure))),
            Record.Exception(() => rig.Reactor.BlockingCallFromThread(async () =>
            {
                await Task.Yield();
                throw failure;
            })),
        }));

        Assert.All(thrown, each => Assert.Same(failure, each));
    });

    [Fact, Clause("THR-10")]
    public void BlockingCallFromThread_ReactorsThread_ThrowsInsteadOfWaitingForItself() => Run(rig =>
    {
        bool wasMade = false;

        Assert.Throws<InvalidOperationException>(() => rig.Reactor.BlockingCallFromThread(() => wasMade = true));

        Assert.False(wasMade);
        return Task.CompletedTask;
    });

    [Fact, Clause("THR-6", "THR-10")]
    public void BlockingCallFromThread_BeforeTheReactorRuns_WaitsForIt()
    {
        AsyncSelectorReactor reactor = Reactor;
        bool wasRunning = false;
        OffThread thread = OffThread.Start(() =>
        {
            wasRunning = reactor.BlockingCallFromThread(() => reactor.IsRunning);
            reactor.CallFromThread(reactor.Stop);
        });

        Run();

        thread.Join();
        Assert.True(wasRunning);
    }

    [Fact, Clause("THR-10", "THR-15")]
    public void BlockingCallFromThread_TheReactorStops_TheWaitFailsAndHoldsUpNothing() => Run(async rig =>
    {
        TaskCompletionSource never = new();
        List<Exception?> thrown = [];
        bool hasBegun = false;
        rig.Reactor.GetThreadPool().JoinTimeout = Timeout.InfiniteTimeSpan;
        rig.Reactor.CallInThread(() =>
        {
            thrown.Add(Record.Exception(() => rig.Reactor.BlockingCallFromThread(() =>
            {
                hasBegun = true;
                return never.Task;
            })));
            thrown.Add(Record.Exception(() => rig.Reactor.BlockingCallFromThread(() => { }))); // Too late.
        });
        await rig.Until(() => hasBegun);

        await rig.StopAsync(); // Joins the thread, however long it takes.

        Assert.Equal(2, thrown.Count);
        Assert.All(thrown, each => Assert.IsType<ReactorNotRunningException>(each));
    });

    [Fact, Clause("THR-14", "THR-15")]
    public void BlockingCallFromThread_ShutdownIsFiredByHand_TheWaitsFailAndLaterOnesDoNot() => Run(async rig =>
    {
        List<Exception?> thrown = [];
        bool wasMade = false;
        Occupation work = new();
        rig.Reactor.GetThreadPool().JoinTimeout = Timeout.InfiniteTimeSpan;
        rig.Reactor.CallInThread(() =>
        {
            work.Work();
            thrown.Add(Record.Exception(() => rig.Reactor.BlockingCallFromThread(() => wasMade = true)));
            thrown.Add(Record.Exception(() => rig.Reactor.BlockingCallFromThread(() => wasMade = true)));
        });
        work.WaitUntilBegun();
        rig.Reactor.CallLater(TimeSpan.Zero, () =>
        {
            work.End();
            rig.Reactor.FireSystemEvent("shutdown"); // Joins the thread, however long it takes.
        });
        await rig.Reactor.Stopped;

        Assert.Equal(2, thrown.Count);
        Assert.All(thrown, each => Assert.IsType<ReactorNotRunningException>(each));
        rig.Reactor.StartRunning();
        Assert.Equal(42, await rig.Until(rig.Reactor.DeferToThread(() => rig.Reactor.BlockingCallFromThread(() => 42))));
        Assert.False(wasMade);
    });

    [Fact, Clause("THR-10")]
    public void BlockingCallFromThread_TheReactorWillNeverRun_TheWaitFails()
    {
        AsyncSelectorReactor reactor = new(Loop);
        Exception? thrown = null;
        OffThread thread = OffThread.Start(() => thrown = Record.Exception(() => reactor.BlockingCallFromThread(() => { })));

        reactor.Dispose();

        thread.Join();
        Assert.IsType<ReactorNotRunningException>(thrown);
    }

    [Fact, Clause("THR-10")]
    public void BlockingCallFromThread_ManyThreads_EachGetsItsOwnResult() => Run(async rig =>
    {
        int[] results = await rig.Until(Task.WhenAll(Enumerable.Range(0, 200)
            .Select(number => rig.Reactor.DeferToThread(() => rig.Reactor.BlockingCallFromThread(() => number)))));

        Assert.Equal(Enumerable.Range(0, 200), results);
    });
}
