using System.Globalization;
using Spindle.Loops;

namespace Spindle.Timing;

/// <summary>Calls a function again and again, at a steady interval.</summary>
/// <remarks>
/// <para>
/// The times are those of the start plus whole intervals: the time that a run takes does not add up, and a time that was
/// missed, because a run or something else took too long, is left out. A function that returns a task is not called
/// again before the task is done.
/// </para>
/// <example>
/// <code>
/// LoopingCall beat = new(reactor, () => transport.Write("ping\n"u8));
/// reactor.Spawn(() => beat.Start(TimeSpan.FromSeconds(5)));
/// </code>
/// </example>
/// <para>Thread: the reactor's.</para>
/// <para>
/// Source: Twisted's <c>internet/task.py</c>, <c>LoopingCall</c>. The clock is always given; a call that was stopped cannot
/// be started again before its function, or the function's task, has come to its end.
/// </para>
/// </remarks>
public sealed class LoopingCall
{
    private readonly IReactorTime _clock;
    private readonly Func<long, Task?> _function;
    private readonly Delegate _given;
    private readonly bool _isCounting;
    private TaskCompletionSource? _finished; // From the start until the function will not be called any more.
    private DelayedCall? _call; // While it waits for the next run.
    private TimeSpan _interval;
    private TimeSpan _start;
    private TimeSpan? _lastCounted;
    private bool _runsAtStart;

    /// <summary>Makes one; <see cref="Start"/> starts it.</summary>
    /// <param name="clock">What tells the time and makes the calls: a reactor, in a test a manual clock.</param>
    /// <param name="function">The function. An exception from it ends the loop.</param>
    public LoopingCall(IReactorTime clock, Action function)
        : this(clock, function, isCounting: false, _ =>
        {
            function();
            return null;
        })
    {
    }

    /// <summary>Makes one; <see cref="Start"/> starts it.</summary>
    /// <param name="clock">What tells the time and makes the calls: a reactor, in a test a manual clock.</param>
    /// <param name="function">The function. It is not called again before its task is done; if that fails, the loop ends.</param>
    public LoopingCall(IReactorTime clock, Func<Task> function)
        : this(clock, function, isCounting: false, _ => function())
    {
    }

    private LoopingCall(IReactorTime clock, Delegate given, bool isCounting, Func<long, Task?> function)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(given, nameof(function));
        _clock = clock;
        _given = given;
        _isCounting = isCounting;
        _function = function;
    }

    /// <summary>Whether a run is awaited or going on. False already when the task of <see cref="Start"/> is done.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>From one run to the next; zero for one run in each pass of the reactor. <see cref="Start"/> sets it; a change counts from the next run on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan Interval
    {
        get => _interval;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            _interval = value;
        }
    }

    /// <summary>Makes one whose function is told how many intervals have gone by since its last run.</summary>
    /// <param name="clock">What tells the time and makes the calls.</param>
    /// <param name="function">The function. It gets 1 if it is called in time, more if times were missed, and is never called with 0. With an interval of zero it always gets 1.</param>
    public static LoopingCall WithCount(IReactorTime clock, Action<long> function) =>
        new(clock, function, isCounting: true, count =>
        {
            function(count);
            return null;
        });

    /// <inheritdoc cref="WithCount(IReactorTime, Action{long})"/>
    public static LoopingCall WithCount(IReactorTime clock, Func<long, Task> function) =>
        new(clock, function, isCounting: true, count => function(count));

    /// <summary>Starts to call the function.</summary>
    /// <param name="interval">From one run to the next. Zero: one run in each pass of the reactor.</param>
    /// <param name="now">Whether the first run is now, within this call. If not, it is one interval from now.</param>
    /// <returns>
    /// Done when the call was stopped; fails with what the function threw or its task failed with. Whoever does not await it
    /// hears nothing of a failure: give it to <c>Spawn</c> then.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="interval"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">It runs already, or a run from before it was stopped is still going on.</exception>
    public Task Start(TimeSpan interval, bool now = true)
    {
        Resumption.EnsureAccess(_clock);
        if (_finished is not null)
        {
            throw new InvalidOperationException(
                IsRunning ? "The looping call runs already." : "The looping call was stopped, but its last run is still going on.");
        }

        Interval = interval;
        TaskCompletionSource finished = _finished = new();
        IsRunning = true;
        _start = _clock.Seconds();
        _runsAtStart = now;
        if (now)
        {
            Run();
        }
        else
        {
            Schedule();
        }

        return finished.Task;
    }

    /// <summary>Leaves out the next run and starts the interval anew: the times are counted from now. While a run is going on, it does nothing.</summary>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public void Reset()
    {
        EnsureRunning();
        if (_call is not null)
        {
            _call.Cancel();
            _start = _clock.Seconds();
            Schedule();
        }
    }

    /// <summary>Ends it: the function is not called again. A run that is going on comes to its end first; then the task of <see cref="Start"/> is done.</summary>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public void Stop()
    {
        EnsureRunning();
        IsRunning = false;
        if (_call is not null)
        {
            _call.Cancel();
            Finish(failure: null);
        }
    }

    /// <summary>Interval, function and state, for people.</summary>
    public override string ToString()
    {
        string interval = _interval.TotalSeconds.ToString("0.#######", CultureInfo.InvariantCulture);
        return $"<LoopingCall every {interval}s of {LoopErrors.NameOf(_given)}{(IsRunning ? "" : ", not running")}>";
    }

    private void EnsureRunning()
    {
        Resumption.EnsureAccess(_clock);
        if (!IsRunning)
        {
            throw new InvalidOperationException("The looping call does not run.");
        }
    }

    private void Run()
    {
        _call = null;
        Task? task;
        try
        {
            long count = _isCounting ? CountIntervals() : 1;
            task = count > 0 ? _function(count) : null;
        }
        catch (Exception exception)
        {
            Finish(exception);
            return;
        }

        if (task is null)
        {
            AfterRun();
        }
        else
        {
            Resumption.WhenDone(task, _clock, AfterTask);
        }
    }

    private void AfterTask(Task task)
    {
        if (Resumption.FailureOf(task) is { } failure)
        {
            Finish(failure);
        }
        else
        {
            AfterRun();
        }
    }

    private void AfterRun()
    {
        if (IsRunning)
        {
            Schedule();
        }
        else
        {
            Finish(failure: null);
        }
    }

    private void Schedule()
    {
        // A remainder of zero makes a whole interval: that time is now, and now is past (TIME-37).
        long elapsed = (_clock.Seconds() - _start).Ticks;
        TimeSpan wait = _interval == TimeSpan.Zero ? _interval : new TimeSpan(_interval.Ticks - (elapsed % _interval.Ticks));
        try
        {
            _call = _clock.CallLater(wait, Run);
        }
        catch (Exception exception)
        {
            Finish(exception); // The reactor is closed: nothing will ever be called again.
        }
    }

    private long CountIntervals()
    {
        TimeSpan now = _clock.Seconds();
        if (_interval == TimeSpan.Zero)
        {
            _lastCounted = now;
            return 1;
        }

        TimeSpan last = _lastCounted ?? (_runsAtStart ? _start - _interval : _start);
        long count = IntervalOf(now) - IntervalOf(last);
        if (count > 0)
        {
            _lastCounted = now;
        }

        return count;
    }

    private long IntervalOf(TimeSpan time) => (time - _start).Ticks / _interval.Ticks;

    private void Finish(Exception? failure)
    {
        TaskCompletionSource finished = _finished!;
        IsRunning = false;
        _call = null;
        _finished = null;
        LoopTasks.Complete(finished, failure);
    }
}
