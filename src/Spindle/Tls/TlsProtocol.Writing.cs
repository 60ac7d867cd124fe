using System.Buffers;
using Spindle.Loops;

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

    private bool HasProducer => _producer is { IsOver: false };

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> data)
    {
        _host.EnsureAccess();
        if (!CanWrite || data.IsEmpty)
        {
            return;
        }

        bool canEncrypt = _isHandshakeDone && _stopping is null;
        if (canEncrypt && _pending.Count == 0 && data.Length >= DirectSize)
        {
            data = Encrypt(data);
            SendOutput();
            if (data.IsEmpty || _isOver)
            {
                return;
            }
        }

        if (!HasRoomFor(data.Length))
        {
            return;
        }

        _pending.Append(data);
        if (!canEncrypt)
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

    /// <summary>Encrypts what it can.</summary>
    /// <returns>The rest: empty, or what must wait for the peer or was lost with the connection.</returns>
    private ReadOnlySpan<byte> Encrypt(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            TlsStatus status = _engine!.Write(data, out int count);
            if (status == TlsStatus.Done)
            {
                data = data[count..];
                if (_engine.PendingOutput >= OutputPiece)
                {
                    SendOutput();
                    if (_isOver)
                    {
                        return [];
                    }
                }

                continue;
            }

            if (status == TlsStatus.Failed)
            {
                End(_engine.Failure!, isAbort: false);
                return [];
            }

            break;
        }

        return data;
    }

    private void EncryptPending()
    {
        if (_isOver || !_isHandshakeDone)
        {
            return;
        }

        if (_pending.Count > 0 && !_isOutputClosed)
        {
            int left = Encrypt(_pending.Bytes).Length;
            if (_isOver)
            {
                return;
            }

            _pending.Skip(_pending.Count - left);
            SendOutput();
            SetFullHere(left > MostWaiting);
        }

        CheckClosing();
    }

    /// <summary>Hands to the transport what the engine has for the peer.</summary>
    private void SendOutput()
    {
        while (_engine is { PendingOutput: > 0 } engine && _below is { } below)
        {
            byte[] piece = ArrayPool<byte>.Shared.Rent(Math.Min(engine.PendingOutput, OutputPiece));
            int count = engine.Take(piece);
            below.Write(piece.AsSpan(0, count));
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private void SetFullHere(bool isFull) => _producer?.SetFullHere(isFull);
}
