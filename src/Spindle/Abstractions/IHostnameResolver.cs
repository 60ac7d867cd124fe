using System.Net.Sockets;

namespace Spindle;

/// <summary>Finds all addresses of a host name.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IHostnameResolver</c>.</para>
/// </remarks>
public interface IHostnameResolver
{
    /// <summary>Looks a name up without blocking.</summary>
    /// <param name="receiver">Hears of the addresses, in the order in which to try them.</param>
    /// <param name="hostName">A name or an address. A name outside of ASCII is IDNA-encoded.</param>
    /// <param name="portNumber">The port that the addresses are given, 0 to 65535.</param>
    /// <param name="addressFamily"><see cref="AddressFamily.InterNetwork"/> or <see cref="AddressFamily.InterNetworkV6"/> for one kind only; <see cref="AddressFamily.Unspecified"/> for both.</param>
    /// <param name="transportSemantics">What the addresses are for.</param>
    /// <returns>The look-up; the same that <see cref="IResolutionReceiver.ResolutionBegan"/> got.</returns>
    /// <exception cref="ArgumentException">There is no such address family, or no such semantics.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    IHostResolution ResolveHostName(
        IResolutionReceiver receiver,
        string hostName,
        int portNumber = 0,
        AddressFamily addressFamily = AddressFamily.Unspecified,
        TransportSemantics transportSemantics = TransportSemantics.Tcp);
}
