using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <summary><c>struct iovec</c>: memory that must stay pinned during the call.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Start;
    public nuint Length;
}
