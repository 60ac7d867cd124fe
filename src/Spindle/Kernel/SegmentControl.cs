using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <summary>
/// What stands beside a run of datagrams, udp(7): UDP_SEGMENT for the kernel to cut it, UDP_GRO from the kernel, which has
/// not. All are of this size, but the last one may be shorter.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct SegmentControl
{
    /// <summary>With what fills it up to eight bytes.</summary>
    public const int Size = ControlHeader.Size + sizeof(long);

    public ControlHeader Header;
    public int SegmentSize; // To the kernel 16 bits, which come first: we have little-endian machines only.

    /// <summary>Whether the kernel has written it.</summary>
    public readonly bool IsReceived => Header.Level == SocketConstants.SOL_UDP && Header.Type == SocketConstants.UDP_GRO;

    public static SegmentControl Of(int segmentSize) => new()
    {
        Header = new ControlHeader { Length = ControlHeader.Size + sizeof(ushort), Level = SocketConstants.SOL_UDP, Type = SocketConstants.UDP_SEGMENT },
        SegmentSize = segmentSize,
    };
}
