using System.Net;

namespace Spindle;

/// <summary>Hears of datagrams. Derive from <see cref="DatagramProtocol"/> unless you need every call yourself.</summary>
/// <remarks>
/// <para>The order: <see cref="MakeConnection"/>; then datagrams and refusals; <see cref="DoStop"/> once and last.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocol.DatagramProtocol</c>.</para>
/// </remarks>
public interface IDatagramProtocol
{
    /// <summary>The port is bound, and reads from now on. What this throws ends the attempt and reaches whoever made it.</summary>
    void MakeConnection(IDatagramTransport transport);

    /// <summary>A datagram has come. What this throws is logged; the port goes on.</summary>
    /// <param name="data">All of it, cut to the port's largest size; empty for an empty one. Valid during the call only.</param>
    /// <param name="address">Who sent it. The same sender may be given as the same object again; do not change it.</param>
    void DatagramReceived(ReadOnlySpan<byte> data, EndPoint address);

    /// <summary>Nobody listens at the address that the port is connected to, as an earlier datagram has found. The port goes on.</summary>
    void ConnectionRefused();

    /// <summary>The port is closed.</summary>
    void DoStop();
}
