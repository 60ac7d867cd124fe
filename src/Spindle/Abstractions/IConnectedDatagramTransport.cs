using System.Net;

namespace Spindle;

/// <summary>A socket for datagrams that talks to one address only.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IConnectedUDPTransport</c>.</para>
/// </remarks>
public interface IConnectedDatagramTransport : IDatagramTransport
{
    /// <summary>The other end's address.</summary>
    EndPoint GetPeer();
}
