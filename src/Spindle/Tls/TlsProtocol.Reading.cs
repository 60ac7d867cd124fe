using System.Buffers;

namespace Spindle.Tls;

/// <content>The handshake, and what comes.</content>
public sealed partial class TlsProtocol : IHalfCloseable
{
    private const int MaxRecord = 16_384;
    private const int MostUnreadAnswers = 65_536; // Some 2,000 changes of keys.

    private int _unreadAnswers; // Bytes that the peer has asked for since the transport was last empty.
    private bool _isReadPaused;
    private bool _isDeaf; // Something was thrown away; what comes behind it must not look as if it came next.
    private bool _isPumping;
    private bool _isPeerClosed; // Its close_notify has come.
    private bool _hasCome; // Anything at all.
    private bool _hasHeard; // Data of the peer.
    private bool _hasHeardMore; // The same, since the timer was started.

    /// <inheritdoc/>
    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        if (_isOver)
        {
            if (_engine is null)
            {
                WrappedProtocol?.DataReceived(data); // TLS was stopped.
            }

            return;
        }

        _hasCome = true;
        _engine!.Feed(data);
        Pump();
    }

    /// <inheritdoc/>
    public override void PauseProducing()
    {
        _host.EnsureAccess();
        _isReadPaused = true;
        if (_isHandshakeDone && !_isClosing)
        {
            _below?.PauseProducing(); // A handshake goes on; what comes behind it waits.
        }
    }

    /// <inheritdoc/>
    public override void ResumeProducing()
    {
        _host.EnsureAccess();
        bool wasPaused = _isReadPaused;
        _isReadPaused = false;
        _hasHeardMore |= wasPaused; // It could not be heard.
        if (_isOver)
        {
            return;
        }

        _below!.ResumeProducing();
        if (wasPaused && _isHandshakeDone && !_isPumping)
        {
            _host.CallLater(TimeSpan.Zero, PumpAlone); // Something may have been decrypted, or fed, already.
        }
    }

    /// <summary>The transport's reading side has ended. Without a close_notify before that is a truncation.</summary>
    void IHalfCloseable.ReadConnectionLost()
    {
        if (!_isOver && !_isPeerClosed)
        {
            _isReadPaused &= _isClosing; // What has come is delivered, then the end; to one that closes no more than before.
            _engine!.FeedEnd();
            Pump();
        }
    }

    void IHalfCloseable.WriteConnectionLost()
    {
        // The writing side below is never closed alone.
    }

    /// <summary>Handshake, then everything that can be decrypted.</summary>
    private void Pump()
    {
        if (_isPumping || _isOver)
        {
            return; // Whoever pumps goes on with what was fed.
        }

        _isPumping = true;
        byte[]? record = null;
        try
        {
            if (!_isHandshakeDone && !Shake())
            {
                return;
            }

            if (_pending.Count > 0)
            {
                EncryptPending(); // It may have waited for what has just come.
            }

            record = ArrayPool<byte>.Shared.Rent(MaxRecord); // Not shared: user code runs while it is in use.
            while (!_isOver && !_isPeerClosed && (!_isReadPaused || _isClosing) && Read(record))
            {
            }
        }
        finally
        {
            _isPumping = false;
            if (record is not null)
            {
                ArrayPool<byte>.Shared.Return(record);
            }
        }
    }

    private bool Read(byte[] record)
    {
        TlsStatus status = _engine!.Read(record.AsSpan(0, MaxRecord), out int count);
        if (status == TlsStatus.Done)
        {
            _isDeaf |= count > 0 && _isReadPaused;
            if (count > 0 && !_isDeaf)
            {
                _hasHeard = _hasHeardMore = true;
                WrappedProtocol?.DataReceived(record.AsSpan(0, count));
                if (_isLeaving)
                {
                    LoseConnection();
                }
            }

            return true;
        }

        SendAnswers();
        if (_isOver)
        {
            return false;
        }

        if (status == TlsStatus.Closed)
        {
            PeerClosed();
        }
        else if (status == TlsStatus.Failed)
        {
            End(_engine.Failure!, isAbort: false);
        }

        return false;
    }

    // What was written before goes out protected, or the connection ends.
    private bool AgreesToStop()
    {
        if (_connection is null || WrappedProtocol?.FindAbility<ITlsStopListener>()?.PeerStopsTls() != true)
        {
            return false;
        }

        EncryptPending();
        return _pending.Count == 0 && !_isOver;
    }

    // A peer that asks for answers and does not read them must not fill our memory.
    private void SendAnswers()
    {
        int count = _engine!.PendingOutput;
        if (count == 0)
        {
            return;
        }

        _unreadAnswers = _connection is { PendingBytes: > 0 } ? _unreadAnswers + count : 0;
        SendOutput();
        if (_unreadAnswers > MostUnreadAnswers)
        {
            End(new TlsException("the peer asks for answers without end and does not read them"), isAbort: true);
        }
    }

    /// <summary>Goes on with the handshake.</summary>
    /// <returns>Whether it is done, and the connection still of use.</returns>
    private bool Shake()
    {
        TlsStatus status = _engine!.Handshake();
        SendOutput();
        if (_isOver || status is TlsStatus.WantsInput or TlsStatus.WantsVerdict)
        {
            return false;
        }

        if (status != TlsStatus.Done)
        {
            End(_engine.Failure ?? Truncation(), isAbort: false);
            return false;
        }

        _isHandshakeDone = true;
        _session = _engine.Session;
        StopTimer();
        if (_isReadPaused)
        {
            _below!.PauseProducing();
        }

        WrappedProtocol?.FindAbility<ITlsHandshakeListener>()?.HandshakeCompleted();
        if (_isOver)
        {
            return false;
        }

        SetFullHere(false);
        CheckClosing();
        return !_isOver;
    }

    /// <summary>As <see cref="Pump"/>, but called by nobody who sees to an exception of user code.</summary>
    private void PumpAlone()
    {
        try
        {
            Pump();
        }
        catch (Exception exception)
        {
            _host.LogFailure("A protocol failed", exception);
            End(exception, isAbort: true);
        }
    }

    private void PeerClosed()
    {
        _isPeerClosed = true;
        if (_stopping is not null || AgreesToStop())
        {
            _stopping ??= new TaskCompletionSource();
            CheckClosing();
            return;
        }

        // TLS 1.3 closes each direction by itself; before, the answer is due at once (RFC 5246, 7.2.1).
        bool isHalf = _session?.Protocol == System.Security.Authentication.SslProtocols.Tls13;
        if (isHalf && !_isClosing && WrappedProtocol?.FindAbility<IHalfCloseable>() is { } protocol)
        {
            protocol.ReadConnectionLost();
            CheckClosing();
            return;
        }

        EncryptPending();
        CloseOutput();
        CloseBelow();
    }
}
