using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <summary>Room for a number of datagrams, laid out for recvmmsg(2) and sendmmsg(2). It is made once and used again and again.</summary>
/// <remarks>Thread: one at a time.</remarks>
internal sealed unsafe class DatagramBlock
{
    /// <summary>The most messages of one call.</summary>
    public const int MaxCount = 64;

    /// <summary>The most bytes that are sent with one call, and the longest datagram.</summary>
    public const int Size = 262_144;

    /// <summary>A slot for any run that comes; the 64 bytes more keep the slots' beginnings out of each other's way in the cache.</summary>
    public const int RunSize = 65_536 + 64;

    /// <summary>Room for as many runs as a call has datagrams of the usual size. What nothing is received into takes no memory.</summary>
    public const int ReceivingSize = 32 * RunSize;

    // Of a run: what every kernel takes that knows of runs, and, with room for any headers, the longest packet.
    private const int MaxSegments = 64;
    private const int MaxRunSize = 65_000;

    private const int AddressSize = SocketConstants.MaxAddressSize;

    // Pinned, for they point into each other.
    private readonly MultiMessage[] _messages = GC.AllocateArray<MultiMessage>(MaxCount, pinned: true);
    private readonly IoVector[] _pieces = GC.AllocateArray<IoVector>(MaxCount, pinned: true);
    private readonly SegmentControl[] _controls = GC.AllocateArray<SegmentControl>(MaxCount, pinned: true);
    private readonly byte[] _addresses = GC.AllocateArray<byte>(MaxCount * AddressSize, pinned: true);
    private readonly byte[] _data;
    private readonly int[] _datagrams = new int[MaxCount]; // How many each message to be sent holds.
    private int _slotSize;
    private int _used;
    private bool _hasRuns; // What is received may be runs.
    private int _received; // How many headers the kernel has written to, and nobody has made good.

    public DatagramBlock(int size)
    {
        _data = GC.AllocateUninitializedArray<byte>(size, pinned: true);
        for (int i = 0; i < MaxCount; i++)
        {
            ref MessageHeader header = ref _messages[i].Header;
            header.Name = Pointer(_addresses) + (i * AddressSize);
            header.NameLength = AddressSize;
            header.Pieces = Pointer(_pieces) + i;
            header.PieceCount = 1;
        }
    }

    /// <summary>How many messages wait to be sent; each is a datagram or a run of them.</summary>
    public int Count { get; private set; }

    internal MultiMessage* Messages => Pointer(_messages);

    /// <summary>Divides the block into slots to receive into: of a size, or for runs.</summary>
    /// <returns>How many there are.</returns>
    public int Divide(int slotSize, bool hasRuns)
    {
        slotSize = hasRuns ? Math.Max(slotSize, RunSize) : slotSize;
        int count = Math.Clamp(_data.Length / slotSize, 1, MaxCount);
        if (_slotSize != slotSize || _hasRuns != hasRuns)
        {
            _slotSize = slotSize;
            _hasRuns = hasRuns;
            _received = MaxCount;
            for (int i = 0; i < count; i++)
            {
                _pieces[i] = new IoVector { Start = Pointer(_data) + (i * slotSize), Length = (nuint)slotSize };
            }
        }

        return count;
    }

    /// <summary>A datagram that came, or a run.</summary>
    public ReadOnlySpan<byte> Data(int index) => _data.AsSpan(index * _slotSize, (int)Math.Min(_messages[index].Length, (uint)_slotSize));

    /// <summary>How long the datagrams of a run are that came; for one datagram as long as it is, or more.</summary>
    public int ReceivedSegmentSize(int index) =>
        _hasRuns && _messages[index].Header.ControlLength >= ControlHeader.Size + sizeof(int) && _controls[index] is { IsReceived: true, SegmentSize: > 0 }
            ? _controls[index].SegmentSize
            : int.MaxValue;

    /// <summary>Where a datagram came from, or one is going.</summary>
    public ReadOnlySpan<byte> Address(int index) => _addresses.AsSpan(index * AddressSize, (int)Math.Min(_messages[index].Header.NameLength, AddressSize));

