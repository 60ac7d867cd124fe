using System.Net;
using Spindle.Datagrams;
using Spindle.Descriptors;
using Spindle.Kernel;

namespace Spindle.Udp;

/// <summary>A bound UDP socket that can be a member of multicast groups.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/udp.py</c>, <c>MulticastMixin</c>; the options are those of the socket's family.</para>
/// </remarks>
public sealed class MulticastPort : UdpPort, IMulticastTransport
{
    private readonly bool _listenMultiple;

    internal MulticastPort(
        IDescriptorHost reactor, DatagramMemory memory, int port, IDatagramProtocol protocol, string host, int maxPacketSize, bool listenMultiple, UdpOptions options)
        : base(reactor, memory, port, protocol, host, maxPacketSize, options) => _listenMultiple = listenMultiple;

    /// <inheritdoc/>
    public IPAddress OutgoingInterface => IsIPv6
        ? new IPAddress(IPAddress.IPv6Any.GetAddressBytes(), GetOption(SocketConstants.IPPROTO_IPV6, SocketConstants.IPV6_MULTICAST_IF))
        : new IPAddress((uint)GetOption(SocketConstants.IPPROTO_IP, SocketConstants.IP_MULTICAST_IF)); // Both in the network's order.

    /// <inheritdoc/>
    public bool LoopbackMode
    {
        get => Get(SocketConstants.IP_MULTICAST_LOOP, SocketConstants.IPV6_MULTICAST_LOOP) != 0;
        set => Set(SocketConstants.IP_MULTICAST_LOOP, SocketConstants.IPV6_MULTICAST_LOOP, value ? 1 : 0);
    }

    /// <inheritdoc/>
    public int TimeToLive
    {
        get => Get(SocketConstants.IP_MULTICAST_TTL, SocketConstants.IPV6_MULTICAST_HOPS);
        set
        {
            if (value is < 0 or > byte.MaxValue)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A multicast datagram may pass 0 to 255 routers.");
            }

            Set(SocketConstants.IP_MULTICAST_TTL, SocketConstants.IPV6_MULTICAST_HOPS, value);
        }
    }

    /// <inheritdoc/>
    public Task JoinGroup(string group, string networkInterface = "") => ChangeMembership(join: true, group, networkInterface);

    /// <inheritdoc/>
    public Task LeaveGroup(string group, string networkInterface = "") => ChangeMembership(join: false, group, networkInterface);

    /// <inheritdoc/>
    public async Task SetOutgoingInterface(string networkInterface)
    {
        Host.EnsureAccess();
        ArgumentNullException.ThrowIfNull(networkInterface);
        IPAddress address = await FindInterface(networkInterface).ConfigureAwait(true);
        if (IsIPv6)
        {
            SetOption(SocketConstants.IPPROTO_IPV6, SocketConstants.IPV6_MULTICAST_IF, (int)address.ScopeId);
        }
        else
        {
            SetOption(SocketConstants.IPPROTO_IP, SocketConstants.IP_MULTICAST_IF, BitConverter.ToInt32(address.GetAddressBytes()));
        }
    }

    private protected override void Prepare(int fd)
    {
        if (!_listenMultiple)
        {
            return;
        }

        ISockets sockets = Host.Kernel.Sockets;
        Check("setsockopt", sockets.SetOption(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_REUSEADDR, 1));
        int result = sockets.SetOption(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_REUSEPORT, 1);
        Check("setsockopt", result == -Errno.ENOPROTOOPT ? 0 : result); // An old kernel knows it not.
    }

    private async Task ChangeMembership(bool join, string group, string networkInterface)
    {
        Host.EnsureAccess();
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(networkInterface);
        IPAddress address = await Resolve(group).ConfigureAwait(true)
            ?? throw new MulticastJoinException(group, networkInterface, $"it has no {Family} address, and this is an {Family} port");
        IPAddress on = await FindInterface(networkInterface).ConfigureAwait(true);
        if (Fileno() < 0)
        {
            throw new MulticastJoinException(group, networkInterface, "the port is closed");
        }

        int result = Host.Kernel.Datagrams.ChangeMembership(Fileno(), join, address, on);
        if (result < 0)
        {
            throw new MulticastJoinException(group, networkInterface, $"{Errno.Describe(-result)} (errno {-result})", -result);
        }
    }

    private string Family => IsIPv6 ? "IPv6" : "IPv4";

    private async Task<IPAddress> FindInterface(string text)
    {
        if (text.Length == 0)
        {
            return IsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        }

        if (!IsIPv6)
        {
            return await Resolve(text).ConfigureAwait(true) ?? throw new InvalidAddressException(text, "it has no IPv4 address");
        }

        // A scope alone is made an address; the look-up of its number comes with reading it.
        string scoped = text.Contains(':', StringComparison.Ordinal) ? text : "fe80::%" + text;
        return InternetAddresses.TryParse(scoped, out IPAddress address) && address.ScopeId != 0
            ? address
            : throw new InvalidAddressException(text, "an interface is named by its name or number, \"eth0\" or \"2\", or by an address with a scope, \"fe80::1%eth0\"");
    }

    private async Task<IPAddress?> Resolve(string name)
    {
        if (InternetAddresses.TryParse(name, out IPAddress literal))
        {
            return IsOfFamily(literal) ? literal : null;
        }

        IPAddress[] found = await Host.ResolveAsync(name, CancellationToken.None).ConfigureAwait(true);
        return Array.Find(found, IsOfFamily);
    }

    private bool IsOfFamily(IPAddress address) =>
        address.AddressFamily == (IsIPv6 ? System.Net.Sockets.AddressFamily.InterNetworkV6 : System.Net.Sockets.AddressFamily.InterNetwork);

    private int Get(int option, int option6) =>
        IsIPv6 ? GetOption(SocketConstants.IPPROTO_IPV6, option6) : GetOption(SocketConstants.IPPROTO_IP, option);

    private void Set(int option, int option6, int value) =>
        SetOption(IsIPv6 ? SocketConstants.IPPROTO_IPV6 : SocketConstants.IPPROTO_IP, IsIPv6 ? option6 : option, value);
}
