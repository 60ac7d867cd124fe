using Spindle.Testing;
using Spindle.Timing;

namespace Spindle.Tests.Timing;

public sealed class LoopingCallTests
{
    private readonly Clock _clock = new();
    private readonly List<double> _times = [];

    [Fact, Clause("TIME-34")]
    public void Start_Now_CallsAtOnceThenEachInterval()
    {
        LoopingCall call = new(_clock, Note);
        Task finished = call.Start(Seconds(0.1));
        Assert.Equal([0], _times);
        Assert.True(call.IsRunning);

        Pump(0.05, 0.1, 0.1);
        Assert.Equal(3, _times.Count);

        call.Stop();
        Assert.True(finished.IsCompletedSuccessfully);
        Assert.Empty(_clock.GetDelayedCalls());
    }

    [Fact, Clause("TIME-34")]
    public void Start_NotNow_CallsFirstAfterAnInterval()
    {
        LoopingCall call = new(_clock, Note);
        Task finished = call.Start(Seconds(0.1), now: false);
        Assert.Empty(_times);

        Pump(0.05, 0.1, 0.1);

        Assert.Equal(2, _times.Count);
        call.Stop();
        Assert.True(finished.IsCompletedSuccessfully);
        Assert.Empty(_clock.GetDelayedCalls());
    }

