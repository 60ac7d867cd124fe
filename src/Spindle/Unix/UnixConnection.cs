using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Win32.SafeHandles;
using Spindle.Descriptors;
using Spindle.Kernel;
using Spindle.Streams;
using Spindle.Tls;

namespace Spindle.Unix;

/// <summary>One end of a connection within this machine, over which descriptors can be sent.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/unix.py</c>, <c>_SendmsgMixin</c> and the classes that use it.</para>
/// </remarks>
public sealed class UnixConnection : StreamConnection, IUnixTransport, ITlsTransport
{
    private const int Client = -1;
    private const int ManyDescriptors = 64;

    private readonly StreamConnector? _connector;
    private readonly int _session;
    private Queue<int>? _descriptors; // Duplicates that wait to be sent.
    private string? _logPrefix;

    internal UnixConnection(IDescriptorHost host, int fd, EndPoint peer, int session)
        : base(host, fd, peer) => _session = session;

    internal UnixConnection(IDescriptorHost host, int fd, EndPoint peer, StreamConnector connector)
        : this(host, fd, peer, Client) => _connector = connector;

    /// <summary>"Echo,5,/run/client" at a server, "Echo,client" at a client.</summary>
    public override string LogPrefix => _logPrefix ??= _session == Client ? $"{ProtocolName},client" : $"{ProtocolName},{_session},{PeerName}";

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

    // A descriptor that is sent later in the turn needs one of these bytes (UNIX-15).
    private protected override bool SendsDirectly => false;

    private string ProtocolName => Protocol is null ? "Uninitialized" : LogNames.Of(Protocol);

    private string PeerName => ((UnixAddress)GetPeer()) is { IsUnnamed: false } named ? named.ToString() : "";

    private IUnixSockets UnixSockets => Host.Kernel.UnixSockets;

    /// <inheritdoc/>
    public void SendFileDescriptor(SafeHandle descriptor)
    {
        Host.EnsureAccess();
        ArgumentNullException.ThrowIfNull(descriptor);
        if (!CanWrite())
        {
            return;
        }

        if (Layer is not null)
        {
            throw new InvalidOperationException("TLS is on: descriptors travel beside the bytes and cannot be protected. Send them before StartTls or after StopTls.");
        }

        // The user may close his as soon as he likes (UNIX-19).
        int duplicate = UserHandles.Duplicate(Host.Kernel.Files, descriptor);
        _descriptors ??= new Queue<int>();
        _descriptors.Enqueue(duplicate);
        AfterWrite(_descriptors.Count > ManyDescriptors);
    }

    /// <inheritdoc/>
    public UnixCredentials GetPeerCredentials()
    {
        Host.EnsureAccess();
        if (Fileno() < 0)
        {
            throw new InvalidOperationException("The connection has ended; the kernel knows no peer any more.");
        }

        int result = UnixSockets.GetPeerCredentials(Fileno(), out int processId, out uint userId, out uint groupId);
        return result >= 0 ? new UnixCredentials(processId, userId, groupId) : throw new SystemCallException("getsockopt", -result);
    }

    /// <summary>Reads once and hands on what came: descriptors first.</summary>
    public override Exception? DoRead()
    {
        if (!CanRead)
        {
            return null;
        }

        Span<int> descriptors = stackalloc int[IUnixSockets.MaxDescriptors];
        int received = UnixSockets.ReceiveWithDescriptors(Fileno(), Host.ReceiveBuffer, descriptors, out ReceivedAncillary came);
        if (came != default)
        {
            ConnectionLostException? failure = Take(descriptors[..came.DescriptorCount], came);
            if (failure is not null || !CanRead || !IsConnected)
            {
                return failure;
            }
        }

        return Received(received);
    }

    /// <inheritdoc/>
    public override Exception? DoWrite() =>
        _descriptors is { Count: > 0 } waiting && TakesWrites && waiting.Count > PendingCount
            ? new FileDescriptorOverrunException(waiting.Count, PendingCount)
            : base.DoWrite();

    /// <inheritdoc/>
    public override void ConnectionLost(Exception reason)
    {
        DropDescriptors();
        base.ConnectionLost(reason);
    }

