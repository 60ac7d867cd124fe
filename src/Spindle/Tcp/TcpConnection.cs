using System.Net;
using System.Security.Cryptography.X509Certificates;
using Spindle.Descriptors;
using Spindle.Kernel;
using Spindle.Streams;
using Spindle.Tls;

namespace Spindle.Tcp;

/// <summary>One end of a TCP connection.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public sealed class TcpConnection : StreamConnection, ITcpTransport, ITlsTransport
{
    private const int Client = -1;

    private readonly StreamConnector? _connector;
    private readonly int _session;
    private string? _logPrefix;

    internal TcpConnection(IDescriptorHost host, int fd, EndPoint peer, int session, TcpOptions options)
        : base(host, fd, peer)
    {
        _session = session;
        LimitWriting(options.WriteHighWaterMark, options.WriteLimit);
    }

    internal TcpConnection(IDescriptorHost host, int fd, EndPoint peer, StreamConnector connector, TcpOptions options)
        : this(host, fd, peer, Client, options) => _connector = connector;

    /// <summary>"Echo,5,127.0.0.1" at a server, "Echo,client" at a client.</summary>
    public override string LogPrefix => _logPrefix ??= BuildLogPrefix();

    /// <inheritdoc/>
    public bool TcpNoDelay
    {
        get => GetFlag(SocketConstants.IPPROTO_TCP, SocketConstants.TCP_NODELAY);
        set => SetFlag(SocketConstants.IPPROTO_TCP, SocketConstants.TCP_NODELAY, value);
    }

    /// <inheritdoc/>
    public bool TcpKeepAlive
    {
        get => GetFlag(SocketConstants.SOL_SOCKET, SocketConstants.SO_KEEPALIVE);
        set => SetFlag(SocketConstants.SOL_SOCKET, SocketConstants.SO_KEEPALIVE, value);
    }

    /// <inheritdoc/>
    public bool IsTls => TlsUpgrade.LayerOf(this) is not null;

    /// <inheritdoc/>
    public TlsSessionInfo? TlsSession => TlsUpgrade.LayerOf(this)?.TlsSession;

    internal override bool IsClient => _session == Client;

    /// <inheritdoc/>
    public X509Certificate2? GetPeerCertificate() => TlsUpgrade.LayerOf(this)?.GetPeerCertificate();

    /// <inheritdoc/>
    public X509Certificate2? GetLocalCertificate() => TlsUpgrade.LayerOf(this)?.GetLocalCertificate();

    /// <inheritdoc/>
    public void StartTls(TlsContext context, bool normal = true, ReadOnlySpan<byte> received = default) => TlsUpgrade.Start(this, context, normal, received);

    /// <inheritdoc/>
    public Task StopTls() => TlsUpgrade.Stop(this);

    /// <summary>"&lt;Echo #5 on 7000&gt;" at a server, "&lt;Echo to 127.0.0.1:7000&gt;" at a client, for people.</summary>
    public override string ToString() =>
        IsDisconnected ? $"<{nameof(TcpConnection)}, closed>"
        : _session == Client ? $"<{ProtocolName} to {GetPeer()}>"
        : $"<{ProtocolName} #{_session} on {((IPEndPoint)GetHost()).Port}>";

    private string ProtocolName => Protocol is null ? "Uninitialized" : LogNames.Of(Protocol);

    private protected override EndPoint ToEndPoint(ReadOnlySpan<byte> raw) => InternetAddresses.Read(raw);

    private protected override bool HasUndelivered(int fd) => Sockets.CountUndelivered(fd) > 0;

    private protected override void Ended(Exception reason) => _connector?.ConnectionLost(reason);

    private string BuildLogPrefix()
    {
        return _session == Client ? $"{ProtocolName},client" : $"{ProtocolName},{_session},{((IPEndPoint)GetPeer()).Address}";
    }

    private bool GetFlag(int level, int option)
    {
        int result = Sockets.GetOption(OpenFd(), level, option, out int value);
        return result == 0 ? value != 0 : throw new SystemCallException("getsockopt", -result);
    }

    private void SetFlag(int level, int option, bool value)
    {
        int result = Sockets.SetOption(OpenFd(), level, option, value ? 1 : 0);
        if (result < 0)
        {
            throw new SystemCallException("setsockopt", -result);
        }
    }

    private int OpenFd()
    {
        Host.EnsureAccess();
        return Fileno() >= 0 ? Fileno() : throw new InvalidOperationException("The connection has ended; it has no options any more.");
    }
}