    /// <summary>How many datagrams a message holds that waits to be sent.</summary>
    public int DatagramsIn(int index) => _datagrams[index];

    /// <summary>How many datagrams wait to be sent, from a message on.</summary>
    public int DatagramsFrom(int index)
    {
        int sum = 0;
        foreach (int each in _datagrams.AsSpan(index, Count - index))
        {
            sum += each;
        }

        return sum;
    }

    /// <summary>How long the datagrams of a run are; the last one may be shorter.</summary>
    public int SegmentSize(int index) => _controls[index].SegmentSize;

    /// <summary>A datagram that waits to be sent: one of a message's.</summary>
    public ReadOnlySpan<byte> DataToSend(int index, int datagram)
    {
        ReadOnlySpan<byte> data = new(_pieces[index].Start, (int)_pieces[index].Length);
        int start = datagram * SegmentSize(index);
        return _datagrams[index] == 1 ? data : data[start..Math.Min(start + SegmentSize(index), data.Length)];
    }

    /// <summary>Whether a datagram can be added.</summary>
    public bool HasRoomFor(int length) => Count < MaxCount && length <= _data.Length - _used;

    /// <summary>Adds a datagram to be sent; there must be room.</summary>
    /// <returns>Its memory, to be filled.</returns>
    public Span<byte> Append(int length)
    {
        _pieces[Count] = new IoVector { Start = Pointer(_data) + _used, Length = (nuint)length };
        _datagrams[Count] = 1;
        Span<byte> memory = _data.AsSpan(_used, length);
        _used += length;
        Count++;
        return memory;
    }

    /// <summary>Room for the address of the datagram that was added last; <see cref="SetAddressLength"/> follows.</summary>
    public Span<byte> AddressToFill => _addresses.AsSpan((Count - 1) * AddressSize, AddressSize);

    /// <summary>How long that address is; zero on a connected socket.</summary>
    public void SetAddressLength(int length)
    {
        ref MessageHeader header = ref _messages[Count - 1].Header;
        header.NameLength = (uint)length;
        header.Control = null;
        header.ControlLength = 0;
    }

    /// <summary>
    /// Makes the datagram that was added last, and has its address, part of the message before it, if they go to the same
    /// address and that message is a datagram as long, or a run of such; a shorter one ends the run.
    /// </summary>
    /// <param name="maxSize">How long the datagrams may be.</param>
    public void JoinLast(int maxSize)
    {
        int last = Count - 1;
        int run = last - 1;
        ref IoVector piece = ref _pieces[run];
        int length = (int)_pieces[last].Length;
        int size = _datagrams[run] == 1 ? (int)piece.Length : SegmentSize(run);
        if (length == 0 || length > size || size > maxSize || _datagrams[run] == MaxSegments || (int)piece.Length + length > MaxRunSize
            || (int)piece.Length != size * _datagrams[run] || !Address(run).SequenceEqual(Address(last)))
        {
            return;
        }

        if (_datagrams[run] == 1)
        {
            _controls[run] = SegmentControl.Of(size);
            ref MessageHeader header = ref _messages[run].Header;
            header.Control = (byte*)(Pointer(_controls) + run);
            header.ControlLength = SegmentControl.Size;
        }

        piece.Length += (nuint)length;
        _datagrams[run]++;
        Count--;
    }

    /// <summary>Empties it.</summary>
    public void Clear() => Count = _used = 0;

    /// <summary>So many datagrams, or runs, were received.</summary>
    internal void Received(int count) => _received = count;

    /// <summary>Makes room again for whole addresses, and for what stands beside runs.</summary>
    internal void MakeRoom()
    {
        for (int i = 0; i < _received; i++)
        {
            ref MessageHeader header = ref _messages[i].Header;
            header.NameLength = AddressSize;
            header.Control = _hasRuns ? (byte*)(Pointer(_controls) + i) : null;
            header.ControlLength = _hasRuns ? (nuint)SegmentControl.Size : 0;
        }
    }

    private static T* Pointer<T>(T[] pinned)
        where T : unmanaged => (T*)Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);
}
