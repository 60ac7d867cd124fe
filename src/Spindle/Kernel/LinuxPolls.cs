using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <inheritdoc cref="IPolls"/>
internal sealed unsafe partial class LinuxPolls : IPolls
{
    public int Wait(Span<PollFd> fds, long timeoutNanoseconds)
    {
        Timespec timeout = Timespec.FromNanoseconds(Math.Max(timeoutNanoseconds, 0));
        fixed (PollFd* first = fds)
        {
            return Errno.OrResult(ppoll(first, (nuint)fds.Length, timeoutNanoseconds < 0 ? null : &timeout, null));
        }
    }

    [LibraryImport("libc")]
    private static partial int ppoll(PollFd* fds, nuint count, Timespec* timeout, void* signalMask);
}
