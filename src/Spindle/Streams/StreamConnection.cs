using System.Net;
using Spindle.Descriptors;
using Spindle.Kernel;

namespace Spindle.Streams;

/// <summary>One end of a stream connection on a socket.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/tcp.py</c>, <c>Connection</c>.</para>
/// </remarks>
public abstract partial class StreamConnection : FileDescriptor, ITransport
{
    private const int MaxPieces = 64;
    private const int MaxReads = 8; // 2 MiB. Others wait so long.

    private IProtocol? _protocol;
    private EndPoint? _host;
    private EndPoint? _peer;
    private int _fd;
    private bool _isReadClosed;
    private bool _hasPeerEnded; // It has closed its side and sends nothing more.
    private bool _isAborting;
    private bool _isLeaving; // Closes after the first thing that it hears.

    private protected StreamConnection(IDescriptorHost host, int fd, EndPoint? peer)
        : base(host)
    {
        _fd = fd;
        _peer = peer;
    }

    /// <summary>The protocol; null before there is one and after the end.</summary>
    public IProtocol? Protocol => _protocol;

    /// <summary>Whether bytes have gone one way or the other.</summary>
    private protected bool HasSpoken { get; set; }

    private protected override bool CanRead => !_isReadClosed && !_isAborting;

    private protected override bool TakesWrites => !_isAborting;

    private protected ISockets Sockets => Host.Kernel.Sockets;

    /// <summary>The descriptor, -1 once closed.</summary>
    public override int Fileno() => _fd;

    /// <inheritdoc/>
    public EndPoint GetHost()
    {
        Host.EnsureAccess();
        return _host ??= ReadHost();
    }

    /// <inheritdoc/>
    public EndPoint GetPeer()
    {
        Host.EnsureAccess();
        return _peer ??= ReadPeer();
    }

    /// <inheritdoc/>
    public void AbortConnection()
    {
        if (Layer is { } layer)
        {
            layer.AbortConnection();
        }
        else
        {
            AbortConnectionBelow();
        }
    }

    /// <summary>Closes in good order before the reactor stops: as the protocol knows how, else when a peer with whom nothing was exchanged yet was heard once.</summary>
    internal override void LoseConnectionInGoodOrder()
    {
        if (_protocol?.FindAbility<IFinishing>() is { } finishing)
        {
            if (Host.Guard(this, static state => ((IFinishing)state!).Finish(), finishing) is { } failure)
            {
                ConnectionLost(failure);
            }
        }
        else if (HasSpoken || HasPendingData)
        {
            LoseConnection();
        }
        else
        {
            _isLeaving = true;
        }
    }

    /// <summary>Waits no longer for a peer to be heard once.</summary>
    internal void LoseConnectionUnheard()
    {
        if (_isLeaving)
        {
            LoseConnection();
        }
        else
        {
            _protocol?.FindAbility<ILayer>()?.LoseConnectionUnheard();
        }
    }

    /// <summary>Reads and hands on what came; again, up to eight times in all, while a read fills the buffer and the protocol still wants more.</summary>
    public override Exception? DoRead()
    {
        if (_isAborting)
        {
            return null;
        }

        // What a fast sender has sent is read while it is in the processor's cache: else it piles up, and is read from
        // memory at half the speed, and piles up.
        byte[] buffer = Host.ReceiveBuffer;
        for (int reads = 1; ; reads++)
        {
            int received = Sockets.Receive(_fd, buffer);
            Exception? end = Received(received);
            if (received < buffer.Length || reads == MaxReads || !Host.IsReading(this))
            {
                return end;
            }
        }
    }

    /// <inheritdoc/>
    public override void ConnectionLost(Exception reason)
    {
        if (IsDisconnected)
        {
            return;
        }

        bool wasConnected = IsConnected;
        base.ConnectionLost(reason);
        if (wasConnected && _fd >= 0)
        {
            _host ??= ReadHost();
        }

        CloseSocket(isOurDoing: reason is ConnectionDoneException && !_hasPeerEnded);
        reason = _protocol?.FindAbility<ILayer>()?.Judge(reason) ?? reason;
        if (_protocol is { } protocol)
        {
            (IProtocol, Exception) end = (protocol, reason);
            Host.Guard(this, static state => TellEnd(((IProtocol, Exception))state!), end);
            _protocol = null; // Not before: records of what it throws name it.
        }

        Ended(reason);
    }

    /// <inheritdoc/>
    public override void ReadConnectionLost(Exception reason)
    {
        if (_protocol?.FindAbility<IHalfCloseable>() is not { } protocol)
        {
            ConnectionLost(reason);
            return;
        }

        _isReadClosed = true;
        Notify(static state => ((IHalfCloseable)state!).ReadConnectionLost(), protocol);
    }

    internal void MakeConnection(IProtocol protocol, bool startReading)
    {
        _protocol = protocol;
        Connected();
        if (startReading)
        {
            ResumeProducing();
        }

        protocol.MakeConnection(this);
    }

