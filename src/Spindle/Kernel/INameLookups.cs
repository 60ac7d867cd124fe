using System.Net;

namespace Spindle.Kernel;

/// <summary>getaddrinfo(3): what the system knows of a name, from /etc/hosts, DNS, mDNS and whatever else it was told to ask.</summary>
internal interface INameLookups
{
    /// <summary>Finds the addresses of a name. It blocks for as long as the system's resolver likes, often for 10 s and more. Thread: any but a loop's.</summary>
    /// <param name="name">The name, in ASCII.</param>
    /// <param name="family">AF_UNSPEC, AF_INET or AF_INET6.</param>
    /// <param name="socketType">SOCK_STREAM or SOCK_DGRAM.</param>
    /// <param name="addresses">Where they are added, in the order in which to try them, duplicates included.</param>
    /// <returns>Null, or what the system says is wrong: its errors have numbers of their own, not errno's.</returns>
    string? Resolve(string name, int family, int socketType, ICollection<IPAddress> addresses);
}
