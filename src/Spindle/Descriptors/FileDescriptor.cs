using System.Buffers;
using Spindle.Loops;

namespace Spindle.Descriptors;

/// <summary>A descriptor that is written to through a buffer and that closes in good order.</summary>
/// <remarks>
/// <para>
/// What is written in a turn is sent at its end, in one call; the kernel's write interest is armed only when it did not
/// take all. Resuming the producer, closing and half closing follow the flush that emptied the buffer, in this order.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/abstract.py</c>, <c>FileDescriptor</c>.</para>
/// </remarks>
public abstract partial class FileDescriptor : IReadDescriptor, IWriteDescriptor, IHalfCloseableDescriptor, IConsumer, IPushProducer, IEndingProducer, ITurnEnd, IDisownable
{
    /// <summary>How many bytes may wait before a push producer is paused, unless an option says otherwise: 65,536.</summary>
    public const int HighWaterMark = 65_536;

    /// <summary>How many bytes are handed to one system call at the most: 262,144.</summary>
    private protected const int SendLimit = 262_144;

    // From this size on bytes go to the kernel at once if nothing waits: copying them first halves bulk throughput.
    private const int DirectSize = 8_192;

    private WriteBuffer _buffer;
    private int _highWaterMark = HighWaterMark;
    private int _writeLimit = int.MaxValue;
    private IPullProducer? _producer;
    private Exception? _failure; // Met within a user's call; told at the end of the turn.
    private bool _isStreaming;
    private bool _isProducerPaused;
    private bool _isWriteArmed;
    private bool _isFlushing;

    private protected FileDescriptor(IDescriptorHost host) => Host = host;

    /// <inheritdoc/>
    public abstract string LogPrefix { get; }

    /// <summary>Whether it is open for use.</summary>
    public bool IsConnected { get; private protected set; }

    /// <summary>Whether it has ended.</summary>
    public bool IsDisconnected { get; private set; }

    /// <summary>Whether it closes as soon as all is sent, or is being aborted, whatever a layer above it says.</summary>
    internal bool IsClosing { get; private protected set; }

    /// <summary>Whether data waits to be sent.</summary>
    internal bool HasPendingData => !_buffer.IsEmpty;

    /// <summary>Whether all is sent and what follows from that is being done: it is no writer then, though still armed (FD-46).</summary>
    internal bool IsFlushed => _isFlushing && _buffer.IsEmpty;

    bool IEndingProducer.IsOver => IsDisconnecting || IsDisconnected;

    ITurnEnd? ITurnEnd.NextAtTurnEnd { get; set; }

    /// <summary>The links of the reactor's list of live descriptors.</summary>
    internal FileDescriptor? PreviousLive { get; set; }

    internal FileDescriptor? NextLive { get; set; }

    /// <summary>One more than the number under which it is watched for reading; zero when it is not.</summary>
    internal int ReadNumberPlusOne { get; set; }

    /// <summary>The same for writing.</summary>
    internal int WriteNumberPlusOne { get; set; }

    private protected IDescriptorHost Host { get; }

    /// <summary>How many bytes wait to be sent.</summary>
    private protected int PendingCount => _buffer.Length;

    private protected bool IsWriteClosing { get; private set; }

    private protected bool IsWriteClosed { get; private set; }

    /// <inheritdoc/>
    public abstract int Fileno();

    /// <inheritdoc/>
    public abstract Exception? DoRead();

    /// <inheritdoc/>
    public virtual Exception? DoWrite()
    {
        // One that is being aborted is told of its end in a later turn, whatever was asked of it before (TCP-57).
        if (!TakesWrites || _failure is not null)
        {
            return TakesWrites ? _failure : null;
        }

        if (!_buffer.IsEmpty)
        {
            Exception? failure = SendBuffer();
            if (failure is not null || !_buffer.IsEmpty)
            {
                return failure;
            }
        }

        // A producer that is resumed here often fills the kernel again: only what is idle afterwards is disarmed.
        _isFlushing = true;
        Exception? end = AfterFlush();
        _isFlushing = false;
        if (_buffer.IsEmpty)
        {
            DisarmWriter();
        }

        return end;
    }

    /// <summary>Sends data, below a layer.</summary>
    internal void WriteBelow(ReadOnlySpan<byte> data)
    {
        Host.EnsureAccess();
        if (!CanWrite() || data.IsEmpty)
        {
            return;
        }

        if (data.Length >= DirectSize && SendsDirectly && _buffer.IsEmpty && (_isFlushing || !_isWriteArmed))
        {
            data = SendDirectly(data);
        }

        if (HasRoomFor(data.Length))
        {
            Buffer(data);
            AfterWrite(_buffer.Length > _highWaterMark);
        }
    }

