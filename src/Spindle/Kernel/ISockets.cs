namespace Spindle.Kernel;

/// <summary>socket(7): everything that is done to a socket by number. Addresses are raw <c>struct sockaddr</c> bytes.</summary>
internal interface ISockets
{
    /// <summary>Makes a socket, non-blocking and close-on-exec.</summary>
    /// <returns>The descriptor, or -errno.</returns>
    int Create(int family, int type, int protocol);

    /// <summary>bind(2).</summary>
    /// <returns>Zero, or -errno.</returns>
    int Bind(int fd, ReadOnlySpan<byte> address);

    /// <summary>listen(2).</summary>
    /// <returns>Zero, or -errno.</returns>
    int Listen(int fd, int backlog);

    /// <summary>accept4(2), non-blocking and close-on-exec. EINTR is retried.</summary>
    /// <param name="fd">The listening socket.</param>
    /// <param name="peer">Room for the peer's address.</param>
    /// <param name="peerLength">How much of it was used.</param>
    /// <returns>The new descriptor, or -errno.</returns>
    int Accept(int fd, Span<byte> peer, out int peerLength);

    /// <summary>connect(2).</summary>
    /// <returns>Zero, or -errno; EINPROGRESS means that it goes on. EINTR means the same.</returns>
    int Connect(int fd, ReadOnlySpan<byte> address);

    /// <summary>getsockname(2).</summary>
    /// <returns>The address's length, or -errno.</returns>
    int GetLocalAddress(int fd, Span<byte> address);

    /// <summary>getpeername(2).</summary>
    /// <returns>The address's length, or -errno.</returns>
    int GetPeerAddress(int fd, Span<byte> address);

    /// <summary>getsockopt(2) of an integer.</summary>
    /// <returns>Zero, or -errno.</returns>
    int GetOption(int fd, int level, int option, out int value);

    /// <summary>setsockopt(2) of an integer.</summary>
    /// <returns>Zero, or -errno.</returns>
    int SetOption(int fd, int level, int option, int value);

    /// <summary>Makes close(2) send a reset at once, dropping what was not sent (SO_LINGER, zero seconds).</summary>
    /// <returns>Zero, or -errno.</returns>
    int SetLingerZero(int fd);

    /// <summary>Makes a listening TCP socket deaf to clients that are yet to come, while those whose handshake is under way still get in (SO_ATTACH_FILTER).</summary>
    /// <returns>Zero, or -errno.</returns>
    int IgnoreNewClients(int fd);

    /// <summary>recv(2). EINTR is retried.</summary>
    /// <returns>Bytes, zero when the peer has closed, or -errno.</returns>
    int Receive(int fd, Span<byte> buffer);

    /// <summary>Throws away what has come and was not read, without copying it (recv(2) with MSG_TRUNC). EINTR is retried.</summary>
    /// <returns>Bytes, zero when the peer has closed, or -errno.</returns>
    int Discard(int fd);

    /// <summary>How many bytes a connection has taken that the peer's kernel has not acknowledged (SIOCOUTQ); the end of the stream counts as one.</summary>
    /// <returns>Zero or more, or -errno.</returns>
    int CountUndelivered(int fd);

    /// <summary>send(2) without SIGPIPE. EINTR is retried.</summary>
    /// <returns>Bytes, or -errno.</returns>
    int Send(int fd, ReadOnlySpan<byte> data);

    /// <summary>sendmsg(2) of several pieces without SIGPIPE. EINTR is retried.</summary>
    /// <returns>Bytes, or -errno.</returns>
    int SendVector(int fd, ReadOnlySpan<IoVector> pieces);

    /// <summary>shutdown(2).</summary>
    /// <returns>Zero, or -errno.</returns>
    int Shutdown(int fd, ShutdownSide side);
}
