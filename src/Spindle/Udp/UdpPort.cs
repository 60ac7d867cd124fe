using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Spindle.Datagrams;
using Spindle.Descriptors;
using Spindle.Kernel;

namespace Spindle.Udp;

/// <summary>A bound UDP socket.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/udp.py</c>, <c>Port</c>.</para>
/// </remarks>
public class UdpPort : DatagramPort, IUdpTransport
{
    private const string Broadcast = "<broadcast>";
    private const int MaxLengthV4 = 65_507; // 65,535 less the headers of IP and UDP.
    private const int MaxLengthV6 = 65_527; // The header of IPv6 does not count.

    private readonly int _port;
    private readonly string _host;
    private readonly IPAddress _interface;
    private readonly UdpOptions _options;
    private readonly bool _isAdopted;
    private int _adopted = -1; // Until it listens.
    private bool _isBroadcastAllowed;

    internal UdpPort(
        IDescriptorHost reactor, DatagramMemory memory, int port, IDatagramProtocol protocol, string host, int maxPacketSize, UdpOptions options)
        : base(reactor, memory, protocol, maxPacketSize)
    {
        _port = port;
        _host = host;
        _options = options;
        _interface = host.Length == 0 ? IPAddress.Any : ParseAddress(host);
    }

    internal UdpPort(IDescriptorHost reactor, DatagramMemory memory, IDatagramProtocol protocol, int maxPacketSize, int adopted, AddressFamily family)
        : base(reactor, memory, protocol, maxPacketSize)
    {
        _isAdopted = true;
        _adopted = adopted;
        _host = "";
        _options = UdpOptions.Default;
        _interface = family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
    }

    /// <inheritdoc/>
    public bool BroadcastAllowed
    {
        get => GetOption(SocketConstants.SOL_SOCKET, SocketConstants.SO_BROADCAST) != 0;
        set
        {
            SetOption(SocketConstants.SOL_SOCKET, SocketConstants.SO_BROADCAST, value ? 1 : 0);
            _isBroadcastAllowed = value;
        }
    }

    private protected bool IsIPv6 => _interface.AddressFamily == AddressFamily.InterNetworkV6;

    private protected override string Kind => "UDP";

