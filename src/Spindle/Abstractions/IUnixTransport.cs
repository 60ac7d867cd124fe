using System.Runtime.InteropServices;

namespace Spindle;

/// <summary>What only a connection within this machine can do.</summary>
/// <remarks>
/// <para>A UNIX socket knows no reset: to the peer an abort is an end like any other.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IUNIXTransport</c>.</para>
/// </remarks>
public interface IUnixTransport : ITransport
{
    /// <summary>Sends a descriptor: the peer gets one of its own for the same file.</summary>
    /// <param name="descriptor">
    /// A file, a socket, whatever has a descriptor. It is duplicated within the call, so the caller may close it as soon as
    /// the call is over.
    /// </param>
    /// <remarks>
    /// Each travels with one byte of what is written in the same turn, before or after the call; if there are fewer bytes than descriptors
    /// the connection ends with <see cref="FileDescriptorOverrunException"/>. More than 64 that wait pause a push producer.
    /// </remarks>
    /// <exception cref="InvalidOperationException">TLS is on: it cannot protect what travels beside the bytes.</exception>
    /// <exception cref="ObjectDisposedException"><paramref name="descriptor"/> is closed.</exception>
    /// <exception cref="SystemCallException">It cannot be duplicated: EMFILE when the process may have no more.</exception>
    void SendFileDescriptor(SafeHandle descriptor);

    /// <summary>Asks the kernel who is at the other end: who connected, or who listened.</summary>
    /// <exception cref="InvalidOperationException">The connection has ended.</exception>
    UnixCredentials GetPeerCredentials();
}
