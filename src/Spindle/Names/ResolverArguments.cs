using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Spindle.Names;

/// <summary>Checks what resolvers are asked (NAME-9).</summary>
internal static class ResolverArguments
{
    private static readonly TimeSpan DefaultSum = TimeSpan.FromSeconds(60); // 1 + 3 + 11 + 45.

    public static void Check(IResolutionReceiver receiver, string hostName, int portNumber, AddressFamily addressFamily, TransportSemantics transportSemantics)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        ArgumentNullException.ThrowIfNull(hostName);
        ArgumentOutOfRangeException.ThrowIfLessThan(portNumber, IPEndPoint.MinPort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(portNumber, IPEndPoint.MaxPort);
        if (addressFamily is not (AddressFamily.Unspecified or AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            throw new ArgumentException(
                $"Names have no addresses of {addressFamily}; it must be {AddressFamily.InterNetwork}, {AddressFamily.InterNetworkV6}, or {AddressFamily.Unspecified} for both.",
                nameof(addressFamily));
        }

        if (transportSemantics is not (TransportSemantics.Tcp or TransportSemantics.Udp))
        {
            throw new ArgumentException($"There are no {nameof(TransportSemantics)} {transportSemantics}.", nameof(transportSemantics));
        }
    }

    /// <summary>A name as it is looked up: in ASCII.</summary>
    /// <exception cref="ArgumentException">It is no host name.</exception>
    public static string CheckName(string name)
    {
        string ascii = HostNames.ToAscii(name);
        return ascii.Length == 0 || ascii.Contains('\0', StringComparison.Ordinal)
            ? throw new ArgumentException($"\"{name}\" is no host name")
            : ascii;
    }

    public static bool IsWanted(IPAddress address, AddressFamily addressFamily) =>
        addressFamily == AddressFamily.Unspecified || addressFamily == address.AddressFamily;

    /// <summary>The time after which a simple look-up has failed (NAME-4, NAME-17).</summary>
    public static TimeSpan Sum(IReadOnlyList<TimeSpan>? timeouts, [CallerArgumentExpression(nameof(timeouts))] string name = "")
    {
        TimeSpan sum = TimeSpan.Zero;
        foreach (TimeSpan timeout in timeouts ?? [])
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero, name);
            sum += timeout;
        }

        return timeouts is null or { Count: 0 } ? DefaultSum : sum;
    }
}