    [Fact, Clause("TIME-34")]
    public void Start_BadInterval_Throws()
    {
        LoopingCall call = new(_clock, Note);

        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = call.Start(Seconds(-1)); });

        Assert.False(call.IsRunning);
        Assert.Empty(_times);
        Assert.False(call.Start(Seconds(1)).IsCompleted);
        Assert.Throws<ArgumentOutOfRangeException>(() => call.Interval = Seconds(-1));
    }

    [Fact, Clause("TIME-34")]
    public void Start_Running_Throws()
    {
        LoopingCall call = new(_clock, Note);
        _ = call.Start(Seconds(1));

        Assert.Throws<InvalidOperationException>(() => { _ = call.Start(Seconds(1)); });

        Assert.Equal([0], _times);
        Assert.True(call.IsRunning);
    }

    [Fact, Clause("TIME-34")]
    public void New_NoClockOrFunction_Throws()
    {
        Assert.Throws<ArgumentNullException>(() => new LoopingCall(null!, Note));
        Assert.Throws<ArgumentNullException>(() => new LoopingCall(_clock, (Action)null!));
        Assert.Throws<ArgumentNullException>(() => new LoopingCall(_clock, (Func<Task>)null!));
        Assert.Throws<ArgumentNullException>(() => LoopingCall.WithCount(_clock, (Action<long>)null!));
        Assert.Throws<ArgumentNullException>(() => LoopingCall.WithCount(_clock, (Func<long, Task>)null!));
    }

    [Fact, Clause("TIME-35")]
    public void Run_FunctionThrows_EndsWithItsException()
    {
        LoopingCall call = new(_clock, () =>
        {
            Note();
            if (_times.Count == 2)
            {
                throw new FormatException();
            }
        });
        Task finished = call.Start(Seconds(1));
        bool? wasRunning = null;
        Watch(finished, () => wasRunning = call.IsRunning);

        Pump(1, 1, 1);

        Assert.Equal([0, 1], _times);
        Assert.IsType<FormatException>(finished.Exception!.InnerException);
        Assert.False(wasRunning);
        Assert.Empty(_clock.GetDelayedCalls());
    }

    [Fact, Clause("TIME-35")]
    public void Start_FunctionThrowsAtOnce_FailsTheTask()
    {
        LoopingCall call = new(_clock, () => throw new FormatException());

        Task finished = call.Start(Seconds(1));

        Assert.IsType<FormatException>(finished.Exception!.InnerException);
        Assert.False(call.IsRunning);
        Assert.False(call.Start(Seconds(1), now: false).IsCompleted); // And it can be started again.
    }

    [Fact, Clause("TIME-35", "TIME-39")]
    public void Run_FunctionStopsAndThrows_Fails()
    {
        LoopingCall call = null!;
        call = new LoopingCall(_clock, () =>
        {
            call.Stop();
            throw new FormatException();
        });

        Task finished = call.Start(Seconds(1));

        Assert.IsType<FormatException>(finished.Exception!.InnerException);
    }

    [Fact, Clause("TIME-35")]
    public void Run_FunctionsTaskFails_EndsWithItsException()
    {
        TaskCompletionSource work = new();
        LoopingCall call = new(_clock, () => work.Task);
        Task finished = call.Start(Seconds(1));
        Pump(0.3);
        Assert.False(finished.IsCompleted);

        work.SetException(new FormatException());

        Assert.IsType<FormatException>(finished.Exception!.InnerException);
        Assert.False(call.IsRunning);
        Assert.Empty(_clock.GetDelayedCalls());
    }

    [Fact, Clause("TIME-35")]
    public void Run_FunctionsTaskIsCancelled_Fails()
    {
        TaskCompletionSource work = new();
        Task finished = new LoopingCall(_clock, () => work.Task).Start(Seconds(1));

        work.SetCanceled();

        Assert.IsType<TaskCanceledException>(finished.Exception!.InnerException);
    }

    [Fact, Clause("TIME-36")]
    public void Run_FunctionsTaskGoesOn_WaitsForIt()
    {
        TaskCompletionSource work = new();
        LoopingCall call = new(_clock, () =>
        {
            Note();
            return work.Task;
        });
        Task finished = call.Start(Seconds(0.2));

        Pump(0.2, 0.8);
        Assert.Equal([0], _times);
        Assert.Empty(_clock.GetDelayedCalls());
        Assert.True(call.IsRunning);

        // At 1 s it is done; that time is past, the next one is not.
        work.SetResult();
        Assert.Equal(Seconds(1.2), Assert.Single(_clock.GetDelayedCalls()).Due);
        Pump(0.2);
        Assert.Equal([0, 1.2], _times);
        call.Stop();
        Assert.True(finished.IsCompletedSuccessfully);
    }

    [Fact, Clause("TIME-36", "TIME-39")]
    public void Stop_FunctionsTaskGoesOn_IsDoneWhenItIs()
    {
        TaskCompletionSource work = new();
        LoopingCall call = new(_clock, () => work.Task);
        Task finished = call.Start(Seconds(1));

        call.Stop();
        Assert.False(call.IsRunning);
        Assert.False(finished.IsCompleted);
        Assert.Throws<InvalidOperationException>(() => { _ = call.Start(Seconds(1)); });

        work.SetResult();
        Assert.True(finished.IsCompletedSuccessfully);
        Assert.Empty(_clock.GetDelayedCalls());
    }

    [Fact, Clause("TIME-37")]
    public void Run_TakesLongerThanTheInterval_SkipsWhatIsPast()
    {
        double duration = 2;
        LoopingCall call = new(_clock, () =>
        {
            Note();
            _clock.Advance(Seconds(duration));
        });
        _ = call.Start(Seconds(0.5));
        Assert.Equal([0], _times);

        // 2 is the present and not the future.
        Pump(0);
        Assert.Equal([0], _times);

        duration = 1;
        Pump(0.5);
        Assert.Equal([0, 2.5], _times);

        Pump(0);
        Assert.Equal([0, 2.5], _times);
        duration = 0;
        Pump(0.5);
        Assert.Equal([0, 2.5, 4], _times);
    }

    [Fact, Clause("TIME-37")]
    public void Run_CalledLate_StaysAligned()
    {
        LoopingCall call = new(_clock, Note);
        _ = call.Start(Seconds(0.5));

        Pump(2);
        Assert.Equal([0, 2], _times);
        Pump(1);
        Assert.Equal([0, 2, 3], _times);
        Pump(0);
        Assert.Equal([0, 2, 3], _times);
        Pump(0.7);
        Assert.Equal([0, 2, 3, 3.7], _times);
        Assert.Equal(Seconds(4), Assert.Single(_clock.GetDelayedCalls()).Due);
    }

    [Fact, Clause("TIME-37")]
    public void Start_IntervalBeyondAllTime_RunsOnce()
    {
        LoopingCall call = new(_clock, Note);
        Pump(5);

        _ = call.Start(TimeSpan.MaxValue);
        Pump(TimeSpan.FromDays(10_000).TotalSeconds);

        Assert.Equal([5], _times);
    }

    [Fact, Clause("TIME-38")]
    public void Start_IntervalZero_SchedulesEachRunWithoutDelay()
    {
        LoopingCall call = null!;
        call = new LoopingCall(_clock, () =>
        {
            Note();
            if (_times.Count == 6)
            {
                call.Stop();
            }
        });

        Task finished = call.Start(TimeSpan.Zero);
        Assert.Equal([0], _times);
        Pump(0);

        Assert.Equal(Enumerable.Repeat(0.0, 6), _times);
        Assert.True(finished.IsCompletedSuccessfully);
    }

    [Theory, Clause("TIME-39"), InlineData(0), InlineData(10)]
    public void Stop_BeforeTheFirstRun_PreventsIt(double interval)
    {
        LoopingCall call = new(_clock, Note);
        Task finished = call.Start(Seconds(interval), now: false);

        call.Stop();
        Pump(20);

        Assert.Empty(_times);
        Assert.Empty(_clock.GetDelayedCalls());
        Assert.True(finished.IsCompletedSuccessfully);
    }

    [Fact, Clause("TIME-39")]
    public void Stop_NotRunning_Throws()
    {
        LoopingCall call = new(_clock, Note);
        Assert.Throws<InvalidOperationException>(call.Stop);
        _ = call.Start(Seconds(1));
        call.Stop();
        Assert.Throws<InvalidOperationException>(call.Stop);
    }

    [Fact, Clause("TIME-39")]
    public void Stop_WithinTheFunction_EndsAfterIt()
    {
        LoopingCall call = null!;
        Task? finished = null;
        bool? wasDone = null;
        Exception? startedAgain = null;
        call = new LoopingCall(_clock, () =>
        {
            if (finished is not null)
            {
                call.Stop();
                startedAgain = Record.Exception(() => { _ = call.Start(Seconds(1)); });
                wasDone = finished.IsCompleted;
            }
        });
        finished = call.Start(Seconds(1));

        Pump(1);

        Assert.False(wasDone);
        Assert.True(finished.IsCompletedSuccessfully);
        Assert.IsType<InvalidOperationException>(startedAgain);
        Assert.Empty(_clock.GetDelayedCalls());
        _ = call.Start(Seconds(1), now: false);
        Assert.True(call.IsRunning);
    }

    [Fact, Clause("TIME-40")]
    public void Reset_Waiting_StartsTheIntervalAnew()
    {
        LoopingCall call = new(_clock, Note);
        _ = call.Start(Seconds(2), now: false);
        Pump(1);

        call.Reset();
        Pump(1);
        Assert.Empty(_times);

        Pump(1, 1, 1);
        Assert.Equal([3, 5], _times);
    }

    [Fact, Clause("TIME-40")]
    public void Reset_WithinTheFunctionOrItsTask_DoesNothing()
    {
        LoopingCall call = null!;
        TaskCompletionSource work = new();
        call = new LoopingCall(_clock, () =>
        {
            Note();
            call.Reset();
            return work.Task;
        });
        _ = call.Start(Seconds(2));
        Pump(1);
        call.Reset();
        Assert.Empty(_clock.GetDelayedCalls());

        work.SetResult();

        Assert.Equal(Seconds(2), Assert.Single(_clock.GetDelayedCalls()).Due);
    }

    [Fact, Clause("TIME-40")]
    public void Reset_NotRunning_Throws() => Assert.Throws<InvalidOperationException>(new LoopingCall(_clock, Note).Reset);

    [Fact]
    public void Interval_Changed_CountsFromTheNextRunOn()
    {
        LoopingCall call = new(_clock, Note);
        _ = call.Start(Seconds(1));
        call.Interval = Seconds(5);

        Pump(1, 3.9);
        Assert.Equal([0, 1], _times);
        Pump(0.1);
        Assert.Equal([0, 1, 5], _times);
    }

    [Fact]
    public void ToString_Always_TellsIntervalFunctionAndState()
    {
        LoopingCall call = new(_clock, Note);
        Assert.EndsWith("LoopingCallTests.Note, not running>", call.ToString(), StringComparison.Ordinal);

        _ = call.Start(Seconds(0.5));
        Assert.Equal("<LoopingCall every 0.5s of Spindle.Tests.Timing.LoopingCallTests.Note>", call.ToString());
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static void Watch(Task task, Action whenDone) =>
        task.ContinueWith(_ => whenDone(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private void Note() => _times.Add(_clock.Seconds().TotalSeconds);

    private void Pump(params double[] seconds) => _clock.Pump(seconds.Select(Seconds));
}
