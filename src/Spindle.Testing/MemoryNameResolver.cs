using System.Net;
using System.Net.Sockets;
using Spindle.Names;

namespace Spindle.Testing;

/// <summary>The name resolver of a <see cref="MemoryReactor"/>: it knows the names that a test tells it, and keeps the look-ups of all others for the test to answer.</summary>
/// <remarks>
/// <example>
/// <code>
/// reactor.Names.Add("example.com", IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1"));
/// </code>
/// </example>
/// <para>Known names, and addresses, are answered within the call.</para>
/// <para>Thread: one; it has none of its own.</para>
/// </remarks>
public sealed class MemoryNameResolver : IHostnameResolver
{
    private readonly Dictionary<string, IPAddress[]> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<MemoryHostResolution> _lookups = [];

    /// <summary>The look-ups so far, in order, those of known names too.</summary>
    public IReadOnlyList<MemoryHostResolution> Lookups => _lookups;

    /// <summary>Tells it a name. With no address the name is known not to exist.</summary>
    /// <param name="name">The name.</param>
    /// <param name="addresses">Its addresses, in the order in which to try them.</param>
    public void Add(string name, params IPAddress[] addresses) => _known[name] = addresses;

    /// <inheritdoc/>
    public IHostResolution ResolveHostName(
        IResolutionReceiver receiver,
        string hostName,
        int portNumber = 0,
        AddressFamily addressFamily = AddressFamily.Unspecified,
        TransportSemantics transportSemantics = TransportSemantics.Tcp)
    {
        ResolverArguments.Check(receiver, hostName, portNumber, addressFamily, transportSemantics);
        MemoryHostResolution lookup = new(receiver, hostName, portNumber, addressFamily, transportSemantics);
        _lookups.Add(lookup);
        receiver.ResolutionBegan(lookup);
        if (HostNames.TryParseAddress(hostName, out IPAddress literal))
        {
            lookup.Answer(literal);
        }
        else if (_known.TryGetValue(hostName, out IPAddress[]? addresses))
        {
            lookup.Answer(addresses);
        }

        return lookup;
    }
}
