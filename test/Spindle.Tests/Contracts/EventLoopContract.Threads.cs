using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Contracts;

/// <content>Other threads.</content>
public abstract partial class EventLoopContract
{
    public static TheoryData<string> MembersOfTheLoopsThread => [.. LoopsThreadOnly.Keys];

    private static Dictionary<string, Action<SelectorEventLoop>> LoopsThreadOnly { get; } = new()
    {
        ["CallSoon"] = loop => loop.CallSoon(() => { }),
        ["CallSoon with state"] = loop => loop.CallSoon(_ => { }, null),
        ["CallLater"] = loop => loop.CallLater(TimeSpan.Zero, () => { }),
        ["CallLater with state"] = loop => loop.CallLater(TimeSpan.Zero, _ => { }, null),
        ["CallAt"] = loop => loop.CallAt(TimeSpan.Zero, () => { }),
        ["CallAt with state"] = loop => loop.CallAt(TimeSpan.Zero, _ => { }, null),
        ["CallAtTurnEnd"] = loop => loop.CallAtTurnEnd(new TurnEnd(_ => { })),
        ["AddReader"] = loop => loop.AddReader(0, () => { }),
        ["RemoveReader"] = loop => loop.RemoveReader(0),
        ["AddWriter"] = loop => loop.AddWriter(0, () => { }),
        ["RemoveWriter"] = loop => loop.RemoveWriter(0),
        ["AddSignalHandler"] = loop => loop.AddSignalHandler(NativeCalls.SIGUSR1, () => { }),
        ["RemoveSignalHandler"] = loop => loop.RemoveSignalHandler(NativeCalls.SIGUSR1),
        ["Stop"] = loop => loop.Stop(),
    };

    [Theory, Clause("LOOP-8", "LOOP-32")]
    [MemberData(nameof(MembersOfTheLoopsThread))]
    public void AnyMember_FromAnotherThreadWhileRunning_ThrowsAndNamesTheRightOne(string member)
    {
        using LoopThread thread = new(Loop);

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => LoopsThreadOnly[member](Loop));

        Assert.Contains(nameof(Loop.CallSoonThreadSafe), refused.Message, StringComparison.Ordinal);
        thread.Do(() => Assert.True(Loop.IsRunning));
    }

    [Fact]
    public void CancelTimer_FromAnotherThreadWhileRunning_ThrowsAndStillRuns()
    {
        using ManualResetEventSlim ran = new();
        using LoopThread thread = new(Loop);
        TimerHandle timer = null!;
        thread.Do(() => timer = Loop.CallLater(TimeSpan.FromMilliseconds(1), ran.Set));

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(timer.Cancel);

        Assert.Contains(nameof(Loop.CallSoonThreadSafe), refused.Message, StringComparison.Ordinal);
        Assert.False(timer.IsCancelled);
        Wait.For(ran, "The timer");
    }

    [Fact]
    public void AnyThread_BeforeTheLoopRuns_MaySetItUp()
    {
        PipeEnds pipe = CreateFullPipe();
        List<string> ran = [];
        OffThread.Run(() =>
        {
            Loop.CallSoon(() => ran.Add("soon"));
            Loop.AddReader(pipe.Read, () => ran.Add("read"));
            Loop.CallLater(TimeSpan.Zero, () => ran.Add("timer"));
        });

        RunTurn();

        Assert.Equal(["soon", "read", "timer"], ran);
    }

    [Fact, Clause("LOOP-40")]
    public void RunInExecutor_Work_RunsElsewhereAndComesBack()
    {
        int workedOn = 0;
        int cameBackOn = 0;

        int result = Loop.RunUntilComplete(async () =>
        {
            int value = await Loop.RunInExecutor(() =>
            {
                workedOn = Environment.CurrentManagedThreadId;
                return 42;
            });
            cameBackOn = Environment.CurrentManagedThreadId;
            return value;
        });

        Assert.Equal(42, result);
        Assert.NotEqual(Environment.CurrentManagedThreadId, workedOn);
        Assert.Equal(Environment.CurrentManagedThreadId, cameBackOn);
    }

    [Fact, Clause("LOOP-40")]
    public void RunInExecutor_WorkFails_ThrowsIt()
    {
        InvalidOperationException failure = new("The work fails.");

        Assert.Same(failure, Record.Exception(() => Loop.RunUntilComplete(() => Loop.RunInExecutor<int>(() => throw failure))));
        Assert.Equal(1, Loop.RunUntilComplete(() => Loop.RunInExecutor(() => 1)));
    }

    [Fact, Clause("LOOP-40")]
    public async Task RunInExecutor_FromAnotherThreadWhileRunning_Works()
    {
        using LoopThread thread = new(Loop);

        Assert.Equal(42, await Loop.RunInExecutor(() => 42).WaitAsync(OffThread.Patience, TestContext.Current.CancellationToken));
    }

    [Fact, Clause("LOOP-40")]
    public void RunInExecutor_Threads_AreMadeAsTheyAreNeeded()
    {
        TrackedThreads threads = new(Kernel);
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { WorkerThreads = threads });
        Assert.Equal(0, threads.Started);
        using Barrier barrier = new(3);

        // Three that wait for each other need three threads.
        int[] results = loop.RunUntilComplete(() => Task.WhenAll(
            Enumerable.Range(0, 3).Select(i => loop.RunInExecutor(() => barrier.SignalAndWait(OffThread.Patience) ? i : -1))));

        Assert.Equal([0, 1, 2], results);
        Assert.Equal(3, threads.Started);

        loop.Close();
        Wait.For(threads.Ended, 3, "The end of a thread");
    }

    [Fact, Clause("LOOP-40")]
    public void RunInExecutor_MoreWorkThanThreads_DoesItAll()
    {
        TrackedThreads threads = new(Kernel);
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { WorkerThreads = threads });

        int[] results = loop.RunUntilComplete(() => Task.WhenAll(
            Enumerable.Range(0, 500).Select(i => loop.RunInExecutor(() => i))));

        Assert.Equal(Enumerable.Range(0, 500), results);
        Assert.InRange(threads.Started, 1, Math.Min(32, Environment.ProcessorCount + 4));
    }

    [Fact, Clause("LOOP-39", "LOOP-40")]
    public void RunInExecutor_Waiters_AreServedInTheOrderOfTheirAwait()
    {
        using ManualResetEventSlim mayEnd = new();
        List<int> served = [];
        Loop.CallSoon(() =>
        {
            Task<bool> task = Loop.RunInExecutor(() => mayEnd.Wait(OffThread.Patience));
            foreach (int i in Enumerable.Range(0, 5))
            {
                Loop.Spawn(() => Await(task, i));
            }

            Loop.CallSoon(mayEnd.Set);
        });

        Run();

        Assert.Equal([0, 1, 2, 3, 4], served);

        async Task Await(Task task, int i)
        {
            await task;
            served.Add(i);
            if (served.Count == 5)
            {
                Loop.Stop();
            }
        }
    }
}
