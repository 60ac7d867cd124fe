using System.Net;
using Spindle.Kernel;

namespace Spindle.Testing;

/// <content>UDP.</content>
public sealed partial class MemoryReactor : IReactorUdp, IReactorMulticast
{
    private readonly List<MemoryUdpPort> _udpPorts = [];

    /// <summary>The ports of <see cref="ListenUdp"/> and <see cref="ListenMulticast"/>, in order.</summary>
    public IReadOnlyList<MemoryUdpPort> UdpPorts => _udpPorts;

    /// <summary>Notes the call and connects the protocol. Nothing comes but what the test has come.</summary>
    /// <inheritdoc cref="IReactorUdp.ListenUdp"/>
    public IUdpTransport ListenUdp(int port, IDatagramProtocol protocol, string host = "", int maxPacketSize = 8192, UdpOptions? options = null) =>
        Listen(port, protocol, host, maxPacketSize, isMulticast: false, listenMultiple: false, options);

    /// <summary>As <see cref="ListenUdp"/>.</summary>
    /// <inheritdoc cref="IReactorMulticast.ListenMulticast"/>
    public IMulticastTransport ListenMulticast(
        int port,
        IDatagramProtocol protocol,
        string host = "",
        int maxPacketSize = 8192,
        bool listenMultiple = false,
        UdpOptions? options = null) =>
        Listen(port, protocol, host, maxPacketSize, isMulticast: true, listenMultiple, options);

    /// <exception cref="InvalidAddressException">It is none.</exception>
    internal static IPAddress ParseAddress(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return InternetAddresses.TryParse(host, out IPAddress address) ? address : throw new InvalidAddressException(host, "it must be an IPv4 or IPv6 address");
    }

    private MemoryUdpPort Listen(int port, IDatagramProtocol protocol, string host, int maxPacketSize, bool isMulticast, bool listenMultiple, UdpOptions? options)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentNullException.ThrowIfNull(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPacketSize, 1);
        ThrowIfListeningFails();
        IPAddress address = host.Length == 0 ? IPAddress.Any : ParseAddress(host);
        if (port is < 0 or > IPEndPoint.MaxPort)
        {
            throw new CannotListenException(host, port, "a port is a number from 0 to 65535");
        }

        MemoryUdpPort listener = new(protocol, new IPEndPoint(address, port == 0 ? FirstMadeUpPort + _madeUpPorts++ : port), maxPacketSize)
        {
            Port = port,
            Host = host,
            Options = options,
            IsMulticast = isMulticast,
            ListenMultiple = listenMultiple,
        };
        _udpPorts.Add(listener);
        listener.StartListening();
        return listener;
    }
}
