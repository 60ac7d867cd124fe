using System.Buffers;
using System.Net;
using Spindle.Streams;
using Spindle.Tls;

namespace Spindle.Testing;

/// <summary>One end of a connection in memory; a <see cref="MemoryPump"/> moves the bytes.</summary>
/// <remarks>
/// <para>
/// It does what a socket's transport does, by the same rules: what is written goes out in order, a close follows what was
/// written, a half close leaves the other direction open, a paused end reads nothing, not even the end of the connection,
/// and a producer is held back while more than 65,536 bytes wait. There are no buffers in between: bytes have left when the
/// other protocol has got them.
/// </para>
/// <para>
/// TLS is real: <see cref="StartTls"/> needs certificates, and the handshake is made by the next <see cref="MemoryPump.Flush"/>.
/// </para>
/// <para>Thread: one; it has none of its own.</para>
/// <para>Source: Twisted's <c>test/iosim.py</c>, <c>FakeTransport</c>, which knows neither half closes nor pauses, and only pretends TLS.</para>
/// </remarks>
public sealed partial class MemoryTransport : ITcpTransport, IEndingProducer
{
    private const int HighWaterMark = 65_536;

    private readonly ArrayBufferWriter<byte> _written = new();
    private readonly EndPoint _host;
    private readonly EndPoint _peer;
    private readonly IReactorTime _reactor;
    private readonly bool _isClient;
    private readonly Below _below;
    private ReadOnlyMemory<byte> _leaving; // Taken out of what was written, and not yet delivered.
    private MemoryTransport _other = null!; // The pump joins the two ends before it uses them.
    private IProtocol _top; // What gets the bytes: the protocol, or TLS.
    private ITransport? _layer; // What the user's calls go to: TLS. Null: nothing.
    private IPullProducer? _producer;
    private bool _isStreaming;
    private bool _isProducerPaused;
    private bool _isReading = true;
    private bool _isReadClosed;
    private bool _isWriteClosing;
    private bool _isWriteClosed;
    private bool _isClosing;
    private bool _isAborting;
    private bool _hasOtherClosed; // Its writing side, and this end has not read it yet.

    internal MemoryTransport(IProtocol protocol, bool isClient, IReactorTime reactor, EndPoint host, EndPoint peer)
    {
        _top = protocol;
        _isClient = isClient;
        _reactor = reactor;
        Protocol = (protocol as TlsProtocol)?.WrappedProtocol ?? protocol;
        _host = host;
        _peer = peer;
        _below = new Below(this);
    }

    /// <summary>The protocol at this end.</summary>
    public IProtocol Protocol { get; }

    /// <summary>Whether the protocol has not yet been told of the end.</summary>
    public bool IsConnected { get; private set; } = true;

    /// <inheritdoc/>
    public bool IsDisconnecting => _layer?.IsDisconnecting ?? _isClosing;

    /// <summary>How many bytes were written here that the other end has not got yet.</summary>
    public int PendingBytes => _leaving.Length + _written.WrittenCount;

    /// <inheritdoc/>
    public bool TcpNoDelay { get; set; }

    /// <inheritdoc/>
    public bool TcpKeepAlive { get; set; }

    internal Action<Exception>? Ended { get; set; }

    bool IEndingProducer.IsOver => IsDisconnecting || !IsConnected;

    private ITransport Way => _layer ?? _below; // Of what the user calls.

    private bool HasProducer => _producer is not (null or IEndingProducer { IsOver: true });

    private bool CanWrite => IsConnected && !_isWriteClosed && !_isAborting && (!_isClosing || HasProducer);

