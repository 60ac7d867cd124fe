using System.Net;

namespace Spindle.Kernel;

/// <summary>udp(7), ip(7), ipv6(7): datagrams, several for each call, and multicast groups.</summary>
internal interface IDatagrams
{
    /// <summary>recvmmsg(2): takes what has come, up to so many messages. Longer ones are cut to the block's slots. EINTR is retried.</summary>
    /// <returns>How many came, from one; or -errno.</returns>
    int Receive(int fd, DatagramBlock block, int count);

    /// <summary>sendmmsg(2), or sendto(2) for one, without SIGPIPE: sends some of the block's messages, in order. EINTR is retried.</summary>
    /// <returns>How many the kernel has taken, from one; or -errno, which is about the first of them. A message is taken whole or not at all.</returns>
    int Send(int fd, DatagramBlock block, int first, int count);

    /// <summary>sendto(2) without SIGPIPE. EINTR is retried.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="data">The datagram.</param>
    /// <param name="address">Where to; empty on a connected socket.</param>
    /// <returns>Bytes, or -errno.</returns>
    int SendOne(int fd, ReadOnlySpan<byte> data, ReadOnlySpan<byte> address);

    /// <summary>Joins or leaves a multicast group (IP_ADD_MEMBERSHIP, IPV6_ADD_MEMBERSHIP and their opposites).</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="join">Whether to join.</param>
    /// <param name="group">The group.</param>
    /// <param name="networkInterface">For IPv4 an address of the interface, for IPv6 an address whose scope is its number; "any" leaves it to the kernel.</param>
    /// <returns>Zero, or -errno.</returns>
    int ChangeMembership(int fd, bool join, IPAddress group, IPAddress networkInterface);
}
