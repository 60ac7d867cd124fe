using System.Net;
using Spindle.Descriptors;
using Spindle.Protocols;

namespace Spindle.Policies;

/// <summary>Serves so many connections at a time and no more.</summary>
/// <remarks>
/// <para>A connection counts from <see cref="Factory.BuildProtocol"/> until its end, one of the overflow factory too.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/policies.py</c>, <c>LimitTotalConnectionsFactory</c>; it wraps a factory.</para>
/// </remarks>
public sealed class LimitTotalConnectionsFactory : WrappingFactory
{
    private readonly IFactory? _overflow;

    /// <summary>Wraps a factory.</summary>
    /// <param name="wrapped">Makes the protocols while there is room.</param>
    /// <param name="connectionLimit">How many there may be; zero or more.</param>
    /// <param name="overflow">Makes the protocols beyond the limit, to tell the clients why they cannot be served; null closes the connections. Started and stopped with the other one.</param>
    public LimitTotalConnectionsFactory(IFactory wrapped, int connectionLimit, IFactory? overflow = null)
        : base(wrapped)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(connectionLimit);
        ConnectionLimit = connectionLimit;
        _overflow = overflow;
    }

    /// <summary>How many there may be.</summary>
    public int ConnectionLimit { get; }

    /// <summary>How many there are.</summary>
    public int ConnectionCount { get; private set; }

    private protected override void UseOn(IFactoryHost host)
    {
        base.UseOn(host);
        (_overflow as IHostedFactory)?.UseOn(host);
    }

    /// <inheritdoc/>
    public override void StartFactory() => _overflow?.DoStart();

    /// <inheritdoc/>
    public override void StopFactory() => _overflow?.DoStop();

    /// <inheritdoc/>
    protected override IProtocol? CreateProtocol(EndPoint address)
    {
        IProtocol? protocol = ConnectionCount < ConnectionLimit
            ? WrappedFactory.BuildProtocol(address)
            : _overflow?.BuildProtocol(address);
        if (protocol is null)
        {
            return null;
        }

        ConnectionCount++;
        return Wrap(protocol, address);
    }

    /// <inheritdoc/>
    protected override void ProtocolLost(ProtocolWrapper protocol) => ConnectionCount--;
}
