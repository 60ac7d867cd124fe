using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Spindle.Testing;

/// <summary>A call of <see cref="MemoryReactor.AdoptDatagramPort"/>: its arguments, and the port that it was given.</summary>
/// <param name="Socket">The socket; nobody has looked at it.</param>
/// <param name="AddressFamily">The family as it was given.</param>
/// <param name="Protocol">The protocol.</param>
/// <param name="MaxPacketSize">To how many bytes a datagram is cut.</param>
/// <param name="Port">What the call returned.</param>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record MemoryAdoptedDatagramPort(SafeHandle Socket, AddressFamily AddressFamily, IDatagramProtocol Protocol, int MaxPacketSize, MemoryUdpPort Port);
