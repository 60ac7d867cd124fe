using Spindle.Tests.Support;
using Spindle.Threads;

namespace Spindle.Tests.Threads;

/// <content>The number of threads, and the end.</content>
public sealed partial class ReactorThreadPoolTests
{
    [Fact, Clause("THR-23")]
    public void AdjustPoolSize_NotStarted_IsOnlyNoted()
    {
        ReactorThreadPool pool = NewPool(0, 5);

        pool.AdjustPoolSize(2, 8);

        Assert.Equal((2, 8, 0), (pool.Min, pool.Max, pool.Workers));
        pool.Start();
        Assert.Equal(2, pool.Workers);
    }

    [Fact, Clause("THR-23")]
    public void AdjustPoolSize_TooFew_MakesTheMissingOnes()
    {
        ReactorThreadPool pool = NewPool(1, 2);
        pool.Start();

        pool.AdjustPoolSize(4, 5);

        Assert.Equal((4, 4, 0, 0), CountsOf(pool));
        Assert.Equal(4, _threads.Started);
    }

    [Fact, Clause("THR-23")]
    public void AdjustPoolSize_WorkWaits_GetsTheThreadsThatItMayNowHave()
    {
        ReactorThreadPool pool = NewPool(0, 0);
        pool.Start();
        Occupation[] works = [new(), new()];
        Array.ForEach(works, work => pool.CallInThread(work.Work));
        Assert.Equal((0, 0, 0, 2), CountsOf(pool));

        pool.AdjustPoolSize(0, 5);

        Assert.Equal((2, 0, 2, 0), CountsOf(pool));
        Array.ForEach(works, work => work.WaitUntilBegun());
        Array.ForEach(works, work => work.End());
    }

    [Fact, Clause("THR-23")]
    public void AdjustPoolSize_TooManyIdle_TheyEnd()
    {
        ReactorThreadPool pool = NewPool(4, 4);
        pool.Start();

        pool.AdjustPoolSize(0, 1);

        Assert.Equal((1, 1, 0, 0), CountsOf(pool));
        Wait.For(_threads.Ended, 3, "The end of a thread");
        DoOneMore(pool);
    }

    [Fact, Clause("THR-23")]
    public void AdjustPoolSize_TooManyBusy_EndWhenTheyAreDone()
    {
        ReactorThreadPool pool = NewPool(0, 2);
        pool.Start();
        Occupation[] works = [new(), new()];
        Array.ForEach(works, work => pool.CallInThread(work.Work));
        Array.ForEach(works, work => work.WaitUntilBegun());

        pool.AdjustPoolSize(0, 1);
        Assert.Equal((2, 0, 2, 0), CountsOf(pool));
        works[0].End();

        Wait.For(_threads.Ended, "The end of a thread");
        Assert.Equal((1, 0, 1, 0), CountsOf(pool));
        works[1].End();
    }

    [Theory, Clause("THR-23", "THR-24", "THR-25")]
    [InlineData(true)]
    [InlineData(false)]
    public void LastThread_ToldToEndWhileWorkWaits_DoesThatFirst(bool isStopAWorker)
    {
        ReactorThreadPool pool = NewPool(0, 1);
        pool.Start();
        Occupation work = new();
        List<int> done = [];
        pool.CallInThread(work.Work);
        work.WaitUntilBegun();
        pool.CallInThread(() => done.Add(1));
        pool.CallInThread(() => done.Add(2));

        if (isStopAWorker)
        {
            pool.StopAWorker();
        }
        else
        {
            pool.AdjustPoolSize(0, 0);
        }

        work.End();
        Wait.For(_threads.Ended, "The end of the thread");
        Assert.Equal([1, 2], done);
        Assert.Equal((0, 0, 0, 0), CountsOf(pool));
        Assert.True(pool.Stop());
    }

    [Fact, Clause("THR-24")]
    public void Stop_WorkWaits_IsDoneAndThenTheThreadsHaveEnded()
    {
        ReactorThreadPool pool = NewPool(0, 1);
        List<int> done = [];
        for (int i = 0; i < 100; i++)
        {
            int number = i;
            pool.CallInThread(() => done.Add(number));
        }

        pool.Start();
        Assert.True(pool.Stop());

        Assert.Equal(Enumerable.Range(0, 100), done);
        Wait.For(_threads.Ended, "The end of the thread");
        Assert.Equal((0, 0, 0, 0), CountsOf(pool));
    }

    [Fact, Clause("THR-24")]
    public void CallInThread_Stopped_IsRefusedWithoutAWord()
    {
        ReactorThreadPool pool = NewStartedPool();
        Assert.True(pool.Stop());
        Assert.True(pool.Stop()); // Harmless.

        bool wasCalled = false;

        Assert.False(pool.CallInThread(() => wasCalled = true));
        Assert.False(pool.CallInThreadWithCallback<int>((_, _) => wasCalled = true, () => 1));
        Assert.False(wasCalled);
        Assert.Empty(_errors);
    }

