using System.Buffers;
using System.Net;

namespace Spindle;

/// <summary>A socket for datagrams, as its protocol uses it.</summary>
/// <remarks>
/// <para>
/// Datagrams may be lost on the way, and here too: when the kernel's buffer is full they are dropped and counted, as the
/// network would drop them. After the end writing does nothing; the address still answers.
/// </para>
/// <para>Thread: the reactor's; another one gets an <see cref="InvalidOperationException"/>.</para>
/// <para>Source: Twisted's <c>IUDPTransport</c>.</para>
/// </remarks>
public interface IDatagramTransport : IListeningPort
{
    /// <summary>Sends one datagram when the turn ends, together with the others of the turn. A failure then is logged.</summary>
    /// <param name="data">The datagram; it may be empty.</param>
    /// <param name="address">Where to; null on a connected port.</param>
    /// <exception cref="InvalidAddressException">It is no address of this port's family.</exception>
    /// <exception cref="InvalidOperationException">No address is given and the port is not connected, or another one than that it is connected to.</exception>
    /// <exception cref="MessageLengthException">It is longer than any datagram can be.</exception>
    /// <exception cref="SystemCallException">A UDP port is to send a broadcast and was not allowed to (EACCES).</exception>
    void Write(ReadOnlySpan<byte> data, EndPoint? address);

    /// <summary>Sends one datagram from a connected port.</summary>
    /// <inheritdoc cref="Write(ReadOnlySpan{byte}, EndPoint?)" path="/exception"/>
    void Write(ReadOnlySpan<byte> data);

    /// <summary>Sends several pieces of memory as one datagram.</summary>
    /// <inheritdoc cref="Write(ReadOnlySpan{byte}, EndPoint?)" path="/exception"/>
    void Write(in ReadOnlySequence<byte> data, EndPoint? address);

    /// <summary>Sends one datagram at once, after those of this turn: the original's rule, at the price of a system call for each.</summary>
    /// <returns>The bytes that were sent; zero when the datagram was dropped or refused.</returns>
    /// <exception cref="SystemCallException">The kernel does not send it, or a UDP port is to send a broadcast and was not allowed to (EACCES).</exception>
    /// <inheritdoc cref="Write(ReadOnlySpan{byte}, EndPoint?)" path="/exception[not(contains(@cref, 'SystemCallException'))]"/>
    int WriteNow(ReadOnlySpan<byte> data, EndPoint? address = null);

    /// <summary>How many datagrams were not sent because the kernel's buffer was full or because it refused them, since the port was made.</summary>
    long DroppedDatagrams { get; }
}
