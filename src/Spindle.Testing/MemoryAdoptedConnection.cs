using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Spindle.Testing;

/// <summary>A call of <see cref="MemoryReactor.AdoptStreamConnection"/>: its arguments, and the transport that it was given.</summary>
/// <param name="Socket">The socket; nobody has looked at it.</param>
/// <param name="AddressFamily">The family as it was given.</param>
/// <param name="Factory">The factory.</param>
/// <param name="Transport">What the call returned; null if the factory wanted no connection.</param>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record MemoryAdoptedConnection(SafeHandle Socket, AddressFamily AddressFamily, IFactory Factory, StringTransport? Transport);
