using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <summary><c>struct mmsghdr</c> of a 64-bit Linux: 64 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MultiMessage
{
    public MessageHeader Header;
    public uint Length;
}
