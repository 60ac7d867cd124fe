using System.Net;

namespace Spindle.Policies;

/// <summary>Serves so many connections of one host at a time and no more.</summary>
/// <remarks>
/// <para>
/// The host is the address without the port, the same for IPv4 and for IPv4 within IPv6; of an address that has no host, the
/// whole address: all unnamed UNIX clients are one. A connection counts from <see cref="Factory.BuildProtocol"/> until its end.
/// Behind a proxy every client has the proxy's address; put a <see cref="HaProxyFactory"/> around this one then.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/policies.py</c>, <c>LimitConnectionsByPeer</c>, which cannot read addresses.</para>
/// </remarks>
public sealed class LimitConnectionsByPeer : WrappingFactory
{
    private readonly Dictionary<object, int> _counts = [];

    /// <summary>Wraps a factory.</summary>
    /// <param name="wrapped">The factory.</param>
    /// <param name="maxConnectionsPerPeer">How many connections one host may have; zero or more. Default 5.</param>
    public LimitConnectionsByPeer(IFactory wrapped, int maxConnectionsPerPeer = 5)
        : base(wrapped)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxConnectionsPerPeer);
        MaxConnectionsPerPeer = maxConnectionsPerPeer;
    }

    /// <summary>How many connections one host may have.</summary>
    public int MaxConnectionsPerPeer { get; }

    /// <summary>How many connections the host of an address has.</summary>
    public int CountOf(EndPoint address) => _counts.GetValueOrDefault(HostOf(address));

    /// <inheritdoc/>
    protected override IProtocol? CreateProtocol(EndPoint address)
    {
        object host = HostOf(address);
        if (_counts.GetValueOrDefault(host) >= MaxConnectionsPerPeer || WrappedFactory.BuildProtocol(address) is not { } protocol)
        {
            return null;
        }

        _counts[host] = _counts.GetValueOrDefault(host) + 1; // Read anew: the factory may have made others meanwhile.
        return new PeerLimitedProtocol(this, protocol, host);
    }

    /// <inheritdoc/>
    protected override void ProtocolLost(ProtocolWrapper protocol)
    {
        object host = ((PeerLimitedProtocol)protocol).Host;
        if (--_counts[host] == 0)
        {
            _counts.Remove(host);
        }
    }

    private static object HostOf(EndPoint address) => address switch
    {
        null => throw new ArgumentNullException(nameof(address)),
        IPEndPoint { Address.IsIPv4MappedToIPv6: true } internet => internet.Address.MapToIPv4(),
        IPEndPoint internet => internet.Address,
        DnsEndPoint named => named.Host,
        _ => address,
    };

    /// <summary>Remembers under which host it was counted.</summary>
    private sealed class PeerLimitedProtocol(LimitConnectionsByPeer factory, IProtocol wrapped, object host) : ProtocolWrapper(factory, wrapped)
    {
        public object Host => host;
    }
}
