using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <summary><c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollFd
{
    public int Fd;
    public short Asked;
    public short Returned;
}
