using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Spindle.Testing;

/// <summary>A call of <see cref="MemoryReactor.AdoptStreamPort"/>: its arguments, and the port that it was given.</summary>
/// <param name="Socket">The socket; nobody has looked at it.</param>
/// <param name="AddressFamily">The family as it was given.</param>
/// <param name="Factory">The factory.</param>
/// <param name="Listener">What the call returned.</param>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record MemoryAdoptedPort(SafeHandle Socket, AddressFamily AddressFamily, IFactory Factory, MemoryPort Listener);
