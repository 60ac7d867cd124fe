using Spindle.Loops;

namespace Spindle.Policies;

/// <summary>A timer that is restarted whenever something happens, and expires when nothing did for a while.</summary>
/// <remarks>
/// <para>To restart it costs next to nothing: no memory, no system call, and the heap of timers stays as it is.</para>
/// <example>
/// <code>
/// sealed class Greeter(IReactorTime reactor) : Protocol
/// {
///     private IdleTimeout? _idle;
///
///     public override void ConnectionMade()
///     {
///         _idle = new IdleTimeout(reactor, Transport); // Closes the connection when it expires.
///         _idle.Set(TimeSpan.FromMinutes(1));
///     }
///
///     public override void DataReceived(ReadOnlySpan&lt;byte&gt; data) => _idle!.Reset();
///
///     public override void ConnectionLost(Exception reason) => _idle!.Cancel();
/// }
/// </code>
/// </example>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/policies.py</c>, <c>TimeoutMixin</c>; an object to have instead of a class to be.</para>
/// </remarks>
public sealed class IdleTimeout
{
    private readonly IReactorTime _reactor;
    private readonly Action _expired;
    private DelayedCall? _call;

    /// <summary>A timer that makes a call when it expires.</summary>
    public IdleTimeout(IReactorTime reactor, Action expired)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        ArgumentNullException.ThrowIfNull(expired);
        _reactor = reactor;
        _expired = expired;
    }

    /// <summary>A timer that closes a connection when it expires; what was written is still sent.</summary>
    public IdleTimeout(IReactorTime reactor, ITransport transport)
        : this(reactor, (transport ?? throw new ArgumentNullException(nameof(transport))).LoseConnection)
    {
    }

    /// <summary>The time that was set; null for none. It stays after the timer has expired.</summary>
    public TimeSpan? Period { get; private set; }

    /// <summary>Whether the timer runs.</summary>
    public bool IsRunning => _call is { IsActive: true };

    /// <summary>Starts the timer anew with another time, or stops it.</summary>
    /// <param name="period">Zero or more; null stops.</param>
    /// <returns>The time that was set before.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is negative.</exception>
    public TimeSpan? Set(TimeSpan? period)
    {
        if (period is { } time)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, nameof(period));
            if (IsRunning)
            {
                _call!.Reset(time);
            }
            else
            {
                _call = _reactor.CallLater(time, Expire);
            }
        }
        else
        {
            Stop();
        }

        TimeSpan? previous = Period;
        Period = period;
        return previous;
    }

    /// <summary>Something has happened: the time begins again. A timer that does not run, because it has expired or was stopped, stays so.</summary>
    public void Reset()
    {
        if (IsRunning)
        {
            _call!.Reset(Period!.Value);
        }
    }

    /// <summary>Stops the timer; the same as to set null.</summary>
    public void Cancel() => Set(null);

    // The call may be gone already: it may have been cancelled through the reactor's list.
    private void Stop()
    {
        DelayedCall? call = _call;
        _call = null;
        if (call is { IsActive: true })
        {
            call.Cancel();
        }
    }

    private void Expire()
    {
        _call = null;
        _expired();
    }
}
