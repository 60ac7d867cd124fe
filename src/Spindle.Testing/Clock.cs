using Spindle.Loops;

namespace Spindle.Testing;

/// <summary>A clock that a test moves by hand, with the calls that are due on it.</summary>
/// <remarks>
/// <example>
/// <code>
/// Clock clock = new();
/// bool isLate = false;
/// clock.CallLater(TimeSpan.FromHours(1), () => isLate = true);
///
/// clock.Advance(TimeSpan.FromHours(1));
///
/// Assert.True(isLate);
/// </code>
/// </example>
/// <para>
/// What differs from a reactor: a call that is scheduled by another one for a time that has come runs in the same
/// <see cref="Advance"/>, and an exception of a call reaches whoever moves the clock.
/// </para>
/// <para>Thread: one; it has none of its own.</para>
/// <para>Source: Twisted's <c>internet/task.py</c>, <c>Clock</c>. Arguments are checked as a reactor checks them, and time does not go back.</para>
/// </remarks>
public sealed class Clock : IReactorTime
{
    private readonly ClockQueue _calls = new();

    /// <summary>The time. It starts at zero, which is also what <see cref="DelayedCall.Due"/> counts from.</summary>
    public TimeSpan Seconds() => _calls.Now;

    /// <inheritdoc/>
    public DelayedCall CallLater(TimeSpan delay, Action call) => _calls.Add(delay, call);

    /// <summary>The calls that are still to be made, the earliest first, as a new list.</summary>
    public IReadOnlyList<DelayedCall> GetDelayedCalls() =>
        [.. _calls.Pending.OrderBy(call => call.Due).ThenBy(call => call.Sequence)];

    /// <summary>Moves the time, then makes the calls that are due, in the order of their times, first in first out among equals.</summary>
    /// <param name="time">How far. Zero makes the calls that are due now.</param>
    /// <remarks>
    /// A call that throws ends this with its exception; the time has moved, and those that were due after it are made by the
    /// next advance. Calls may move the clock themselves.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is negative.</exception>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        _calls.Advance(time);
    }

    /// <summary>Advances several times.</summary>
    /// <param name="times">How far each time.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of <paramref name="times"/> is negative; those before it have passed.</exception>
    public void Pump(IEnumerable<TimeSpan> times)
    {
        ArgumentNullException.ThrowIfNull(times);
        foreach (TimeSpan time in times)
        {
            Advance(time);
        }
    }
}
