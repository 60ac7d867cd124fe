using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <inheritdoc cref="ITerminals"/>
internal sealed unsafe partial class LinuxTerminals(DescriptorLedger ledger) : ITerminals
{
    private const int O_RDWR = 2;
    private const int O_NOCTTY = 0x100;
    private const int O_NONBLOCK = 0x800;
    private const int O_CLOEXEC = 0x80000;
    private const nuint TIOCGPGRP = 0x540F;
    private const nuint TIOCGWINSZ = 0x5413;
    private const nuint TIOCSWINSZ = 0x5414;
    private const nuint TCGETS2 = 0x802C542A;
    private const nuint TCSETS2 = 0x402C542B;
    private const int NameSize = 64; // "/dev/pts/" and a number.

    public int Open(out byte[] slave)
    {
        slave = [];
        int master = Errno.OrResult(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
        if (master < 0)
        {
            return master;
        }

        byte* name = stackalloc byte[NameSize];
        int result = Errno.OrResult(grantpt(master));
        result = result == 0 ? Errno.OrResult(unlockpt(master)) : result;
        result = result == 0 ? -ptsname_r(master, name, NameSize) : result;
        if (result < 0)
        {
            _ = close(master);
            return result;
        }

        slave = [.. MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name), 0];
        return ledger.Opened(master, "posix_openpt");
    }

    public int GetSize(int fd, out int columns, out int rows)
    {
        ushort* size = stackalloc ushort[4];
        int result = Errno.OrResult(ioctl(fd, TIOCGWINSZ, size));
        (rows, columns) = result < 0 ? (0, 0) : (size[0], size[1]);
        return result;
    }

    public int SetSize(int fd, int columns, int rows)
    {
        // struct winsize: rows, columns, and pixels that nobody uses.
        ushort* size = stackalloc ushort[4] { (ushort)rows, (ushort)columns, 0, 0 };
        return Errno.OrResult(ioctl(fd, TIOCSWINSZ, size));
    }

    public int GetMode(int fd, out TerminalMode mode)
    {
        fixed (TerminalMode* read = &mode)
        {
            return Errno.OrResult(ioctl(fd, TCGETS2, read));
        }
    }

    public int SetMode(int fd, in TerminalMode mode)
    {
        fixed (TerminalMode* written = &mode)
        {
            return Errno.OrResult(ioctl(fd, TCSETS2, written));
        }
    }

    public bool IsOurs(int fd)
    {
        int foreground;
        return ioctl(fd, TIOCGPGRP, &foreground) < 0 || foreground == getpgrp();
    }

    [LibraryImport("libc")]
    private static partial int getpgrp();

    [LibraryImport("libc")]
    private static partial int posix_openpt(int flags);

    [LibraryImport("libc")]
    private static partial int grantpt(int fd);

    [LibraryImport("libc")]
    private static partial int unlockpt(int fd);

    [LibraryImport("libc")]
    private static partial int ptsname_r(int fd, byte* name, nuint size);

    [LibraryImport("libc")]
    private static partial int close(int fd);

    [LibraryImport("libc")]
    private static partial int ioctl(int fd, nuint request, void* argument);
}
