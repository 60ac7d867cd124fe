using Spindle.Kernel;

namespace Spindle.Datagrams;

/// <summary>The memory that a reactor's datagram ports share: one block to receive into, one to gather what is sent.</summary>
/// <remarks>
/// A port holds the block for sending from its first datagram of a turn to the turn's end. When another port writes
/// meanwhile, the holder sends what it has: a thousand ports need no more memory than one. Thread: the reactor's.
/// </remarks>
internal sealed class DatagramMemory
{
    private DatagramBlock? _receiving;
    private DatagramBlock? _sending;
    private DatagramPort? _sender;

    /// <summary>Takes the block to receive into; a port that reads within another's read gets one of its own.</summary>
    public DatagramBlock TakeForReceiving()
    {
        DatagramBlock block = _receiving ?? new DatagramBlock(DatagramBlock.ReceivingSize);
        _receiving = null;
        return block;
    }

    /// <summary>Gives it back.</summary>
    public void ReturnFromReceiving(DatagramBlock block) => _receiving = block;

    /// <summary>The block with room for a datagram of a port.</summary>
    public DatagramBlock ForSending(DatagramPort port, int length)
    {
        // More than once: a flush logs what failed, and a logger may have written to a port of its own.
        while (_sender is { } holder && (!ReferenceEquals(holder, port) || !_sending!.HasRoomFor(length)))
        {
            holder.Flush();
        }

        _sender = port;
        return _sending ??= new DatagramBlock(DatagramBlock.Size);
    }

    /// <summary>Takes away what a port has gathered.</summary>
    /// <returns>Null when it has nothing. Otherwise it goes back with <see cref="ReturnFromSending"/>.</returns>
    public DatagramBlock? TakeFrom(DatagramPort port)
    {
        if (!ReferenceEquals(_sender, port))
        {
            return null;
        }

        DatagramBlock? block = _sending;
        _sender = null;
        _sending = null;
        return block;
    }

    /// <summary>Gives an emptied block back.</summary>
    public void ReturnFromSending(DatagramBlock block) => _sending ??= block;
}
