namespace Spindle.Kernel;

/// <summary>unix(7): what only a socket of this machine can do: carry descriptors, and tell who is at the other end.</summary>
internal interface IUnixSockets
{
    /// <summary>The most descriptors that one message can carry (SCM_MAX_FD).</summary>
    const int MaxDescriptors = 253;

    /// <summary>sendmsg(2) of bytes and one descriptor, without SIGPIPE. EINTR is retried.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="data">At least one byte: without any a stream sends nothing and says nothing.</param>
    /// <param name="descriptor">What goes along. It stays open here.</param>
    /// <returns>Bytes, or -errno.</returns>
    int SendWithDescriptor(int fd, ReadOnlySpan<byte> data, int descriptor);

    /// <summary>recvmsg(2). What comes along is close-on-exec and the caller's to close. EINTR is retried.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="buffer">Room for the bytes.</param>
    /// <param name="descriptors">Room for <see cref="MaxDescriptors"/>.</param>
    /// <param name="came">What else came.</param>
    /// <returns>Bytes, zero when the peer has closed, or -errno.</returns>
    int ReceiveWithDescriptors(int fd, Span<byte> buffer, Span<int> descriptors, out ReceivedAncillary came);

    /// <summary>Who made the other end (SO_PEERCRED), as it was then.</summary>
    /// <returns>Zero, or -errno.</returns>
    int GetPeerCredentials(int fd, out int processId, out uint userId, out uint groupId);
}
