using System.Net;

namespace Spindle;

/// <summary>A datagram protocol that talks to one address only, and need not be told which: override what you need.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocol.ConnectedDatagramProtocol</c>.</para>
/// </remarks>
public abstract class ConnectedDatagramProtocol : DatagramProtocol, IConnectedDatagramProtocol
{
    /// <summary>A datagram has come from that address.</summary>
    /// <param name="data">Valid during the call only.</param>
    public virtual void DatagramReceived(ReadOnlySpan<byte> data)
    {
    }

    /// <summary>Hands the datagram on without its address.</summary>
    public sealed override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint address) => DatagramReceived(data);

    /// <summary>The connection could not be made; there will be no other call.</summary>
    public virtual void ConnectionFailed(Exception failure)
    {
    }
}