    private protected override int MaxLength => IsIPv6 ? MaxLengthV6 : MaxLengthV4;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data, string host, int port)
    {
        ArgumentNullException.ThrowIfNull(host);
        Write(data, new IPEndPoint(host == Broadcast ? IPAddress.Broadcast : ParseAddress(host), CheckPort(port)));
    }

    /// <inheritdoc/>
    public void Connect(string host, int port)
    {
        EnsureOpen();
        ArgumentNullException.ThrowIfNull(host);
        if (Destination is not null)
        {
            throw new InvalidOperationException($"The port is connected to {Destination} already; a port is connected once.");
        }

        IPEndPoint destination = new(ParseAddress(host), CheckPort(port));
        CheckAddress(destination);
        Flush(); // What was written before has addresses of its own.
        Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];
        int result = Host.Kernel.Sockets.Connect(Fileno(), InternetAddresses.Write(destination, raw));
        if (result < 0)
        {
            throw new SystemCallException("connect", -result);
        }

        Destination = destination;
        ReadAddress(); // The kernel has chosen an interface.
    }

    private protected override int CreateSocket()
    {
        if (_isAdopted)
        {
            return TakeAdopted();
        }

        if (_port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
        {
            throw new CannotListenException(_host, _port, "a port is a number from 0 to 65535");
        }

        ISockets sockets = Host.Kernel.Sockets;
        int fd = sockets.Create(InternetAddresses.Family(_interface), SocketConstants.SOCK_DGRAM, 0);
        if (fd < 0)
        {
            throw Failed("socket", fd);
        }

        try
        {
            foreach ((int option, int value) in Options())
            {
                Check("setsockopt", sockets.SetOption(fd, SocketConstants.SOL_SOCKET, option, value));
            }

            Prepare(fd);
            Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];
            Check("bind", sockets.Bind(fd, InternetAddresses.Write(new IPEndPoint(_interface, _port), raw)));
            if (_options is { ReusePort: true, IsFirstToShare: true })
            {
                // Set after bind(2), which has thus refused an address that somebody else shares.
                Check("setsockopt", sockets.SetOption(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_REUSEPORT, 1));
            }

            ReceivesRuns = _options.UseSegmentation && sockets.SetOption(fd, SocketConstants.SOL_UDP, SocketConstants.UDP_GRO, 1) >= 0;
            return fd;
        }
        catch
        {
            _ = Host.Kernel.Files.Close(fd);
            throw;
        }
    }

    // It comes as its first owner has made it: connected perhaps, and allowed to broadcast.
    private int TakeAdopted()
    {
        int fd = _adopted;
        _adopted = -1;
        if (fd < 0)
        {
            throw new InvalidOperationException("The port's socket was adopted and is closed; adopt it again.");
        }

        Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];
        int length = Host.Kernel.Sockets.GetPeerAddress(fd, raw);
        int option = Host.Kernel.Sockets.GetOption(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_BROADCAST, out int isBroadcastAllowed);
        if ((length < 0 && length != -Errno.ENOTCONN) || option < 0)
        {
            _ = Host.Kernel.Files.Close(fd);
            throw option < 0 ? new SystemCallException("getsockopt", -option) : new SystemCallException("getpeername", -length);
        }

        Destination = length < 0 ? null : InternetAddresses.Read(raw[..length]);
        _isBroadcastAllowed = isBroadcastAllowed != 0;
        ReceivesRuns = true; // Its owner may have had the kernel leave them whole. We do not: they may still read here, too.
        return fd;
    }

    /// <summary>Sets further options before the socket is bound.</summary>
    private protected virtual void Prepare(int fd)
    {
    }

    // An older kernel takes no notice of UDP_SEGMENT beside a message, and would send the run as one datagram.
    private protected override bool SendsRuns() =>
        _options.UseSegmentation && Host.Kernel.Sockets.GetOption(Fileno(), SocketConstants.SOL_UDP, SocketConstants.UDP_SEGMENT, out _) >= 0;

    internal override EndPoint ToEndPoint(ReadOnlySpan<byte> raw) => InternetAddresses.Read(raw);

    internal override int WriteAddress(EndPoint address, Span<byte> raw) =>
        address is IPEndPoint ip ? InternetAddresses.Write(ip, raw).Length : 0;

    private protected override void CheckAddress(EndPoint address)
    {
        if (address is not IPEndPoint ip)
        {
            throw new InvalidAddressException(address.ToString()!, "a datagram goes to an IP address and a port; look a name up first");
        }

        if (ip.AddressFamily != _interface.AddressFamily)
        {
            throw new InvalidAddressException(ip.ToString(), IsIPv6 ? "this port sends to IPv6 addresses" : "this port sends to IPv4 addresses");
        }

        if (!_isBroadcastAllowed && ip.Address.Equals(IPAddress.Broadcast))
        {
            throw new SystemCallException("sendto", Errno.EACCES); // The kernel would say so, but only when the turn ends.
        }
    }

    private protected override string Describe(EndPoint address) => ((IPEndPoint)address).Port.ToString(CultureInfo.InvariantCulture);

    private protected override void Disconnected()
    {
        Destination = null;
        _isBroadcastAllowed = false;
    }

    private protected int GetOption(int level, int option)
    {
        EnsureOpen();
        int result = Host.Kernel.Sockets.GetOption(Fileno(), level, option, out int value);
        return result >= 0 ? value : throw new SystemCallException("getsockopt", -result);
    }

    private protected void SetOption(int level, int option, int value)
    {
        EnsureOpen();
        int result = Host.Kernel.Sockets.SetOption(Fileno(), level, option, value);
        if (result < 0)
        {
            throw new SystemCallException("setsockopt", -result);
        }
    }

    private protected void Check(string call, int result)
    {
        if (result < 0)
        {
            throw Failed(call, result);
        }
    }

    private void EnsureOpen()
    {
        Host.EnsureAccess();
        if (Fileno() < 0)
        {
            throw new InvalidOperationException("The port is closed.");
        }
    }

    private IEnumerable<(int Option, int Value)> Options()
    {
        if (_options is { ReusePort: true, IsFirstToShare: false })
        {
            yield return (SocketConstants.SO_REUSEPORT, 1);
        }

        if (_options.ReceiveBufferSize is { } receive)
        {
            yield return (SocketConstants.SO_RCVBUF, receive);
        }

        if (_options.SendBufferSize is { } send)
        {
            yield return (SocketConstants.SO_SNDBUF, send);
        }
    }

    private static IPAddress ParseAddress(string host) =>
        InternetAddresses.TryParse(host, out IPAddress address)
            ? address
            : throw new InvalidAddressException(host, "it must be an IPv4 or IPv6 address, and a %scope must be one of this machine");

    private static int CheckPort(int port) =>
        port is >= IPEndPoint.MinPort and <= IPEndPoint.MaxPort
            ? port
            : throw new ArgumentOutOfRangeException(nameof(port), port, "A port is a number from 0 to 65535.");

    private CannotListenException Failed(string call, int result) =>
        new(_host, _port, $"{call}: {Errno.Describe(-result)} (errno {-result})", -result);
}
