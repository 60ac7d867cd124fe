using System.Net;

namespace Spindle.Policies;

/// <summary>Closes connections on which nothing was read or written for a while.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/policies.py</c>, <c>TimeoutFactory</c>.</para>
/// </remarks>
public sealed class TimeoutFactory : WrappingFactory
{
    private readonly IReactorTime _reactor;

    /// <summary>Wraps a factory.</summary>
    /// <param name="reactor">Has the time.</param>
    /// <param name="wrapped">The factory.</param>
    /// <param name="period">How long nothing may happen; zero or more. Null: 30 minutes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is negative.</exception>
    public TimeoutFactory(IReactorTime reactor, IFactory wrapped, TimeSpan? period = null)
        : base(wrapped)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        _reactor = reactor;
        Period = period ?? TimeSpan.FromMinutes(30);
        ArgumentOutOfRangeException.ThrowIfLessThan(Period, TimeSpan.Zero, nameof(period));
    }

    /// <summary>How long nothing may happen.</summary>
    public TimeSpan Period { get; }

    /// <inheritdoc/>
    protected override ProtocolWrapper Wrap(IProtocol protocol, EndPoint address) => new TimeoutProtocol(this, _reactor, protocol);
}
