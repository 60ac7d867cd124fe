using System.Net;
using System.Net.Sockets;

namespace Spindle.Testing;

/// <summary>A UDP port of a <see cref="MemoryReactor"/>, with the arguments of the call that made it.</summary>
/// <remarks>Thread: one; it has none of its own.</remarks>
public sealed class MemoryUdpPort : MemoryDatagramPort, IMulticastTransport
{
    private readonly IPEndPoint _address;
    private readonly List<(string Group, string NetworkInterface)> _groups = [];

    internal MemoryUdpPort(IDatagramProtocol protocol, IPEndPoint address, int maxPacketSize)
        : base(protocol, address, maxPacketSize) => _address = address;

    /// <summary>The port as it was asked for; zero for any.</summary>
    public required int Port { get; init; }

    /// <summary>The interface as it was given; empty for all.</summary>
    public required string Host { get; init; }

    /// <summary>The options, or null.</summary>
    public required UdpOptions? Options { get; init; }

    /// <summary>Whether it was made by <see cref="MemoryReactor.ListenMulticast"/>.</summary>
    public required bool IsMulticast { get; init; }

    /// <summary>Whether others may bind the same port.</summary>
    public required bool ListenMultiple { get; init; }

    /// <summary>The groups that it is a member of, with the interfaces as they were given.</summary>
    public IReadOnlyList<(string Group, string NetworkInterface)> Groups => _groups;

    /// <inheritdoc/>
    public bool BroadcastAllowed { get; set; }

    /// <inheritdoc/>
    public IPAddress OutgoingInterface { get; private set; } = IPAddress.Any;

    /// <inheritdoc/>
    public bool LoopbackMode { get; set; } = true;

    /// <inheritdoc/>
    public int TimeToLive
    {
        get;
        set => field = value is >= 0 and <= byte.MaxValue
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A multicast datagram may pass 0 to 255 routers.");
    } = 1;

    private protected override int MaxLength => 65_507;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data, string host, int port) =>
        Write(data, new IPEndPoint(host == "<broadcast>" ? IPAddress.Broadcast : MemoryReactor.ParseAddress(host), port));

    /// <inheritdoc/>
    public void Connect(string host, int port)
    {
        if (!IsListening || Destination is not null)
        {
            throw new InvalidOperationException(IsListening ? $"The port is connected to {Destination} already; a port is connected once." : "The port is closed.");
        }

        IPEndPoint destination = new(MemoryReactor.ParseAddress(host), port);
        CheckAddress(destination);
        Destination = destination;
    }

    /// <summary>Notes the group in <see cref="Groups"/>.</summary>
    /// <inheritdoc cref="IMulticastTransport.JoinGroup"/>
    public Task JoinGroup(string group, string networkInterface = "")
    {
        ArgumentNullException.ThrowIfNull(group);
        _groups.Add((group, networkInterface));
        return Task.CompletedTask;
    }

    /// <summary>Takes the group out of <see cref="Groups"/>.</summary>
    /// <inheritdoc cref="IMulticastTransport.LeaveGroup"/>
    public Task LeaveGroup(string group, string networkInterface = "") => _groups.Remove((group, networkInterface))
        ? Task.CompletedTask
        : Task.FromException(new MulticastJoinException(group, networkInterface, "the port is no member of it"));

    /// <inheritdoc/>
    public Task SetOutgoingInterface(string networkInterface)
    {
        ArgumentNullException.ThrowIfNull(networkInterface);
        if (!IPAddress.TryParse(networkInterface.Length == 0 ? "0.0.0.0" : networkInterface, out IPAddress? address))
        {
            return Task.FromException(new InvalidAddressException(networkInterface, "an interface is named by an address of it"));
        }

        OutgoingInterface = address;
        return Task.CompletedTask;
    }

    private protected override void CheckAddress(EndPoint address)
    {
        if (address is not IPEndPoint ip || ip.AddressFamily != _address.AddressFamily)
        {
            throw new InvalidAddressException(address.ToString()!, $"this port sends to {(_address.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4")} addresses");
        }

        if (!BroadcastAllowed && ip.Address.Equals(IPAddress.Broadcast))
        {
            throw new SystemCallException("sendto", Kernel.Errno.EACCES);
        }
    }
}
