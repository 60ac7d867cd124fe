using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <summary>Room for the events of one epoll_wait(2).</summary>
/// <remarks>
/// <c>struct epoll_event</c> is packed to 12 bytes on x64 only; elsewhere it has 16, with <c>data</c> at 8. The array is
/// pinned for its life, so that a wait that blocks for hours holds no pin of its own.
/// </remarks>
internal sealed class EpollEvents(int capacity)
{
    private static readonly bool Packed = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int DataOffset = Packed ? 4 : 8;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacity * Size, pinned: true);

    /// <summary>Bytes of one event.</summary>
    public static int Size { get; } = Packed ? 12 : 16;

    public int Capacity { get; } = capacity;

    public Span<byte> Bytes => _bytes;

    public uint Mask(int index) => Unsafe.ReadUnaligned<uint>(ref _bytes[index * Size]);

    public ulong Data(int index) => Unsafe.ReadUnaligned<ulong>(ref _bytes[(index * Size) + DataOffset]);

    /// <summary>Lays one event out for epoll_ctl(2).</summary>
    public static void Write(Span<byte> target, uint mask, ulong data)
    {
        target[..Size].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(target, mask);
        BinaryPrimitives.WriteUInt64LittleEndian(target[DataOffset..], data);
    }
}
