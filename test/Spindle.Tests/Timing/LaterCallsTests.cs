using Spindle.Testing;
using Spindle.Tests.Support;

namespace Spindle.Tests.Timing;

public sealed class LaterCallsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Clock _clock = new();

    [Fact, Clause("TIME-42")]
    public void DeferLater_Function_GivesItsResultAfterTheTime()
    {
        object result = new();
        int calls = 0;
        Task<object> task = _clock.DeferLater(Second * 3, () =>
        {
            calls++;
            return result;
        });

        _clock.Advance(Second * 2);
        Assert.Equal(0, calls);
        Assert.False(task.IsCompleted);

        _clock.Advance(Second);
        Assert.Equal(1, calls);
        Assert.True(task.IsCompletedSuccessfully);
        Assert.Same(result, Finished.ResultOf(task));
    }

    [Fact, Clause("TIME-42")]
    public void DeferLater_NoFunction_IsDoneAfterTheTime()
    {
        Task task = _clock.DeferLater(Second * 2);
        Assert.False(task.IsCompleted);

        _clock.Advance(Second * 2);

        Assert.True(task.IsCompletedSuccessfully);
    }

    [Fact, Clause("TIME-42")]
    public void DeferLater_Action_IsDoneAfterIt()
    {
        bool isCalled = false;
        Task task = _clock.DeferLater(Second, () => { isCalled = true; });

        _clock.Advance(Second);

        Assert.True(isCalled);
        Assert.True(task.IsCompletedSuccessfully);
    }

    [Fact, Clause("TIME-42")]
    public void DeferLater_FunctionThrows_Fails()
    {
        Task<int> task = _clock.DeferLater(Second, int () => throw new FormatException());

        _clock.Advance(Second); // It does not come out here.

        Assert.IsType<FormatException>(task.Exception!.InnerException);
    }

    [Fact, Clause("TIME-42")]
    public void DeferLater_AsynchronousFunction_EndsAsItsTaskDoes()
    {
        TaskCompletionSource<int> work = new();
        Task<int> result = _clock.DeferLater(Second, () => work.Task);
        Task plain = _clock.DeferLater(Second, async () => { await work.Task.ConfigureAwait(false); });
        Task failing = _clock.DeferLater(Second, () => Task.FromException(new FormatException()));

        _clock.Advance(Second);
        Assert.False(result.IsCompleted);
        Assert.False(plain.IsCompleted);
        Assert.IsType<FormatException>(failing.Exception!.InnerException);

        work.SetResult(42);
        Assert.Equal(42, Finished.ResultOf(result));
    }

    [Fact, Clause("TIME-42")]
    public void Cancel_Waiting_TakesTheCallOut()
    {
        using CancellationTokenSource cancellation = new();
        int calls = 0;
        Task<int> task = _clock.DeferLater(Second, () => ++calls, cancellation.Token);

        cancellation.Cancel();

        Assert.True(task.IsCanceled);
        Assert.Empty(_clock.GetDelayedCalls());
        _clock.Advance(Second * 2);
        Assert.Equal(0, calls);
        OperationCanceledException thrown = Assert.ThrowsAny<OperationCanceledException>(() => Finished.ResultOf(task));
        Assert.Equal(cancellation.Token, thrown.CancellationToken);
    }

    [Fact, Clause("TIME-42")]
    public void Cancel_Made_ChangesNothing()
    {
        using CancellationTokenSource cancellation = new();
        Task task = _clock.DeferLater(Second, cancellation.Token);
        _clock.Advance(Second);

        cancellation.Cancel();

        Assert.True(task.IsCompletedSuccessfully);
    }

    [Fact, Clause("TIME-42")]
    public void Cancel_WithinTheFunction_ItsResultCounts()
    {
        using CancellationTokenSource cancellation = new();
        Task<int> task = _clock.DeferLater(
            Second,
            () =>
            {
                cancellation.Cancel();
                return 42;
            },
            cancellation.Token);

        _clock.Advance(Second);

        Assert.Equal(42, Finished.ResultOf(task));
    }

    [Fact, Clause("TIME-42")]
    public void DeferLater_CancelledBefore_SchedulesNothing()
    {
        Task task = _clock.DeferLater(Second, new CancellationToken(canceled: true));

        Assert.True(task.IsCanceled);
        Assert.Empty(_clock.GetDelayedCalls());
    }

    [Fact, Clause("TIME-42")]
    public void DeferLater_BadArguments_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = _clock.DeferLater(-Second); });
        Assert.Throws<ArgumentNullException>(() => { _ = _clock.DeferLater(Second, (Action)null!); });
        Assert.Throws<ArgumentNullException>(() => { _ = _clock.DeferLater(Second, (Func<int>)null!); });
        Assert.Throws<ArgumentNullException>(() => { _ = ((IReactorTime)null!).DeferLater(Second); });
        Assert.Empty(_clock.GetDelayedCalls());
    }
}