    /// <summary>Hands on what a read has brought into the common buffer.</summary>
    /// <param name="received">Bytes, zero at the end, or -errno.</param>
    private protected Exception? Received(int received)
    {
        if (received > 0)
        {
            HasSpoken = true;
            _protocol!.DataReceived(Host.ReceiveBuffer.AsSpan(0, received));
            if (_isLeaving)
            {
                LoseConnection();
            }

            return null;
        }

        _hasPeerEnded = received == 0;
        return received switch
        {
            0 => ConnectionDoneException.Instance,
            -Errno.EAGAIN => null,
            _ => Lost(-received),
        };
    }

    /// <summary>The connection has ended and its protocol was told.</summary>
    private protected virtual void Ended(Exception reason)
    {
    }

    /// <summary>Reads an address of this family from the kernel's form.</summary>
    private protected abstract EndPoint ToEndPoint(ReadOnlySpan<byte> raw);

    private protected override void Abort(Exception reason)
    {
        if (!IsConnected || _isAborting)
        {
            return;
        }

        _isAborting = true;
        IsClosing = true;
        StopReading();
        DropPendingData();
        Host.CallSoon(this, _ => ConnectionLost(reason), null);
    }

    private protected override void Disown()
    {
        _host ??= ToEndPoint([]);
        _fd = -1;
    }

    private protected override int WriteSomeData(ReadOnlySpan<byte> data)
    {
        HasSpoken = true;
        return OrNothing(Sockets.Send(_fd, data));
    }

    private protected override int WriteSomeData(in WriteBuffer buffer)
    {
        HasSpoken = true;
        Span<IoVector> pieces = stackalloc IoVector[MaxPieces];
        int count = buffer.Gather(pieces, SendLimit, out _);
        return OrNothing(Sockets.SendVector(_fd, pieces[..count]));
    }

    private protected override Exception WriteFailed(int errno) => Lost(errno);

    private protected override void CloseWriteConnection()
    {
        _ = Sockets.Shutdown(_fd, ShutdownSide.Write);
        if (_protocol?.FindAbility<IHalfCloseable>() is { } protocol)
        {
            Notify(static state => ((IHalfCloseable)state!).WriteConnectionLost(), protocol);
        }
        else
        {
            EndIfBothClosed();
        }
    }

    /// <summary>Whether a close could lose bytes that the kernel has taken, because the peer's has not got them yet.</summary>
    private protected virtual bool HasUndelivered(int fd) => false;

    /// <summary>Throws away what has come and was not read.</summary>
    /// <returns>Bytes, zero when the peer has closed, or -errno.</returns>
    private protected virtual int Discard(int fd) => Sockets.Discard(fd);

    private void CloseSocket(bool isOurDoing)
    {
        int fd = _fd;
        if (fd < 0)
        {
            return;
        }

        _fd = -1;
        if (_isAborting)
        {
            _ = Sockets.SetLingerZero(fd);
        }
        else if (isOurDoing && DiscardUnread(fd) != 0 && HasUndelivered(fd))
        {
            Host.CloseOnceDelivered(fd);
            return;
        }
        else
        {
            _ = Sockets.Shutdown(fd, ShutdownSide.Both);
        }

        _ = Host.Kernel.Files.Close(fd);
    }

    // A close with bytes unread makes the kernel send a reset, and drop what it has taken from us and not sent yet. We have
    // stopped reading, so what the peer went on sending is thrown away first.
    /// <returns>Zero if the peer has ended its side: it sends nothing more.</returns>
    private int DiscardUnread(int fd)
    {
        const int MostCalls = 16; // A peer that sends without end must not keep us here.
        int discarded = 1;
        for (int calls = 0; calls < MostCalls && discarded > 0; calls++)
        {
            discarded = Discard(fd);
        }

        return discarded;
    }

    private void Notify(Action<object?> notification, IHalfCloseable protocol)
    {
        Exception? failure = Host.Guard(this, notification, protocol);
        if (failure is not null)
        {
            ConnectionLost(failure);
            return;
        }

        EndIfBothClosed();
    }

    // A connection that can neither read nor write would be told of nothing any more (TCP-66).
    private void EndIfBothClosed()
    {
        if (IsConnected && _isReadClosed && IsWriteClosed)
        {
            ConnectionLost(ConnectionDoneException.Instance);
        }
    }

    private EndPoint ReadHost()
    {
        Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];
        int length = Sockets.GetLocalAddress(_fd, raw);
        return ToEndPoint(raw[..Math.Max(length, 0)]);
    }

    private EndPoint ReadPeer()
    {
        Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];
        int length = Sockets.GetPeerAddress(_fd, raw);
        return ToEndPoint(raw[..Math.Max(length, 0)]);
    }

    private protected static int OrNothing(int sent) => sent is -Errno.EAGAIN or -Errno.ENOBUFS ? 0 : sent;

    private static ConnectionLostException Lost(int errno) => new($"{errno}: {Errno.Describe(errno)}", errno);

    private static void TellEnd((IProtocol Protocol, Exception Reason) end) => end.Protocol.ConnectionLost(end.Reason);
}