    /// <summary>Sends several pieces of memory as one, below a layer.</summary>
    internal void WriteBelow(in ReadOnlySequence<byte> data)
    {
        Host.EnsureAccess();
        if (!CanWrite() || data.IsEmpty)
        {
            return;
        }

        if (data.IsSingleSegment)
        {
            WriteBelow(data.FirstSpan);
            return;
        }

        if (!HasRoomFor(data.Length))
        {
            return;
        }

        foreach (ReadOnlyMemory<byte> piece in data)
        {
            _buffer.Append(piece.Span, Host.Segments);
        }

        AfterWrite(_buffer.Length > _highWaterMark);
    }

    /// <summary>Closes when all is sent, below a layer.</summary>
    internal void LoseConnectionBelow()
    {
        Host.EnsureAccess();
        if (!IsConnected || IsClosing || !TakesWrites)
        {
            return;
        }

        StopReading();
        if (IsWriteClosed)
        {
            DisarmWriter();
            ConnectionLost(ConnectionDoneException.Instance);
        }
        else
        {
            IsClosing = true;
            ScheduleFlush();
        }
    }

    /// <summary>Closes before the reactor stops.</summary>
    internal virtual void LoseConnectionInGoodOrder() => LoseConnection();

    /// <summary>Closes the writing side when all is sent, below a layer.</summary>
    internal void LoseWriteConnectionBelow()
    {
        Host.EnsureAccess();
        if (IsConnected && !IsWriteClosed && TakesWrites)
        {
            IsWriteClosing = true;
            ScheduleFlush();
        }
    }