    /// <summary>"&lt;Echo #5 on /run/echo&gt;" at a server, "&lt;Echo to /run/echo&gt;" at a client, for people.</summary>
    public override string ToString() =>
        IsDisconnected ? $"<{nameof(UnixConnection)}, closed>"
        : _session == Client ? $"<{ProtocolName} to {GetPeer()}>"
        : $"<{ProtocolName} #{_session} on {GetHost()}>";

    private protected override EndPoint ToEndPoint(ReadOnlySpan<byte> raw) => UnixNames.Read(raw);

    private protected override void Ended(Exception reason) => _connector?.ConnectionLost(reason);

    private protected override int WriteSomeData(ReadOnlySpan<byte> data)
    {
        if (_descriptors is not { Count: > 0 })
        {
            return base.WriteSomeData(data);
        }

        HasSpoken = true;
        int sent = SendDescriptors(_descriptors, data);
        if (sent < 0 || _descriptors.Count > 0 || sent == data.Length)
        {
            return sent;
        }

        int rest = base.WriteSomeData(data[sent..]);
        return rest < 0 ? rest : sent + rest;
    }

    private protected override int WriteSomeData(in WriteBuffer buffer) =>
        _descriptors is { Count: > 0 } ? WriteSomeData(buffer.FirstPiece) : base.WriteSomeData(in buffer);

    // A UNIX socket cannot throw data away without copying it; a plain read closes what comes along. The common buffer may
    // be in use.
    private protected override int Discard(int fd)
    {
        Span<byte> scrap = stackalloc byte[8_192];
        return Sockets.Receive(fd, scrap);
    }

    /// <summary>Sends each with one byte.</summary>
    /// <returns>How many bytes have gone, fewer when the kernel is full; or -errno.</returns>
    private int SendDescriptors(Queue<int> descriptors, ReadOnlySpan<byte> data)
    {
        int sent = 0;
        while (sent < data.Length && descriptors.TryPeek(out int descriptor))
        {
            int result = OrNothing(UnixSockets.SendWithDescriptor(Fileno(), data.Slice(sent, 1), descriptor));
            if (result < 0)
            {
                DropDescriptors(); // The error is what ends the connection, not that they are left over.
                return result;
            }

            if (result == 0)
            {
                return sent;
            }

            sent += result;
            CloseDescriptor(descriptors.Dequeue());
        }

        return sent;
    }

    private void DropDescriptors()
    {
        while (_descriptors is { Count: > 0 })
        {
            CloseDescriptor(_descriptors.Dequeue());
        }
    }

    private ConnectionLostException? Take(ReadOnlySpan<int> descriptors, ReceivedAncillary came)
    {
        if (came.IsTruncated)
        {
            CloseAll(descriptors);
            return new ConnectionLostException(
                "descriptors that the peer sent were lost on the way; the process may have no more (see ulimit -n)", Errno.EMFILE);
        }

        if (came.UnknownType != 0)
        {
            Host.LogInformation($"{LogPrefix} got ancillary data of type {came.UnknownType}, which was skipped");
        }

        if (descriptors.IsEmpty)
        {
            return null;
        }

        if (Protocol?.FindAbility<IFileDescriptorReceiver>() is { } receiver)
        {
            HandOver(descriptors, receiver);
        }
        else
        {
            CloseAll(descriptors);
            Host.LogInformation($"{ProtocolName} takes no descriptors; {descriptors.Length} that came were closed");
        }

        return null;
    }

    // Each is either the receiver's or closed, whatever the receiver does.
    private void HandOver(ReadOnlySpan<int> descriptors, IFileDescriptorReceiver receiver)
    {
        int given = 0;
        try
        {
            while (given < descriptors.Length && IsConnected && CanRead)
            {
                SafeFileHandle handle = Host.Kernel.Files.HandOver(descriptors[given++]);
                try
                {
                    receiver.FileDescriptorReceived(handle);
                }
                catch
                {
                    handle.Dispose();
                    throw;
                }
            }
        }
        finally
        {
            CloseAll(descriptors[given..]);
        }
    }

    private void CloseAll(ReadOnlySpan<int> descriptors)
    {
        foreach (int descriptor in descriptors)
        {
            CloseDescriptor(descriptor);
        }
    }

    private void CloseDescriptor(int descriptor) => _ = Host.Kernel.Files.Close(descriptor);
}
