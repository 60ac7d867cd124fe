using System.Net;
using System.Runtime.InteropServices;

namespace Spindle.Datagrams;

/// <summary>The senders that a port has heard of lately, so that hearing of them again allocates nothing.</summary>
/// <remarks>
/// A table of slots, each with the last address that fell into it; it doubles when one pushes another out, up to a limit.
/// Whoever forges senders makes it forget, not grow. Thread: the reactor's.
/// </remarks>
internal sealed class EndPointCache(DatagramPort port)
{
    private const int FirstSize = 8;
    private const int MaxSize = 1_024;

    private EndPoint?[] _slots = new EndPoint?[FirstSize];

    /// <summary>The address in the kernel's form as an object.</summary>
    public EndPoint Find(ReadOnlySpan<byte> raw)
    {
        ref EndPoint? slot = ref _slots[Hash(raw) & (_slots.Length - 1)];
        if (slot is not null && IsSame(slot, raw))
        {
            return slot;
        }

        bool isTaken = slot is not null;
        EndPoint found = slot = port.ToEndPoint(raw);
        if (isTaken && _slots.Length < MaxSize)
        {
            Grow();
        }

        return found;
    }

    // Compared with what the object says now: an IPEndPoint can be changed by whoever was given it.
    private bool IsSame(EndPoint known, ReadOnlySpan<byte> raw)
    {
        Span<byte> form = stackalloc byte[Kernel.SocketConstants.MaxAddressSize];
        return raw.SequenceEqual(form[..port.WriteAddress(known, form)]);
    }

    private void Grow()
    {
        Span<byte> form = stackalloc byte[Kernel.SocketConstants.MaxAddressSize];
        EndPoint?[] old = _slots;
        _slots = new EndPoint?[old.Length * 2];
        foreach (EndPoint? each in old)
        {
            if (each is not null)
            {
                int length = port.WriteAddress(each, form);
                _slots[Hash(form[..length]) & (_slots.Length - 1)] = each;
            }
        }
    }

    private static int Hash(ReadOnlySpan<byte> raw)
    {
        ulong hash = (ulong)raw.Length;
        while (raw.Length >= sizeof(ulong))
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(raw)) * 0x9E37_79B9_7F4A_7C15;
            raw = raw[sizeof(ulong)..];
        }

        foreach (byte each in raw)
        {
            hash = (hash ^ each) * 0x9E37_79B9_7F4A_7C15;
        }

        return (int)(hash >> 33);
    }
}