    /// <summary>Registers a producer, below a layer.</summary>
    internal void RegisterProducerBelow(IPullProducer producer, bool streaming)
    {
        Host.EnsureAccess();
        ArgumentNullException.ThrowIfNull(producer);
        if (streaming && producer is not IPushProducer)
        {
            throw new ArgumentException("A streaming producer must be an IPushProducer: it has to be paused.", nameof(producer));
        }

        if (_producer is not null)
        {
            throw new InvalidOperationException($"Cannot register {producer}: {_producer} was not unregistered.");
        }

        if (IsDisconnected)
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

    /// <summary>Forgets the producer, below a layer.</summary>
    internal void UnregisterProducerBelow()
    {
        Host.EnsureAccess();
        _producer = null;
        if (IsConnected && (IsClosing || IsWriteClosing))
        {
            ScheduleFlush();
        }
    }

    /// <summary>Stops reading, below a layer.</summary>
    internal void PauseProducingBelow()
    {
        Host.EnsureAccess();
        StopReading();
    }

    /// <summary>Reads again, below a layer.</summary>
    internal void ResumeProducingBelow()
    {
        Host.EnsureAccess();
        if (IsConnected && !IsClosing && CanRead)
        {
            try
            {
                Host.AddReader(this);
            }
            catch (Exception refused)
            {
                Fail(refused);
            }
        }
    }

    /// <inheritdoc/>
    public virtual void ConnectionLost(Exception reason)
    {
        IsDisconnected = true;
        IsConnected = false;
        IPullProducer? producer = _producer;
        _producer = null;
        StopReading();
        DisarmWriter();
        _buffer.Clear(Host.Segments);
        Host.RemoveLive(this);
        if (producer is not null)
        {
            Host.Guard(this, static state => ((IPullProducer)state!).StopProducing(), producer);
        }
    }

    /// <inheritdoc/>
    public virtual void ReadConnectionLost(Exception reason) => ConnectionLost(reason);

    /// <inheritdoc/>
    public virtual void WriteConnectionLost(Exception reason) => ConnectionLost(reason);

    /// <summary>The selector tells it nothing any more, whoever asked for that: what is written from now on is sent at the turn's end again.</summary>
    internal void WriterWasRemoved() => _isWriteArmed = false;

    void IDisownable.Disown() => Disown();

    void ITurnEnd.OnTurnEnd()
    {
        // The descriptor may have gone since, and an armed one is told by the selector.
        if (!IsDisconnected && (!_isWriteArmed || _failure is not null))
        {
            Host.DispatchWrite(this);
        }
    }

    /// <summary>Whether reading may still be started.</summary>
    private protected virtual bool CanRead => true;

    /// <summary>Whether a write is taken: not on one that is being aborted.</summary>
    private protected virtual bool TakesWrites => true;

    /// <summary>Sends what it can of one piece.</summary>
    /// <returns>Bytes; zero when the kernel is full; or -errno.</returns>
    private protected abstract int WriteSomeData(ReadOnlySpan<byte> data);

    /// <summary>Sends what it can of the front of the buffer.</summary>
    /// <returns>Bytes; zero when the kernel is full; or -errno.</returns>
    private protected abstract int WriteSomeData(in WriteBuffer buffer);

    /// <summary>What a failed write says of the connection.</summary>
    private protected abstract Exception WriteFailed(int errno);

    /// <summary>Everything is sent and the writing side is to be closed.</summary>
    private protected abstract void CloseWriteConnection();

    /// <summary>Drops what waits and closes with a reset; the reason is told in a later turn.</summary>
    private protected abstract void Abort(Exception reason);

    /// <inheritdoc cref="IDisownable.Disown"/>
    private protected abstract void Disown();

    private protected void Connected()
    {
        IsConnected = true;
        Host.AddLive(this);
    }

    private protected void LimitWriting(int highWaterMark, int limit)
    {
        _highWaterMark = highWaterMark;
        _writeLimit = limit;
    }

    private protected void StopReading() => Host.RemoveReader(this);

    /// <summary>Lets go of what waits to be sent.</summary>
    private protected void DropPendingData()
    {
        _buffer.Clear(Host.Segments);
        DisarmWriter();
    }

    /// <summary>Something was queued: it is sent at the turn's end, and a producer is paused if it is too much.</summary>
    private protected void AfterWrite(bool isFull)
    {
        ScheduleFlush();
        if (_isStreaming && isFull && _producer is IPushProducer producer)
        {
            _isProducerPaused = true;
            producer.PauseProducing();
        }
    }

    private bool HasProducer => _producer is not (null or IEndingProducer { IsOver: true });

    /// <summary>Whether a large piece may go out within the write when nothing waits, instead of when the turn ends.</summary>
    private protected virtual bool SendsDirectly => true;

    // Data written after LoseConnection is dropped, unless a producer is still at work (FD-42).
    private protected bool CanWrite() =>
        IsConnected && !IsWriteClosed && TakesWrites && _failure is null && (!IsClosing || HasProducer);

    private void Buffer(ReadOnlySpan<byte> data)
    {
        if (!data.IsEmpty)
        {
            _buffer.Append(data, Host.Segments);
        }
    }

    private ReadOnlySpan<byte> SendDirectly(ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> piece = data[..Math.Min(data.Length, SendLimit)];
        int sent = WriteSomeData(piece);
        if (sent < 0)
        {
            Fail(WriteFailed(-sent));
            return [];
        }

        if (sent < piece.Length)
        {
            try
            {
                ArmWriter();
            }
            catch (Exception refused)
            {
                Fail(refused);
            }
        }

        return data[sent..];
    }

    // The end is told when the turn ends, never within the user's call. Nothing more is sent: after a write that failed
    // it would leave a hole in what the peer gets.
    private void Fail(Exception failure)
    {
        _failure ??= failure;
        Host.CallAtTurnEnd(this);
    }

    // Memory is bounded: what is beyond the limit is not even copied.
    private bool HasRoomFor(long count)
    {
        if (count <= _writeLimit - _buffer.Length)
        {
            return true;
        }

        Abort(new WriteLimitExceededException(_buffer.Length + count, _writeLimit));
        return false;
    }

    private Exception? SendBuffer()
    {
        int length = _buffer.Length;
        int sent = _buffer.IsOnePiece ? WriteSomeData(_buffer.FirstPiece) : WriteSomeData(in _buffer);
        if (sent < 0)
        {
            return WriteFailed(-sent);
        }

        _buffer.Consume(sent, Host.Segments);
        if (sent < length)
        {
            ArmWriter();
        }

        return null;
    }

    private ConnectionDoneException? AfterFlush()
    {
        if (HasProducer)
        {
            if (!_isStreaming || _isProducerPaused)
            {
                _isProducerPaused = false;
                _producer!.ResumeProducing();
            }
        }
        else if (IsClosing)
        {
            return ConnectionDoneException.Instance;
        }
        else if (IsWriteClosing && !IsWriteClosed)
        {
            // Set first: a LoseConnection made inside the notification takes the synchronous path (FD-51).
            IsWriteClosed = true;
            CloseWriteConnection();
        }

        return null;
    }

    private void ScheduleFlush()
    {
        // While a flush runs it is not known yet whether the writer stays armed; the turn's end looks again.
        if (_isFlushing || !_isWriteArmed)
        {
            Host.CallAtTurnEnd(this);
        }
    }

    private void ArmWriter()
    {
        if (!_isWriteArmed)
        {
            Host.AddWriter(this);
            _isWriteArmed = true;
        }
    }

    private void DisarmWriter()
    {
        if (_isWriteArmed)
        {
            _isWriteArmed = false;
            Host.RemoveWriter(this);
        }
    }
}
