using Microsoft.Win32.SafeHandles;

namespace Spindle.Kernel;

/// <summary>What can be done with any descriptor, and pipes and files.</summary>
internal interface IFiles
{
    /// <summary>open(2) for reading or both ways, non-blocking and close-on-exec; makes nothing.</summary>
    /// <returns>The descriptor, or -errno.</returns>
    int Open(string path, bool writable);

    /// <summary>pipe2(2), both ends close-on-exec and non-blocking.</summary>
    /// <returns>Zero, or -errno.</returns>
    int CreatePipe(out int readEnd, out int writeEnd);

    /// <summary>A second descriptor for the same open file, close-on-exec.</summary>
    /// <returns>The descriptor, or -errno.</returns>
    int Duplicate(int fd);

    /// <summary>read(2).</summary>
    /// <returns>Bytes, zero at the end, or -errno.</returns>
    int Read(int fd, Span<byte> buffer);

    /// <summary>write(2).</summary>
    /// <returns>Bytes, or -errno.</returns>
    int Write(int fd, ReadOnlySpan<byte> data);

    /// <summary>writev(2).</summary>
    /// <returns>Bytes, or -errno.</returns>
    int WriteVector(int fd, ReadOnlySpan<IoVector> pieces);

    /// <summary>Sets whether calls on an open file, and on every descriptor that shares it, return instead of waiting.</summary>
    /// <returns>Zero, or -errno.</returns>
    int SetNonBlocking(int fd, bool isNonBlocking);

    /// <summary>fcntl(2), F_GETFL and F_GETFD: how an open file was opened, and whether calls on it wait.</summary>
    /// <returns>Zero, or -errno: EBADF if the descriptor is not open.</returns>
    int GetStatus(int fd, out FileStatus status);

    /// <summary>Has a descriptor stand for /dev/null from now on: what it stood for is closed, but the number stays taken.</summary>
    /// <returns>Zero, or -errno; then nothing has changed.</returns>
    int ReplaceByNull(int fd);

    /// <summary>Sets whether a descriptor is closed when the process runs another program.</summary>
    /// <returns>Zero, or -errno.</returns>
    int SetCloseOnExec(int fd, bool isCloseOnExec);

    /// <summary>stat(2), as much of it as we need: what is at a path, links followed.</summary>
    /// <returns>Zero, or -errno.</returns>
    int IdentifyPath(string path, out FileIdentity identity);

    /// <summary>fstat(2), as much of it as we need.</summary>
    /// <returns>Zero, or -errno: EBADF if the descriptor is not open.</returns>
    int Identify(int fd, out FileIdentity identity);

    /// <summary>Makes a descriptor the user's: from now on it is his to close.</summary>
    SafeFileHandle HandOver(int fd);

    /// <summary>close(2), tried once: Linux has released the descriptor even when it reports EINTR.</summary>
    /// <returns>Zero, or -errno.</returns>
    int Close(int fd);
}
