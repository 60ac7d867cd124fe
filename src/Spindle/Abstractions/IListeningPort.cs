using System.Net;

namespace Spindle;

/// <summary>Something that accepts connections.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public interface IListeningPort
{
    /// <summary>Starts again after <see cref="StopListening"/>, at the same address.</summary>
    /// <exception cref="CannotListenException">The address is taken or is not ours.</exception>
    /// <exception cref="InvalidOperationException">It listens already.</exception>
    void StartListening();

    /// <summary>Stops accepting at once. Connections that were accepted live on.</summary>
    /// <returns>Done when the socket is closed and the address is free; fails with what the factory's stop threw. Done already if it did not listen.</returns>
    Task StopListening();

    /// <summary>The address with the real port. After the end, the one that it had.</summary>
    /// <exception cref="InvalidOperationException">It has never listened.</exception>
    EndPoint GetHost();
}
