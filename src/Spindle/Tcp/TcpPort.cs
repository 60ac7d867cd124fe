using System.Net;
using System.Net.Sockets;
using Spindle.Descriptors;
using Spindle.Kernel;
using Spindle.Streams;

namespace Spindle.Tcp;

/// <summary>A listening TCP socket.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public sealed class TcpPort : StreamPort
{
    private const string Plain = "TCP"; // In the log; what carries TLS says so (TLS-1).

    private readonly int _port;
    private readonly string _host;
    private readonly int _backlog;
    private readonly TcpListenOptions _options;

    internal TcpPort(IDescriptorHost reactor, IFactory factory, ReservedDescriptor reserve, int port, string host, int backlog, TcpListenOptions options, string kind = Plain)
        : base(reactor, factory, reserve)
    {
        _port = port;
        _host = host;
        _backlog = backlog;
        _options = options;
        Kind = kind;
    }

    /// <summary>A port of a socket that is bound and listens.</summary>
    internal TcpPort(IDescriptorHost reactor, IFactory factory, ReservedDescriptor reserve, int adopted)
        : base(reactor, factory, reserve, adopted)
    {
        _host = "";
        _options = TcpListenOptions.Default;
        Kind = Plain;
    }

    private protected override int CreateListeningSocket()
    {
        IPEndPoint address = ParseAddress();
        ISockets sockets = Host.Kernel.Sockets;
        int fd = sockets.Create(InternetAddresses.Family(address.Address), SocketConstants.SOCK_STREAM, 0);
        if (fd < 0)
        {
            throw Failed("socket", fd);
        }

        try
        {
            SetOptions(fd, address);
            Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];
            Check("bind", sockets.Bind(fd, InternetAddresses.Write(address, raw)));
            if (_options is { ReusePort: true, IsFirstToShare: true })
            {
                // Set after bind(2), which has thus refused an address that somebody else shares.
                Set(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_REUSEPORT, 1);
            }

            Check("listen", sockets.Listen(fd, _backlog));
            return fd;
        }
        catch
        {
            _ = Host.Kernel.Files.Close(fd);
            throw;
        }
    }

    private protected override EndPoint ToEndPoint(ReadOnlySpan<byte> raw) => InternetAddresses.Read(raw);

    private protected override StreamConnection CreateConnection(IDescriptorHost host, int fd, EndPoint peer, int session) =>
        new TcpConnection(host, fd, peer, session, _options);

    // What a client has sent after a handshake that the kernel finished is lost with a socket that closes before it is
    // accepted. A kernel that refuses the filter leaves the gap between the last accept and the close.
    private protected override void IgnoreNewClients(int fd) => _ = Host.Kernel.Sockets.IgnoreNewClients(fd);

    private protected override string Kind { get; }

    private protected override string Describe(EndPoint address) => ((IPEndPoint)address).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private IPEndPoint ParseAddress()
    {
        if (_port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
        {
            throw new CannotListenException(_host, _port, "a port is a number from 0 to 65535");
        }

        IPAddress address = IPAddress.Any;
        if (_host.Length > 0 && !InternetAddresses.TryParse(_host, out address))
        {
            throw new CannotListenException(_host, _port, "the interface must be an IPv4 or IPv6 address, and a %scope must be one of this machine");
        }

        if (_options.DualMode == true && address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            throw new CannotListenException(_host, _port, "DualMode needs an IPv6 address, \"::\" for all of IPv4 and IPv6");
        }

        return new IPEndPoint(address, _port);
    }

    // Linux hands the listening socket's options on to the accepted ones: no call for each connection.
    private void SetOptions(int fd, IPEndPoint address)
    {
        Set(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_REUSEADDR, 1);
        if (_options is { ReusePort: true, IsFirstToShare: false })
        {
            Set(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_REUSEPORT, 1);
        }

        foreach ((int level, int option, int value) in SocketOptions.Of(_options))
        {
            Set(fd, level, option, value);
        }

        if (_options.DualMode is { } dualMode && address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            Set(fd, SocketConstants.IPPROTO_IPV6, SocketConstants.IPV6_V6ONLY, dualMode ? 0 : 1);
        }
    }

    private void Set(int fd, int level, int option, int value) =>
        Check("setsockopt", Host.Kernel.Sockets.SetOption(fd, level, option, value));

    private void Check(string call, int result)
    {
        if (result < 0)
        {
            throw Failed(call, result);
        }
    }

    private CannotListenException Failed(string call, int result) =>
        new(_host, _port, $"{call}: {Errno.Describe(-result)} (errno {-result})", -result);
}
