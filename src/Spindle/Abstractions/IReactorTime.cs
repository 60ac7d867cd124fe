using Spindle.Loops;

namespace Spindle;

/// <summary>Calls that are made later.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IReactorTime</c>.</para>
/// </remarks>
public interface IReactorTime
{
    /// <summary>The time of day as time since 1970-01-01T00:00Z, on a clock that never goes back.</summary>
    TimeSpan Seconds();

    /// <summary>Makes a call once, not before <paramref name="delay"/> has passed and never within this call.</summary>
    /// <param name="delay">Zero or more; <see cref="TimeSpan.MaxValue"/> never comes.</param>
    /// <param name="call">The call.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative.</exception>
    DelayedCall CallLater(TimeSpan delay, Action call);

    /// <summary>The calls that are still to be made, in no order, as a new list.</summary>
    IReadOnlyList<DelayedCall> GetDelayedCalls();
}