    private bool CanReceive => IsConnected && _isReading && !_isReadClosed;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data) => Way.Write(data);

    /// <inheritdoc/>
    public void Write(in ReadOnlySequence<byte> data) => Way.Write(in data);

    /// <inheritdoc/>
    public void LoseConnection() => Way.LoseConnection();

    /// <inheritdoc/>
    public void LoseWriteConnection() => Way.LoseWriteConnection();

    /// <inheritdoc/>
    public void AbortConnection() => Way.AbortConnection();

    /// <inheritdoc/>
    public EndPoint GetHost() => _host;

    /// <inheritdoc/>
    public EndPoint GetPeer() => _peer;

    /// <inheritdoc/>
    public void RegisterProducer(IPullProducer producer, bool streaming) => Way.RegisterProducer(producer, streaming);

    /// <inheritdoc/>
    public void UnregisterProducer() => Way.UnregisterProducer();

    /// <inheritdoc/>
    public void PauseProducing() => Way.PauseProducing();

    /// <inheritdoc/>
    public void ResumeProducing() => Way.ResumeProducing();

    /// <inheritdoc/>
    public void StopProducing() => LoseConnection();

    /// <summary>End, destination and state, for people.</summary>
    public override string ToString() => $"<MemoryTransport of {Protocol.GetType().Name} to {_peer}{(IsConnected ? "" : ", ended")}>";

    internal void Join(MemoryTransport other) => _other = other;

    internal void Connect() => _top.MakeConnection(this);

    /// <summary>Does what there is to do at this end.</summary>
    /// <returns>Whether there was anything.</returns>
    internal bool Step(int pieceSize)
    {
        if (!IsConnected)
        {
            return false;
        }

        if (_isAborting)
        {
            End(new TransportAbortedException());
            _other.Reset();
            return true;
        }

        if (_hasOtherClosed && CanReceive)
        {
            ReadEnd();
            return true;
        }

        if (PendingBytes == 0)
        {
            return AfterFlush();
        }

        if (!_other.IsConnected)
        {
            Reset(); // It is gone: to write to it is an error.
            return true;
        }

        return Deliver(pieceSize);
    }

    private bool Deliver(int pieceSize)
    {
        bool hasMoved = false;
        if (_leaving.IsEmpty)
        {
            _leaving = _written.WrittenSpan.ToArray();
            _written.ResetWrittenCount();
        }

        while (!_leaving.IsEmpty && _other.CanReceive)
        {
            ReadOnlyMemory<byte> piece = _leaving[..Math.Min(pieceSize, _leaving.Length)];
            _leaving = _leaving[piece.Length..];
            hasMoved = true;
            _other._top.DataReceived(piece.Span);
        }

        return hasMoved;
    }

    // In this order: the producer, the close, the half close.
    private bool AfterFlush()
    {
        if (HasProducer)
        {
            return ResumeProducer(_producer!);
        }

        if (_isClosing)
        {
            End(ConnectionDoneException.Instance);
            return true;
        }

        if (_isWriteClosing && !_isWriteClosed)
        {
            _isWriteClosed = true;
            _other._hasOtherClosed = true;
            _top.FindAbility<IHalfCloseable>()?.WriteConnectionLost();
            EndIfBothClosed();
            return true;
        }

        return false;
    }

    private bool ResumeProducer(IPullProducer producer)
    {
        if (_isStreaming && !_isProducerPaused)
        {
            return false;
        }

        _isProducerPaused = false;
        producer.ResumeProducing();
        return PendingBytes > 0 || _producer != producer;
    }

    private void ReadEnd()
    {
        if (_top.FindAbility<IHalfCloseable>() is { } protocol)
        {
            _isReadClosed = true;
            protocol.ReadConnectionLost();
            EndIfBothClosed();
        }
        else
        {
            End(ConnectionDoneException.Instance);
        }
    }

    // It would be told of nothing any more.
    private void EndIfBothClosed()
    {
        if (IsConnected && _isReadClosed && _isWriteClosed)
        {
            End(ConnectionDoneException.Instance);
        }
    }

    private void Reset()
    {
        if (IsConnected)
        {
            End(new ConnectionLostException("the other end has closed the connection"));
        }
    }

    private void End(Exception reason)
    {
        IsConnected = false;
        DropPending();
        _other._hasOtherClosed = true;
        IPullProducer? producer = _producer;
        _below.UnregisterProducer();
        producer?.StopProducing();
        reason = _top.FindAbility<ILayer>()?.Judge(reason) ?? reason;
        try
        {
            _top.ConnectionLost(reason);
        }
        finally
        {
            _top = Protocol;
            Ended?.Invoke(reason);
        }
    }

    private void DropPending()
    {
        _leaving = default;
        _written.ResetWrittenCount();
    }
}
