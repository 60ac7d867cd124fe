using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <inheritdoc cref="IEventFds"/>
internal sealed unsafe partial class LinuxEventFds(DescriptorLedger ledger) : IEventFds
{
    private const int EFD_CLOEXEC = 0x80000;
    private const int EFD_NONBLOCK = 0x800;

    public int Create() => ledger.Opened(Errno.OrResult(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), "eventfd");

    public int Signal(int fd)
    {
        ulong one = 1;
        while (true)
        {
            int result = Errno.OrResult(write(fd, &one, sizeof(ulong)));
            if (result != -Errno.EINTR)
            {
                return result is > 0 or -Errno.EAGAIN ? 0 : result;
            }
        }
    }

    public int Drain(int fd)
    {
        ulong count;
        while (true)
        {
            int result = Errno.OrResult(read(fd, &count, sizeof(ulong)));
            if (result != -Errno.EINTR)
            {
                return result is > 0 or -Errno.EAGAIN ? 0 : result;
            }
        }
    }

    [LibraryImport("libc")]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc")]
    private static partial nint write(int fd, ulong* value, nuint count);

    [LibraryImport("libc")]
    private static partial nint read(int fd, ulong* value, nuint count);
}
