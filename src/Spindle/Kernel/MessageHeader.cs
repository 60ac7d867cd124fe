using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <summary><c>struct msghdr</c> of a 64-bit Linux: 56 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public byte* Name;
    public uint NameLength;
    public IoVector* Pieces;
    public nuint PieceCount;
    public byte* Control;
    public nuint ControlLength;
    public int Flags;
}
