using Microsoft.Win32.SafeHandles;

namespace Spindle;

/// <summary>A protocol that takes descriptors which the peer sends along.</summary>
/// <remarks>
/// <para>Without it they are closed, and the log says so.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IFileDescriptorReceiver</c>.</para>
/// </remarks>
public interface IFileDescriptorReceiver
{
    /// <summary>A descriptor has come. Called before <see cref="IProtocol.DataReceived"/> of the byte with which it travelled.</summary>
    /// <param name="descriptor">The receiver's own, close-on-exec: it is to be disposed of. If the call throws, it is closed already.</param>
    void FileDescriptorReceived(SafeFileHandle descriptor);
}
