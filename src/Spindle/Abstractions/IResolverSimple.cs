using System.Net;

namespace Spindle;

/// <summary>Finds one IPv4 address of a host name.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IResolverSimple</c>.</para>
/// </remarks>
public interface IResolverSimple
{
    /// <summary>Looks a name up without blocking.</summary>
    /// <param name="name">The name, in ASCII.</param>
    /// <param name="timeouts">
    /// After how long a resolver that asks again does so; the look-up fails after their sum. Null: 1, 3, 11 and 45 s. Empty: 60 s.
    /// </param>
    /// <param name="cancellationToken">Gives the look-up up.</param>
    /// <returns>The address; fails with <see cref="DnsLookupException"/>.</returns>
    Task<IPAddress> GetHostByName(string name, IReadOnlyList<TimeSpan>? timeouts = null, CancellationToken cancellationToken = default);
}
