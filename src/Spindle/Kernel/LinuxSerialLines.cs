using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <inheritdoc cref="ISerialLines"/>
internal sealed unsafe partial class LinuxSerialLines(DescriptorLedger ledger) : ISerialLines
{
    private const int O_RDWR = 2;
    private const int O_NOCTTY = 0x100;
    private const int O_NONBLOCK = 0x800;
    private const int O_CLOEXEC = 0x80000;
    private const int LOCK_EX = 2;
    private const int LOCK_NB = 4;
    private const int LOCK_UN = 8;
    private const nuint TCFLSH = 0x540B;
    private const nuint TIOCEXCL = 0x540C;
    private const nuint TIOCNXCL = 0x540D;
    private const nuint TIOCOUTQ = 0x5411;
    private const nuint TIOCMGET = 0x5415;
    private const nuint TIOCMBIS = 0x5416;
    private const nuint TIOCMBIC = 0x5417;
    private const nuint FIONREAD = 0x541B;
    private const nuint TIOCSBRK = 0x5427;
    private const nuint TIOCCBRK = 0x5428;
    private const nint TCIFLUSH = 0;
    private const nint TCOFLUSH = 1;
    private const nint TCIOFLUSH = 2;

    public int Open(string path) => ledger.Opened(Errno.OrResult(open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, 0)), "open");

    public int Claim(int fd)
    {
        int result = Errno.OrResult(flock(fd, LOCK_EX | LOCK_NB));
        return result < 0 ? result : Errno.OrResult(ioctl(fd, TIOCEXCL, 0));
    }

    public void Unclaim(int fd)
    {
        // A close alone would leave the lock to whoever has a duplicate: a child, until it runs its program.
        _ = flock(fd, LOCK_UN);
        _ = ioctl(fd, TIOCNXCL, 0);
    }

    public int Discard(int fd, bool input, bool output) =>
        Errno.OrResult(ioctl(fd, TCFLSH, input && output ? TCIOFLUSH : input ? TCIFLUSH : TCOFLUSH));

    public int CountWaiting(int fd) => Count(fd, FIONREAD);

    public int CountUnsent(int fd) => Count(fd, TIOCOUTQ);

    public int GetLines(int fd, out ControlLines lines)
    {
        int set = 0;
        int result = Errno.OrResult(ioctl(fd, TIOCMGET, (nint)(&set)));
        lines = (ControlLines)set;
        return result;
    }

    public int SetLines(int fd, ControlLines lines, bool isOn)
    {
        int changed = (int)lines;
        return Errno.OrResult(ioctl(fd, isOn ? TIOCMBIS : TIOCMBIC, (nint)(&changed)));
    }

    public int SetBreak(int fd, bool isOn) => Errno.OrResult(ioctl(fd, isOn ? TIOCSBRK : TIOCCBRK, 0));

    private static int Count(int fd, nuint request)
    {
        int count = 0;
        int result = Errno.OrResult(ioctl(fd, request, (nint)(&count)));
        return result < 0 ? result : count;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc")]
    private static partial int flock(int fd, int operation);

    [LibraryImport("libc")]
    private static partial int ioctl(int fd, nuint request, nint argument);
}
