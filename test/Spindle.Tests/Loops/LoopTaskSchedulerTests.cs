using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Loops;

public sealed class LoopTaskSchedulerTests : LoopTest
{
    [Fact]
    public void Start_FromAnywhere_RunsOnTheLoopInOrder()
    {
        List<(int Value, int Thread)> ran = [];
        Start(() => Add(1));
        Loop.CallSoon(() =>
        {
            Start(() => Add(2));
            Loop.CallSoon(() => Add(3));
            Start(() => Add(4));
        });

        RunTurn();
        RunTurn();

        Assert.Equal(Enumerable.Range(1, 4).Select(i => (i, Environment.CurrentManagedThreadId)), ran);
        Assert.Equal(1, Loop.TaskScheduler.MaximumConcurrencyLevel);

        void Add(int value) => ran.Add((value, Environment.CurrentManagedThreadId));
    }

    [Fact]
    public void Start_OnTheLoop_IsTheCurrentSchedulerInside()
    {
        TaskScheduler? seen = null;
        Start(() => seen = TaskScheduler.Current);

        RunTurn();

        Assert.Same(Loop.TaskScheduler, seen);
    }

    [Fact]
    public void Fails_NobodyAwaitsIt_IsReportedAtOnce()
    {
        List<LoopError> errors = CollectErrors(Loop);
        InvalidOperationException failure = new("The task fails.");
        Task task = Start(() => throw failure);

        RunTurn();

        Assert.True(task.IsFaulted);
        Assert.Same(failure, Assert.Single(errors).Exception);
    }

    [Fact]
    public void Fails_InDebugMode_IsReportedWithWhereItWasStarted()
    {
        SelectorEventLoop loop = NewLoop(debug: true);
        List<LoopError> errors = CollectErrors(loop);
        StartFailing(loop);

        RunTurn(loop);

        Assert.Contains(nameof(StartFailing), Assert.Single(errors).Origin, StringComparison.Ordinal);

        static void StartFailing(SelectorEventLoop loop) => _ = Task.Factory.StartNew(
            () => throw new InvalidOperationException(), CancellationToken.None, TaskCreationOptions.None, loop.TaskScheduler);
    }

    [Fact]
    public void Cancelled_BeforeItRuns_IsNoError()
    {
        List<LoopError> errors = CollectErrors(Loop);
        using CancellationTokenSource cancellation = new();
        Task task = Task.Factory.StartNew(() => Assert.Fail("It must not run."), cancellation.Token, TaskCreationOptions.None, Loop.TaskScheduler);

        cancellation.Cancel();
        RunTurn();

        Assert.True(task.IsCanceled);
        Assert.Empty(errors);
    }

    [Fact]
    public void RunSynchronously_OnTheLoop_RunsInline()
    {
        List<string> ran = [];
        Loop.CallSoon(() =>
        {
            new Task(() => ran.Add("task")).RunSynchronously(Loop.TaskScheduler);
            ran.Add("after");
        });

        RunTurn();

        Assert.Equal(["task", "after"], ran);
    }

    [Fact]
    public void RunSynchronously_OnAnotherThread_RunsOnTheLoop()
    {
        using LoopThread thread = new(Loop);
        int ranOn = 0;
        int loopThread = 0;
        thread.Do(() => loopThread = Environment.CurrentManagedThreadId);

        new Task(() => ranOn = Environment.CurrentManagedThreadId).RunSynchronously(Loop.TaskScheduler);

        Assert.Equal(loopThread, ranOn);
    }

    [Fact]
    public void Start_Closed_Throws()
    {
        Loop.Close();

        Exception? refused = Record.Exception(void () => Start(() => { }));
        Assert.IsType<ObjectDisposedException>(Assert.IsType<TaskSchedulerException>(refused).InnerException);
    }

    private Task Start(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.None, Loop.TaskScheduler);
}
