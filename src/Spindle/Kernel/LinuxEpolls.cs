using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <inheritdoc cref="IEpolls"/>
/// <param name="ledger">Where descriptors are written down.</param>
/// <param name="hasPwait2">False to do without epoll_pwait2(2), as on an older system.</param>
internal sealed unsafe partial class LinuxEpolls(DescriptorLedger ledger, bool hasPwait2 = true) : IEpolls
{
    private const int EPOLL_CLOEXEC = 0x80000;
    private const long NanosecondsPerMillisecond = 1_000_000;

    private bool _hasPwait2 = hasPwait2;

    public int Create() => ledger.Opened(Errno.OrResult(epoll_create1(EPOLL_CLOEXEC)), "epoll_create1");

    public int Control(int epoll, EpollOperation operation, int fd, uint mask, ulong data)
    {
        byte* raw = stackalloc byte[16];
        EpollEvents.Write(new Span<byte>(raw, 16), mask, data);
        return Errno.OrResult(epoll_ctl(epoll, (int)operation, fd, raw));
    }

    public int Wait(int epoll, EpollEvents events, long timeoutNanoseconds)
    {
        fixed (byte* raw = events.Bytes)
        {
            if (timeoutNanoseconds <= 0)
            {
                return Errno.OrResult(epoll_wait(epoll, raw, events.Capacity, timeoutNanoseconds < 0 ? -1 : 0));
            }

            if (_hasPwait2)
            {
                Timespec timeout = Timespec.FromNanoseconds(timeoutNanoseconds);
                int result = WaitPrecisely(epoll, raw, events.Capacity, &timeout);
                if (result != -Errno.ENOSYS)
                {
                    return result;
                }

                _hasPwait2 = false;
            }

            // Rounded up: a wait must not end before the time that was asked for (SEL-20).
            long milliseconds = (timeoutNanoseconds + NanosecondsPerMillisecond - 1) / NanosecondsPerMillisecond;
            return Errno.OrResult(epoll_wait(epoll, raw, events.Capacity, (int)Math.Min(milliseconds, int.MaxValue)));
        }
    }

    // epoll_pwait2 came with Linux 5.11 and glibc 2.35; an older one of either is the same to us.
    private static int WaitPrecisely(int epoll, byte* events, int capacity, Timespec* timeout)
    {
        try
        {
            return Errno.OrResult(epoll_pwait2(epoll, events, capacity, timeout, null));
        }
        catch (EntryPointNotFoundException)
        {
            return -Errno.ENOSYS;
        }
    }

    [LibraryImport("libc")]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc")]
    private static partial int epoll_ctl(int epoll, int operation, int fd, byte* epollEvent);

    [LibraryImport("libc")]
    private static partial int epoll_wait(int epoll, byte* events, int capacity, int milliseconds);

    [LibraryImport("libc")]
    private static partial int epoll_pwait2(int epoll, byte* events, int capacity, Timespec* timeout, void* signalMask);
}
