using System.Net;

namespace Spindle;

/// <summary>A UDP port that can be a member of multicast groups.</summary>
/// <remarks>
/// <para>
/// Everything is about the groups of the socket's family. Interfaces are named by an IPv4 address of theirs on an IPv4
/// port; on an IPv6 port by their name or number ("eth0", "2"), or by an address with a scope ("fe80::1%eth0").
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IMulticastTransport</c>.</para>
/// </remarks>
public interface IMulticastTransport : IUdpTransport
{
    /// <summary>Joins a group.</summary>
    /// <param name="group">A multicast address or a name of one.</param>
    /// <param name="networkInterface">On which interface; "" leaves it to the kernel.</param>
    /// <returns>Done when joined; fails with <see cref="MulticastJoinException"/> or <see cref="DnsLookupException"/>.</returns>
    Task JoinGroup(string group, string networkInterface = "");

    /// <summary>Leaves a group.</summary>
    /// <inheritdoc cref="JoinGroup"/>
    /// <returns>Done when left; fails with <see cref="MulticastJoinException"/> or <see cref="DnsLookupException"/>.</returns>
    Task LeaveGroup(string group, string networkInterface = "");

    /// <summary>The interface that multicast datagrams are sent on: an IPv4 address of it, or an IPv6 address with its number as the scope. "Any" leaves it to the kernel, which is the default.</summary>
    /// <exception cref="InvalidOperationException">The port is closed.</exception>
    IPAddress OutgoingInterface { get; }

    /// <summary>Sets <see cref="OutgoingInterface"/>.</summary>
    /// <param name="networkInterface">The interface; "" leaves it to the kernel.</param>
    /// <returns>Done when set; fails with <see cref="SystemCallException"/>, <see cref="InvalidAddressException"/>, <see cref="DnsLookupException"/>, or <see cref="InvalidOperationException"/> if the port is closed.</returns>
    Task SetOutgoingInterface(string networkInterface);

    /// <summary>Whether this machine gets what it sends to groups of which it is a member. Default true.</summary>
    /// <exception cref="InvalidOperationException">The port is closed.</exception>
    bool LoopbackMode { get; set; }

    /// <summary>How many routers multicast datagrams may pass, 0 to 255. Default 1: they stay in the local network.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    /// <exception cref="InvalidOperationException">The port is closed.</exception>
    int TimeToLive { get; set; }
}
