using System.Net;
using System.Runtime.InteropServices;
using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <summary>System calls past the library's back: no ledger knows of them.</summary>
internal static unsafe partial class RawDescriptors
{
    private const int F_DUPFD_CLOEXEC = 1030;
    private const int SOCK_CLOEXEC = 0x80000;

    // No assertion: to load what it needs takes a descriptor, and the number is to be free.
    public static void Close(int fd) => Check(close(fd));

    /// <summary>Connects to this machine, and gives the socket a number from <paramref name="lowest"/> on.</summary>
    public static int Connect(IPEndPoint address, int lowest)
    {
        int fd = Check(socket(SocketConstants.AF_INET, SocketConstants.SOCK_STREAM | SOCK_CLOEXEC, 0));
        Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];
        ReadOnlySpan<byte> used = InternetAddresses.Write(address, raw);
        fixed (byte* start = used)
        {
            Check(connect(fd, start, (uint)used.Length));
        }

        int high = Check(fcntl(fd, F_DUPFD_CLOEXEC, lowest));
        Close(fd);
        return high;
    }

    private static int Check(int result) =>
        result >= 0 ? result : throw new InvalidOperationException($"The call failed with errno {Marshal.GetLastPInvokeError()}.");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int fd, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, nint argument);
}
