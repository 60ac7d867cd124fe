using System.Net;

namespace Spindle.Policies;

/// <summary>Holds all connections together to so many bytes a second, and to so many at a time.</summary>
/// <remarks>
/// <para>
/// Once a second the bytes of all connections are counted. If there were more than the limit, all pause for as long as the
/// surplus is worth: bytes / limit - 1 seconds. For the read limit nothing is read meanwhile; for the write limit registered
/// producers pause, and what protocols write of their own accord still passes.
/// </para>
/// <para>
/// What a protocol pauses itself stays paused, a producer that its transport has paused too, and what comes during a pause
/// (a connection, a producer) pauses with the others. The timers stop with the last connection.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/policies.py</c>, <c>ThrottlingFactory</c>, in which a pause by one party ends with that of another.</para>
/// </remarks>
public sealed class ThrottlingFactory : WrappingFactory
{
    /// <summary>Wraps a factory.</summary>
    /// <param name="reactor">Has the time.</param>
    /// <param name="wrapped">The factory.</param>
    /// <param name="maxConnectionCount">How many connections there may be; further ones are closed. Zero or more; default no limit.</param>
    /// <param name="readLimit">Bytes a second, 1 or more; null for no limit.</param>
    /// <param name="writeLimit">Bytes a second, 1 or more; null for no limit.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is too small.</exception>
    public ThrottlingFactory(
        IReactorTime reactor,
        IFactory wrapped,
        int maxConnectionCount = int.MaxValue,
        long? readLimit = null,
        long? writeLimit = null)
        : base(wrapped)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        ArgumentOutOfRangeException.ThrowIfNegative(maxConnectionCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(readLimit ?? 1, nameof(readLimit));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(writeLimit ?? 1, nameof(writeLimit));
        MaxConnectionCount = maxConnectionCount;
        Reads = readLimit is null ? null : new Throttle(reactor, readLimit.Value, isClosed => Each(protocol => protocol.ThrottleReads(isClosed)));
        Writes = writeLimit is null ? null : new Throttle(reactor, writeLimit.Value, isClosed => Each(protocol => protocol.ThrottleWrites(isClosed)));
    }

    /// <summary>How many connections there may be.</summary>
    public int MaxConnectionCount { get; }

    /// <summary>How many there are; one counts from <see cref="Factory.BuildProtocol"/> until its end.</summary>
    public int ConnectionCount { get; private set; }

    internal Throttle? Reads { get; }

    internal Throttle? Writes { get; }

    /// <inheritdoc/>
    protected override IProtocol? CreateProtocol(EndPoint address)
    {
        if (ConnectionCount >= MaxConnectionCount || base.CreateProtocol(address) is not { } protocol)
        {
            return null;
        }

        if (ConnectionCount++ == 0)
        {
            Reads?.Start();
            Writes?.Start();
        }

        return protocol;
    }

    /// <inheritdoc/>
    protected override ProtocolWrapper Wrap(IProtocol protocol, EndPoint address) => new ThrottlingProtocol(this, protocol);

    /// <inheritdoc/>
    protected override void ProtocolLost(ProtocolWrapper protocol)
    {
        if (--ConnectionCount == 0)
        {
            Reads?.Stop();
            Writes?.Stop();
        }
    }

    // One that fails ends alone; the timer's caller logs it.
    private void Each(Action<ThrottlingProtocol> action)
    {
        List<Exception>? failures = null;
        foreach (ThrottlingProtocol protocol in Protocols.Cast<ThrottlingProtocol>().ToArray())
        {
            try
            {
                action(protocol);
            }
            catch (Exception failure)
            {
                protocol.ProducerFailed(failure);
                (failures ??= []).Add(failure);
            }
        }

        if (failures is not null)
        {
            throw new AggregateException("Producers failed when they were paused or resumed; their connections were closed.", failures);
        }
    }
}
