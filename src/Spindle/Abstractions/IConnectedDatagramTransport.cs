using System.Net;

namespace Spindle;

/// <summary>A socket for datagrams that talks to one address only.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IConnectedUDPTransport</c>.</para>
/// </remarks>
public interface IConnectedDatagramTransport : IDatagramTransport
{
    /// <summary>The other end's address; that of before, once the port is closed.</summary>
    /// <exception cref="InvalidOperationException">The port was made without a peer.</exception>
    EndPoint GetPeer();
}
