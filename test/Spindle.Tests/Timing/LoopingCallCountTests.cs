using Spindle.Testing;
using Spindle.Timing;

namespace Spindle.Tests.Timing;

/// <summary>Looping calls that are told how many intervals have gone by.</summary>
public sealed class LoopingCallCountTests
{
    private readonly Clock _clock = new();
    private readonly List<(double Time, long Count)> _runs = [];

    [Fact, Clause("TIME-37", "TIME-41")]
    public void WithCount_TimesAreMissed_CountsThem()
    {
        _ = LoopingCall.WithCount(_clock, Note).Start(Seconds(0.5));
        Assert.Equal([(0, 1)], _runs);

        Pump(0.51);
        Assert.Equal((0.51, 1), _runs[^1]);

        Pump(1.51);
        Assert.Equal((2.02, 3), _runs[^1]);

        Pump(0);
        Assert.Equal(3, _runs.Count);
    }

    [Fact, Clause("TIME-41")]
    public void WithCount_LessThanTwoIntervals_CountsOne()
    {
        _ = LoopingCall.WithCount(_clock, Note).Start(Seconds(0.5));

        Pump(0.51, 0.875, 0.125);

        Assert.Equal([(0, 1), (0.51, 1), (1.385, 1), (1.51, 1)], _runs);
    }

    // A third of a second is no whole number of ticks: the runs come as near to it as the clock can tell.
    [Fact, Clause("TIME-41")]
    public void WithCount_UnevenInterval_NeverCountsZeroAndMissesNone()
    {
        TimeSpan interval = Seconds(1) / 3;
        _ = LoopingCall.WithCount(_clock, Note).Start(interval, now: false);

        for (int i = 0; i < 300; i++)
        {
            _clock.Advance(interval);
        }

        Assert.All(_runs, run => Assert.Equal(1, run.Count));
        Assert.Equal(300, _runs.Count);
    }

    [Fact, Clause("TIME-41")]
    public void WithCount_ClockAtTheEdgeOfAnInterval_NeverCountsZero()
    {
        _ = LoopingCall.WithCount(_clock, Note).Start(Seconds(1), now: false);
        TimeSpan tick = TimeSpan.FromTicks(1);

        _clock.Advance(Seconds(1) - tick);
        Assert.Empty(_runs);
        _clock.Advance(tick);
        _clock.Advance(Seconds(2) - tick);
        _clock.Advance(tick);

        Assert.Equal([1, 1, 1], _runs.Select(run => run.Count));
    }

    [Fact, Clause("TIME-41")]
    public void WithCount_IntervalZero_CountsOne()
    {
        LoopingCall call = null!;
        call = LoopingCall.WithCount(_clock, count =>
        {
            Note(count);
            if (_runs.Count > 4)
            {
                call.Stop();
            }
        });

        Task finished = call.Start(TimeSpan.Zero, now: false);
        Pump(0);

        Assert.True(finished.IsCompletedSuccessfully);
        Assert.Equal(Enumerable.Repeat((0.0, 1L), 5), _runs);
    }

    [Fact, Clause("TIME-41")]
    public void WithCount_IntervalZeroAndTaskGoesOn_CountsOne()
    {
        TaskCompletionSource work = new();
        LoopingCall call = null!;
        call = LoopingCall.WithCount(_clock, count =>
        {
            Note(count);
            if (_runs.Count > 4)
            {
                call.Stop();
            }

            return _runs.Count == 2 ? work.Task : Task.CompletedTask;
        });
        _ = call.Start(TimeSpan.Zero, now: false);

        Pump(0, 2);
        Assert.Equal(2, _runs.Count);
        work.SetResult();
        Pump(0);

        Assert.Equal([1, 1, 1, 1, 1], _runs.Select(run => run.Count));
    }

    [Fact, Clause("TIME-41")]
    public void WithCount_IntervalZeroThenAnother_CountsFromTheLastRun()
    {
        TaskCompletionSource work = new();
        LoopingCall call = LoopingCall.WithCount(_clock, count =>
        {
            Note(count);
            return _runs.Count == 2 ? work.Task : Task.CompletedTask;
        });
        _ = call.Start(TimeSpan.Zero, now: false);
        Pump(10);
        Assert.Equal([1, 1], _runs.Select(run => run.Count));

        call.Interval = Seconds(2);
        work.SetResult();
        Pump(7, 2, 4);

        Assert.Equal([1, 1, 3, 1, 2], _runs.Select(run => run.Count));
    }

    [Fact, Clause("TIME-36", "TIME-41")]
    public void WithCount_TaskGoesOn_CountsWhatWasMissedMeanwhile()
    {
        TaskCompletionSource work = new();
        LoopingCall call = LoopingCall.WithCount(_clock, count =>
        {
            Note(count);
            return _runs.Count == 1 ? work.Task : Task.CompletedTask;
        });
        _ = call.Start(Seconds(0.2), now: false);

        Pump(0.2, 0.4);
        Assert.Equal([1], _runs.Select(run => run.Count));
        work.SetResult();
        Pump(0.2);

        Assert.Equal([1, 3], _runs.Select(run => run.Count));
    }

    [Fact, Clause("TIME-40", "TIME-41")]
    public void Reset_WithCount_CountsFromTheNewStart()
    {
        LoopingCall call = LoopingCall.WithCount(_clock, Note);
        _ = call.Start(Seconds(1));
        Pump(0.9);

        call.Reset();
        Pump(1, 1);

        Assert.Equal([(0, 1), (1.9, 1), (2.9, 1)], _runs);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private void Note(long count) => _runs.Add((_clock.Seconds().TotalSeconds, count));

    private void Pump(params double[] seconds) => _clock.Pump(seconds.Select(Seconds));
}
