using System.Buffers;
using System.Net;

namespace Spindle.Testing;

/// <summary>One end of a connection in memory; a <see cref="MemoryPump"/> moves the bytes.</summary>
/// <remarks>
/// <para>
/// It does what a socket's transport does, by the same rules: what is written goes out in order, a close follows what was
/// written, a half close leaves the other direction open, a paused end reads nothing, not even the end of the connection,
/// and a producer is held back while more than 65,536 bytes wait. There are no buffers in between: bytes have left when the
/// other protocol has got them.
/// </para>
/// <para>Thread: one; it has none of its own.</para>
/// <para>Source: Twisted's <c>test/iosim.py</c>, <c>FakeTransport</c>, which knows neither half closes nor pauses.</para>
/// </remarks>
public sealed class MemoryTransport : ITcpTransport, IEndingProducer
{
    private const int HighWaterMark = 65_536;

    private readonly ArrayBufferWriter<byte> _written = new();
    private readonly EndPoint _host;
    private readonly EndPoint _peer;
    private ReadOnlyMemory<byte> _leaving; // Taken out of what was written, and not yet delivered.
    private MemoryTransport _other = null!; // The pump joins the two ends before it uses them.
    private IPullProducer? _producer;
    private bool _isStreaming;
    private bool _isProducerPaused;
    private bool _isReading = true;
    private bool _isReadClosed;
    private bool _isWriteClosing;
    private bool _isWriteClosed;
    private bool _isAborting;
    private bool _hasOtherClosed; // Its writing side, and this end has not read it yet.

    internal MemoryTransport(IProtocol protocol, EndPoint host, EndPoint peer)
    {
        Protocol = protocol;
        _host = host;
        _peer = peer;
    }

    /// <summary>The protocol at this end.</summary>
    public IProtocol Protocol { get; }

    /// <summary>Whether the protocol has not yet been told of the end.</summary>
    public bool IsConnected { get; private set; } = true;

    /// <inheritdoc/>
    public bool IsDisconnecting { get; private set; }

    /// <summary>How many bytes were written here that the other end has not got yet.</summary>
    public int PendingBytes => _leaving.Length + _written.WrittenCount;

    /// <inheritdoc/>
    public bool TcpNoDelay { get; set; }

    /// <inheritdoc/>
    public bool TcpKeepAlive { get; set; }

    internal Action<Exception>? Ended { get; set; }

    bool IEndingProducer.IsOver => IsDisconnecting || !IsConnected;

    private bool HasProducer => _producer is not (null or IEndingProducer { IsOver: true });

    private bool CanWrite => IsConnected && !_isWriteClosed && !_isAborting && (!IsDisconnecting || HasProducer);

    private bool CanReceive => IsConnected && _isReading && !_isReadClosed;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data)
    {
        if (!CanWrite || data.IsEmpty)
        {
            return;
        }

        _written.Write(data);
        if (_isStreaming && !_isProducerPaused && PendingBytes > HighWaterMark)
        {
            _isProducerPaused = true;
            ((IPushProducer)_producer!).PauseProducing();
        }
    }

    /// <inheritdoc/>
    public void Write(in ReadOnlySequence<byte> data)
    {
        foreach (ReadOnlyMemory<byte> piece in data)
        {
            Write(piece.Span);
        }
    }

    /// <inheritdoc/>
    public void LoseConnection()
    {
        if (IsConnected)
        {
            IsDisconnecting = true;
            _isReading = false;
        }
    }

    /// <inheritdoc/>
    public void LoseWriteConnection() => _isWriteClosing = true;

    /// <inheritdoc/>
    public void AbortConnection()
    {
        if (IsConnected)
        {
            _isAborting = true;
            IsDisconnecting = true;
            _isReading = false;
            DropPending();
        }
    }

    /// <inheritdoc/>
    public EndPoint GetHost() => _host;

    /// <inheritdoc/>
    public EndPoint GetPeer() => _peer;

    /// <inheritdoc/>
    public void RegisterProducer(IPullProducer producer, bool streaming)
    {
        ArgumentNullException.ThrowIfNull(producer);
        if (streaming && producer is not IPushProducer)
        {
            throw new ArgumentException("A streaming producer must be an IPushProducer: it has to be paused.", nameof(producer));
        }

        if (_producer is not null)
        {
            throw new InvalidOperationException($"Cannot register {producer}: {_producer} was not unregistered.");
        }

        if (!IsConnected)
        {
            producer.StopProducing();
            return;
        }

        _producer = producer;
        _isStreaming = streaming;
        _isProducerPaused = false;
        if (!streaming)
        {
            producer.ResumeProducing();
        }
    }

    /// <inheritdoc/>
    public void UnregisterProducer()
    {
        _producer = null;
        _isStreaming = false;
    }

    /// <inheritdoc/>
    public void PauseProducing() => _isReading = false;

    /// <inheritdoc/>
    public void ResumeProducing() => _isReading = !IsDisconnecting;

    /// <inheritdoc/>
    public void StopProducing() => LoseConnection();

    /// <summary>End, destination and state, for people.</summary>
    public override string ToString() => $"<MemoryTransport of {Protocol.GetType().Name} to {_peer}{(IsConnected ? "" : ", ended")}>";

    internal void Join(MemoryTransport other) => _other = other;

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
            _other.Protocol.DataReceived(piece.Span);
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

        if (IsDisconnecting)
        {
            End(ConnectionDoneException.Instance);
            return true;
        }

        if (_isWriteClosing && !_isWriteClosed)
        {
            _isWriteClosed = true;
            _other._hasOtherClosed = true;
            Protocol.FindAbility<IHalfCloseable>()?.WriteConnectionLost();
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
        if (Protocol.FindAbility<IHalfCloseable>() is { } protocol)
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
        UnregisterProducer();
        producer?.StopProducing();
        try
        {
            Protocol.ConnectionLost(reason);
        }
        finally
        {
            Ended?.Invoke(reason);
        }
    }

    private void DropPending()
    {
        _leaving = default;
        _written.ResetWrittenCount();
    }
}