    [Fact, Clause("THR-24")]
    public void Start_Stopped_Throws()
    {
        ReactorThreadPool pool = NewStartedPool();
        pool.Stop();

        Assert.Throws<InvalidOperationException>(pool.Start);
        Assert.Equal(0, pool.Workers);
    }

    [Fact, Clause("THR-24")]
    public void Stop_NeverStarted_DropsTheWorkAndSaysSo()
    {
        ReactorThreadPool pool = NewPool(0, 1);
        bool wasMade = false;
        Exception? heard = null;
        pool.CallInThread(() => wasMade = true);
        pool.CallInThreadWithCallback<bool>((_, failure) => heard = failure, () => wasMade = true);

        Assert.True(pool.Stop());

        Assert.IsType<OperationCanceledException>(heard);
        Assert.False(wasMade);
        Assert.Equal((0, 0, 0, 0), CountsOf(pool));
        Assert.Empty(_errors);
    }

    [Fact, Clause("THR-24")]
    public void Stop_InOneOfItsThreads_Throws()
    {
        ReactorThreadPool pool = NewStartedPool();
        Exception? heard = null;

        CallAndWait(pool, pool.Stop, (_, failure) => heard = failure);

        Assert.IsType<InvalidOperationException>(heard);
        DoOneMore(pool);
    }

    [Fact, Clause("THR-15", "THR-24")]
    public void Stop_AThreadDoesNotEnd_WaitsOnlySoLong()
    {
        ReactorThreadPool pool = NewStartedPool();
        Occupation work = new();
        pool.CallInThread(work.Work);
        work.WaitUntilBegun();

        pool.JoinTimeout = TimeSpan.Zero;
        Assert.False(pool.Stop());
        Assert.Equal(1, pool.Working);

        work.End();
        pool.JoinTimeout = Timeout.InfiniteTimeSpan;
        Assert.True(pool.Stop());
    }

    [Fact]
    public void JoinTimeout_NoSuchTime_Throws()
    {
        ReactorThreadPool pool = NewPool(0, 1);

        Assert.Throws<ArgumentOutOfRangeException>(() => pool.JoinTimeout = TimeSpan.FromSeconds(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.JoinTimeout = TimeSpan.MaxValue);
    }

    [Fact, Clause("THR-25")]
    public void StartAWorkerAndStopAWorker_Always_ChangeByOne()
    {
        ReactorThreadPool pool = NewPool(0, 2);
        pool.StartAWorker();
        Assert.Equal(0, pool.Workers); // It does not run yet.
        pool.Start();

        pool.StartAWorker();
        pool.StartAWorker();
        pool.StartAWorker(); // There are as many as there may be.
        Assert.Equal((2, 2, 0, 0), CountsOf(pool));

        pool.StopAWorker();
        Assert.Equal((1, 1, 0, 0), CountsOf(pool));
        pool.StopAWorker();
        pool.StopAWorker(); // There is none.
        Assert.Equal((0, 0, 0, 0), CountsOf(pool));
        Wait.For(_threads.Ended, 2, "The end of a thread");
        DoOneMore(pool);
    }

    [Fact, Clause("THR-25")]
    public void StopAWorker_AllAreBusy_EndsTheFirstThatIsDone()
    {
        ReactorThreadPool pool = NewPool(0, 1);
        pool.Start();
        Occupation work = new();
        pool.CallInThread(work.Work);
        work.WaitUntilBegun();

        pool.StopAWorker();
        pool.StopAWorker(); // There is no other.
        Assert.Equal((1, 0, 1, 0), CountsOf(pool));
        work.End();

        Wait.For(_threads.Ended, "The end of the thread");
        Assert.Equal((0, 0, 0, 0), CountsOf(pool));
        DoOneMore(pool);
    }

    [Fact]
    public void CallInThread_TheSystemHasNoThreads_ThrowsAndTakesNothing()
    {
        ScarceThreads threads = new(_threads);
        ReactorThreadPool pool = new(threads, 0, 2, "scarce", () => (_, failure) => _errors.Enqueue(failure));
        AtEnd(() => Assert.True(pool.Stop()));
        pool.Start();

        Assert.Throws<InsufficientMemoryException>(() => pool.CallInThread(() => { }));
        Assert.Equal((0, 0, 0, 0), CountsOf(pool));

        // With one thread there is somebody to do it.
        threads.Left = 1;
        Occupation first = new();
        pool.CallInThread(first.Work);
        pool.CallInThread(first.End);
        Assert.Equal((1, 0, 1, 1), CountsOf(pool));
        first.WaitUntilBegun();
        first.End();
        DoOneMore(pool);
    }
}
