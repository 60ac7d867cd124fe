using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <inheritdoc cref="ISelects"/>
/// <remarks>Linux takes bitmaps of any length; FD_SETSIZE is a limit of the C library's type only (SEL-27).</remarks>
internal sealed unsafe partial class LinuxSelects : ISelects
{
    public int Wait(int count, Span<ulong> read, Span<ulong> write, long timeoutNanoseconds)
    {
        Timespec timeout = Timespec.FromNanoseconds(Math.Max(timeoutNanoseconds, 0));
        fixed (ulong* readMap = read)
        fixed (ulong* writeMap = write)
        {
            return Errno.OrResult(pselect(count, readMap, writeMap, null, timeoutNanoseconds < 0 ? null : &timeout, null));
        }
    }

    [LibraryImport("libc")]
    private static partial int pselect(int count, ulong* read, ulong* write, ulong* except, Timespec* timeout, void* signalMask);
}
