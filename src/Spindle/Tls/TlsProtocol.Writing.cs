using System.Buffers;

namespace Spindle.Tls;

/// <content>What is written, and the producer.</content>
public sealed partial class TlsProtocol
{
    private const int DirectSize = 8_192; // From here on bytes are encrypted where they are.
    private const int GatherLimit = 64_000; // TLS-15.
    private const int MostWaiting = 65_536; // As the transports' high-water mark.
    private const int OutputPiece = 65_536;

    private TlsBuffer _pending; // Written, and not encrypted yet.
    private TlsProducer? _producer;
    private int _lastPending;
    private bool _isEncrypting;

    private bool HasProducer => _producer is { IsOver: false };

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> data)
    {
        _host.EnsureAccess();
        if (!CanWrite || data.IsEmpty)
        {
            return;
        }

        if (CanEncrypt && _pending.Count == 0 && data.Length >= DirectSize)
        {
            data = Encrypt(data);
            if (!_isOver && HasRoomFor(data.Length))
            {
                PutBefore(data);
                EncryptSoon();
            }
        }
        else if (HasRoomFor(data.Length))
        {
            _pending.Append(data);
            EncryptSoon();
        }
    }

    /// <inheritdoc/>
    public override void Write(in ReadOnlySequence<byte> data)
    {
        foreach (ReadOnlyMemory<byte> piece in data)
        {
            Write(piece.Span);
        }
    }

    /// <inheritdoc/>
    public override void RegisterProducer(IPullProducer producer, bool streaming)
    {
        _host.EnsureAccess();
        ArgumentNullException.ThrowIfNull(producer);
        if (streaming && producer is not IPushProducer)
        {
            throw new ArgumentException("A streaming producer must be an IPushProducer: it has to be paused.", nameof(producer));
        }

        if (_producer is { IsStopped: true })
        {
            producer.StopProducing(); // The transport has just stopped the other one: it has ended.
            return;
        }

        if (_producer is not null)
        {
            throw new InvalidOperationException($"Cannot register {producer}: {_producer.Producer} was not unregistered.");
        }

        if (_isOver)
        {
            producer.StopProducing();
            return;
        }

        _producer = new TlsProducer(this, producer, streaming);
        _below!.RegisterProducer(_producer, streaming);
    }

    /// <inheritdoc/>
    public override void UnregisterProducer()
    {
        _host.EnsureAccess();
        if (_producer is null)
        {
            return;
        }

        _producer = null;
        _below?.UnregisterProducer();
        CheckClosing();
    }

    /// <summary>Has a pull producer write once. One that throws is unregistered (TLS-34).</summary>
    internal void Pull(IPullProducer producer)
    {
        try
        {
            producer.ResumeProducing();
        }
        catch (Exception exception)
        {
            _host.LogFailure("A pull producer failed; it is unregistered", exception);
            Guard("UnregisterProducer failed", UnregisterProducer);
        }
    }

    /// <summary>Tells a push producer something. One that throws ends the connection.</summary>
    internal void Tell(Action what)
    {
        try
        {
            what();
        }
        catch (Exception exception)
        {
            _host.LogFailure("A producer failed", exception);
            End(exception, isAbort: true);
        }
    }

    // After LoseConnection only a producer's data is taken (TLS-20).
    private bool CanWrite => !_isOver && (!_isOutputClosed || _stopping is not null) && (!(_isClosing || _isWriteClosing) || HasProducer);

    private bool HasRoomFor(int count)
    {
        int limit = _connection?.MostPendingBytes ?? int.MaxValue;
        if (count <= limit - _pending.Count)
        {
            return true;
        }

        End(new WriteLimitExceededException((long)_pending.Count + count, limit), isAbort: true);
        return false;
    }

    private bool CanEncrypt => _isHandshakeDone && _stopping is null && !_isEncrypting;

    // Few bytes wait for more of them until the turn ends.
    private void EncryptSoon()
    {
        if (_isEncrypting || _pending.Count == 0)
        {
            return; // Whoever encrypts goes on with it.
        }

        if (!CanEncrypt)
        {
            SetFullHere(_pending.Count > MostWaiting);
        }
        else if (_pending.Count < GatherLimit && EventLoop.Current is { } loop)
        {
            loop.CallAtTurnEnd(this);
        }
        else
        {
            EncryptPending();
        }
    }

    /// <summary>Encrypts what it can.</summary>
    /// <returns>The rest: empty, or what must wait for the peer or was lost with the connection.</returns>
    private ReadOnlySpan<byte> Encrypt(ReadOnlySpan<byte> data)
    {
        _isEncrypting = true; // The transport may pause a producer, which may write more: that waits.
        try
        {
            return EncryptAll(data);
        }
        finally
        {
            _isEncrypting = false;
        }
    }

    private ReadOnlySpan<byte> EncryptAll(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty && !_isOver)
        {
            TlsStatus status = _engine!.Write(data, out int count);
            if (status == TlsStatus.Done)
            {
                data = data[count..];
                if (_engine.PendingOutput >= OutputPiece)
                {
                    SendOutput();
                }
            }
            else if (status == TlsStatus.Failed)
            {
                End(_engine.Failure!, isAbort: false);
            }
            else
            {
                break;
            }
        }

        SendOutput();
        return _isOver ? [] : data;
    }

    private void PutBefore(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return;
        }

        TlsBuffer later = _pending.Move();
        _pending.Append(data);
        _pending.Append(later.Bytes);
        later.Clear();
    }

    private void EncryptPending()
    {
        if (_isOver || !_isHandshakeDone || _isEncrypting)
        {
            return;
        }

        if (_pending.Count > 0 && !_isOutputClosed)
        {
            while (_pending.Count > 0 && EncryptBatch())
            {
            }

            if (_isOver)
            {
                return;
            }

            SetFullHere(_pending.Count > MostWaiting);
        }

        CheckClosing();
    }

    /// <summary>Encrypts what waits now.</summary>
    /// <returns>Whether all of it was taken.</returns>
    private bool EncryptBatch()
    {
        TlsBuffer batch = _pending.Move();
        int left = 0;
        try
        {
            ReadOnlySpan<byte> rest = Encrypt(batch.Bytes);
            left = rest.Length;
            PutBefore(rest);
        }
        finally
        {
            batch.Clear();
        }

        return left == 0 && !_isOver;
    }

    /// <summary>Hands to the transport what the engine has for the peer.</summary>
    private void SendOutput()
    {
        while (_engine is { PendingOutput: > 0 } engine && _below is { } below)
        {
            TlsBuffer output = engine.TakeOutput();
            below.Write(output.Bytes);
            output.Clear();
        }
    }

    private void SetFullHere(bool isFull) => _producer?.SetFullHere(isFull);
}
