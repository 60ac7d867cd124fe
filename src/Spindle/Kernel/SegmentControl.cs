using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <summary>UDP_SEGMENT beside a message, udp(7): the kernel cuts its data into datagrams of this size; the last one may be shorter.</summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct SegmentControl
{
    /// <summary>With what fills it up to eight bytes.</summary>
    public const int Size = ControlHeader.Size + sizeof(long);

    public ControlHeader Header;
    public ushort SegmentSize;

    public static SegmentControl Of(int segmentSize) => new()
    {
        Header = new ControlHeader { Length = ControlHeader.Size + sizeof(ushort), Level = SocketConstants.SOL_UDP, Type = SocketConstants.UDP_SEGMENT },
        SegmentSize = (ushort)segmentSize,
    };
}
