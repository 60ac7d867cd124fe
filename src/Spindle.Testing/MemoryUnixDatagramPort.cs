using System.Net;

namespace Spindle.Testing;

/// <summary>A UNIX socket for datagrams of a <see cref="MemoryReactor"/>, with the arguments of the call that made it. No file is made.</summary>
/// <remarks>Thread: one; it has none of its own.</remarks>
public sealed class MemoryUnixDatagramPort : MemoryDatagramPort, IConnectedDatagramTransport
{
    internal MemoryUnixDatagramPort(IDatagramProtocol protocol, UnixAddress path, int maxPacketSize, UnixFileMode mode, UnixAddress? destination)
        : base(protocol, path, maxPacketSize)
    {
        Mode = mode;
        Destination = destination;
    }

    /// <summary>The permissions of its file.</summary>
    public UnixFileMode Mode { get; }

    private protected override int MaxLength => 212_960; // Of a system that is as it comes.

    /// <inheritdoc/>
    public EndPoint GetPeer() => Destination ?? throw new InvalidOperationException("The port is not connected; each datagram has its own address.");

    private protected override void CheckAddress(EndPoint address)
    {
        string? fault = address is UnixAddress unix ? unix.FindFault() : "a UNIX socket sends to UNIX addresses";
        if (fault is not null)
        {
            throw new InvalidAddressException(address.ToString()!, fault);
        }
    }
}
