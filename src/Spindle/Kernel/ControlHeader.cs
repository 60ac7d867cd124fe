using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <summary><c>struct cmsghdr</c> of a 64-bit Linux: 16 bytes, its data follows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ControlHeader
{
    public const int Size = 16;

    public nuint Length;
    public int Level;
    public int Type;
}
