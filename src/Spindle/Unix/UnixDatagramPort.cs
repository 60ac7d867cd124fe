using System.Net;
using Spindle.Datagrams;
using Spindle.Descriptors;
using Spindle.Kernel;

namespace Spindle.Unix;

/// <summary>A UNIX socket for datagrams.</summary>
/// <remarks>
/// <para>Its addresses are <see cref="UnixAddress"/>es; a sender without a name is <see cref="UnixAddress.Unnamed"/>.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/unix.py</c>, <c>DatagramPort</c> and <c>ConnectedDatagramPort</c>.</para>
/// </remarks>
public sealed class UnixDatagramPort : DatagramPort, IConnectedDatagramTransport
{
    private const int Overhead = 32; // What the kernel takes of the send buffer for itself.

    private readonly UnixAddress? _path;
    private readonly UnixAddress? _destination;
    private readonly UnixFileMode _mode;
    private FileIdentity? _file; // The socket's file, so that no other is removed.
    private int _maxLength;

    internal UnixDatagramPort(
        IDescriptorHost reactor,
        DatagramMemory memory,
        IDatagramProtocol protocol,
        int maxPacketSize,
        UnixAddress? path,
        UnixFileMode mode,
        UnixAddress? destination)
        : base(reactor, memory, protocol, maxPacketSize)
    {
        _path = path;
        _mode = mode;
        _destination = destination;
    }

    private protected override string Kind => "UNIX";

    private protected override string TextOfTheEnd => "not listening";

    private protected override int MaxLength => _maxLength;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It was not made with one.</exception>
    public EndPoint GetPeer()
    {
        Host.EnsureAccess();
        return _destination ?? throw new InvalidOperationException("The port is not connected; each datagram has its own address.");
    }

    private protected override int CreateSocket()
    {
        if (_destination is null && _path!.FindFault() is { } fault)
        {
            throw new CannotListenException(_path, fault, errno: 0);
        }

        ISockets sockets = Host.Kernel.Sockets;
        int fd = sockets.Create(SocketConstants.AF_UNIX, SocketConstants.SOCK_DGRAM, 0);
        if (fd < 0)
        {
            throw Failed("socket", fd);
        }

        try
        {
            Check("getsockopt", sockets.GetOption(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_SNDBUF, out int room));
            _maxLength = Math.Min(room - Overhead, DatagramBlock.Size);
            Bind(fd);
            Connect(fd);
            return fd;
        }
        catch
        {
            RemoveFile();
            _ = Host.Kernel.Files.Close(fd);
            throw;
        }
    }

    internal override EndPoint ToEndPoint(ReadOnlySpan<byte> raw) => UnixNames.Read(raw);

    internal override int WriteAddress(EndPoint address, Span<byte> raw) =>
        address is UnixAddress unix && unix.Name.Length < SocketConstants.MaxAddressSize - 2 ? UnixNames.Write(unix, raw).Length : 0;

    private protected override void CheckAddress(EndPoint address)
    {
        string? fault = address is UnixAddress unix ? unix.FindFault() : "a UNIX socket sends to UNIX addresses";
        if (fault is not null)
        {
            throw new InvalidAddressException(address.ToString()!, fault);
        }
    }

    private protected override string Describe(EndPoint address) => _destination is null ? address.ToString()! : $"{address} to {_destination}";

    private protected override void Disconnected()
    {
        Destination = null;
        RemoveFile();
    }

    private void Bind(int fd)
    {
        if (_path is null)
        {
            return;
        }

        Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];
        Check("bind", Host.Kernel.Sockets.Bind(fd, UnixNames.Write(_path, raw)));
        if (_path is { IsAbstract: false, IsUnnamed: false })
        {
            _file = Host.Kernel.Paths.Identify(_path.Name.Span, out FileIdentity file) == 0 ? file : null;
            Check("chmod", Host.Kernel.Paths.SetMode(_path.Name.Span, (int)_mode));
        }
    }

    private void Connect(int fd)
    {
        if (_destination is null)
        {
            return;
        }

        Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];
        int result = Host.Kernel.Sockets.Connect(fd, UnixNames.Write(_destination, raw));
        Destination = result >= 0 ? _destination : throw Streams.ConnectErrors.FromErrno(-result);
    }

    // As a stream's port: the file goes with the socket, unless it is another's by now (UNIX-27).
    private void RemoveFile()
    {
        if (_file is { } file
            && Host.Kernel.Paths.Identify(_path!.Name.Span, out FileIdentity present) == 0
            && present.IsSameFileAs(file))
        {
            _ = Host.Kernel.Paths.Remove(_path.Name.Span);
        }

        _file = null;
    }

    private void Check(string call, int result)
    {
        if (result < 0)
        {
            throw Failed(call, result);
        }
    }

    private CannotListenException Failed(string call, int result) =>
        new(_path ?? UnixAddress.Unnamed, $"{call}: {Errno.Describe(-result)} (errno {-result})", -result);
}
