using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Spindle.Kernel;

/// <inheritdoc cref="IFiles"/>
internal sealed unsafe partial class LinuxFiles(DescriptorLedger ledger) : IFiles
{
    private const int O_ACCMODE = 3;
    private const int O_RDONLY = 0;
    private const int O_WRONLY = 1;
    private const int O_RDWR = 2;
    private const int O_NONBLOCK = 0x800;
    private const int O_CLOEXEC = 0x80000;
    private const int F_GETFD = 1;
    private const int F_SETFD = 2;
    private const int F_GETFL = 3;
    private const int F_SETFL = 4;
    private const int F_DUPFD_CLOEXEC = 1030;
    private const int FD_CLOEXEC = 1;
    private const int AT_FDCWD = -100;
    private const int AT_EMPTY_PATH = 0x1000;
    private const uint STATX_TYPE_AND_INO = 0x1 | 0x100;

    public int Open(string path, bool writable)
    {
        int flags = O_CLOEXEC | O_NONBLOCK | (writable ? O_RDWR : 0);
        return ledger.Opened(Errno.OrResult(open(path, flags, 0)), "open");
    }

    public int CreatePipe(out int readEnd, out int writeEnd)
    {
        int* ends = stackalloc int[2];
        int result = Errno.OrResult(pipe2(ends, O_CLOEXEC | O_NONBLOCK));
        readEnd = result < 0 ? -1 : ledger.Opened(ends[0], "pipe2");
        writeEnd = result < 0 ? -1 : ledger.Opened(ends[1], "pipe2");
        return result;
    }

    public int Duplicate(int fd) => ledger.Opened(Errno.OrResult(fcntl(fd, F_DUPFD_CLOEXEC, 0)), "fcntl");

    public int Read(int fd, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return Errno.OrResult(read(fd, start, (nuint)buffer.Length));
        }
    }

    public int Write(int fd, ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            return Errno.OrResult(write(fd, start, (nuint)data.Length));
        }
    }

    public int WriteVector(int fd, ReadOnlySpan<IoVector> pieces)
    {
        fixed (IoVector* first = pieces)
        {
            return Errno.OrResult(writev(fd, first, pieces.Length));
        }
    }

    public int SetNonBlocking(int fd, bool isNonBlocking)
    {
        int flags = Errno.OrResult(fcntl(fd, F_GETFL, 0));
        int wanted = isNonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
        return flags < 0 || flags == wanted ? Math.Min(flags, 0) : Errno.OrResult(fcntl(fd, F_SETFL, wanted));
    }

    public int GetStatus(int fd, out FileStatus status)
    {
        int flags = Errno.OrResult(fcntl(fd, F_GETFL, 0));
        status = flags < 0
            ? default
            : new(
                (flags & O_NONBLOCK) != 0,
                (flags & O_ACCMODE) is O_RDONLY or O_RDWR,
                (flags & O_ACCMODE) is O_WRONLY or O_RDWR,
                fcntl(fd, F_GETFD, 0) == FD_CLOEXEC);
        return Math.Min(flags, 0);
    }

    public int ReplaceByNull(int fd)
    {
        int nothing = Errno.OrResult(open("/dev/null", O_RDWR | O_CLOEXEC, 0));
        if (nothing < 0)
        {
            return nothing;
        }

        int result = Errno.OrResult(dup2(nothing, fd));
        _ = close(nothing);
        return Math.Min(result, 0);
    }

    public int SetCloseOnExec(int fd, bool isCloseOnExec) => Errno.OrResult(fcntl(fd, F_SETFD, isCloseOnExec ? FD_CLOEXEC : 0));

    public int IdentifyPath(string path, out FileIdentity identity) => Identify(AT_FDCWD, path, flags: 0, out identity);

    public int Identify(int fd, out FileIdentity identity) => Identify(fd, "", AT_EMPTY_PATH, out identity);

    public SafeFileHandle HandOver(int fd)
    {
        SafeFileHandle handle = new(fd, ownsHandle: true);
        ledger.Closed(fd);
        return handle;
    }

    public int Close(int fd)
    {
        // Struck out first: once close has returned, another thread may be given the number.
        ledger.Closed(fd);
        return Errno.OrResult(close(fd));
    }

    /// <summary>As <see cref="IdentifyPath"/>, of a path that ends with a zero.</summary>
    public static int IdentifyAt(byte* path, out FileIdentity identity)
    {
        Statx buffer;
        int result = Errno.OrResult(statx(AT_FDCWD, path, 0, STATX_TYPE_AND_INO, &buffer));
        identity = result < 0 ? default : buffer.ToIdentity();
        return result;
    }

    // statx and not fstat: its layout is the same on every architecture.
    private static int Identify(int fd, string path, int flags, out FileIdentity identity)
    {
        Statx buffer;
        int result = Errno.OrResult(statx(fd, path, flags, STATX_TYPE_AND_INO, &buffer));
        identity = result < 0 ? default : buffer.ToIdentity();
        return result;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc")]
    private static partial int pipe2(int* ends, int flags);

    [LibraryImport("libc")]
    private static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport("libc")]
    private static partial int dup2(int from, int to);

    [LibraryImport("libc")]
    private static partial nint read(int fd, byte* buffer, nuint count);

    [LibraryImport("libc")]
    private static partial nint write(int fd, byte* buffer, nuint count);

    [LibraryImport("libc")]
    private static partial nint writev(int fd, IoVector* pieces, int count);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int fd, string path, int flags, uint mask, Statx* buffer);

    [LibraryImport("libc")]
    private static partial int statx(int fd, byte* path, int flags, uint mask, Statx* buffer);

    [LibraryImport("libc")]
    private static partial int close(int fd);

    /// <summary><c>struct statx</c>: 256 bytes, of which we read four fields.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;

        public readonly FileIdentity ToIdentity() => new(((ulong)DeviceMajor << 32) | DeviceMinor, Inode, Mode);
    }
}
