using Spindle.Loops;

namespace Spindle.Tls;

/// <content>The end.</content>
public sealed partial class TlsProtocol : IFinishing
{
    private bool _isClosing; // LoseConnection was called.
    private bool _isWriteClosing; // LoseWriteConnection was called.
    private bool _isOutputClosed; // Our close_notify is sent.
    private bool _isLeaving; // Closes after the first thing that it hears.
    private bool _isAnswerAwaited; // The peer's close_notify, so that the connection can be closed.
    private TaskCompletionSource? _stopping; // Both agree to go on in the clear.

    /// <summary>Sends what was written and close_notify, and closes when the peer has answered.</summary>
    public override void LoseConnection()
    {
        _host.EnsureAccess();
        if (_isOver || _isClosing)
        {
            return;
        }

        if (!_isHandshakeDone && _pending.Count == 0 && !HasProducer)
        {
            AbortConnection(); // TLS-22.
            return;
        }

        _isClosing = true;
        CheckClosing();
    }

    /// <summary>
    /// Sends what was written and close_notify; reading goes on. A peer that speaks TLS 1.3 may go on sending; one of an
    /// earlier version closes.
    /// </summary>
    public override void LoseWriteConnection()
    {
        _host.EnsureAccess();
        if (!_isOver && !_isClosing && !_isWriteClosing)
        {
            _isWriteClosing = true;
            CheckClosing();
        }
    }

    /// <inheritdoc/>
    public override void AbortConnection()
    {
        _host.EnsureAccess();
        if (!_isOver)
        {
            End(new TransportAbortedException(), isAbort: true);
        }
        else if (_engine is not null)
        {
            _below?.AbortConnection(); // A close that lasts too long.
        }
    }

    /// <inheritdoc/>
    public override void StopProducing() => LoseConnection();

    /// <inheritdoc/>
    public Task StopTls()
    {
        _host.EnsureAccess();
        if (_connection is null || !_isHandshakeDone || _isOver)
        {
            throw new InvalidOperationException(_connection is null
                ? "TLS can be stopped on a TCP or UNIX connection, and while it lasts."
                : "TLS can be stopped once its handshake is done, and while it lasts.");
        }

        if (_stopping is null)
        {
            EncryptPending(); // What was written before is protected.
            if (_pending.Count > 0)
            {
                throw new InvalidOperationException("What was written before cannot be sent protected yet.");
            }

            _stopping = new TaskCompletionSource();
            CheckClosing();
        }

        return _stopping.Task;
    }

    /// <summary>The reactor is about to stop: the protocol knows how to end, or the connection closes, after one more thing was heard if there was none yet.</summary>
    void IFinishing.Finish()
    {
        if (WrappedProtocol?.FindAbility<IFinishing>() is { } finishing)
        {
            finishing.Finish();
        }
        else if (_hasHeard || _pending.Count > 0)
        {
            LoseConnection();
        }
        else
        {
            _isLeaving = true;
        }
    }

    /// <summary>Does what was asked for and can be done now: all is encrypted and no producer is at work.</summary>
    private void CheckClosing()
    {
        if (_isOver || !_isHandshakeDone)
        {
            return;
        }

        if (_stopping is not null)
        {
            CheckStopping();
            return;
        }

        if (_pending.Count > 0 || HasProducer)
        {
            return;
        }

        if ((_isClosing || _isWriteClosing) && !_isOutputClosed)
        {
            CloseOutput();
            if (!_isClosing && !_isOver)
            {
                WrappedProtocol?.FindAbility<IHalfCloseable>()?.WriteConnectionLost();
            }
        }

        if (_isOver || !_isOutputClosed)
        {
            return;
        }

        if (_isPeerClosed)
        {
            CloseBelow();
        }
        else if (_isClosing)
        {
            AwaitAnswer();
        }
    }

    // The answer must be read, even if reading was paused; it may have come already.
    private void AwaitAnswer()
    {
        if (_isAnswerAwaited)
        {
            return;
        }

        _isAnswerAwaited = true;
        StartTimer(_factory.Context.ShutdownTimeout, ShutdownTimedOut);
        _below!.ResumeProducing();
        if (_isReadPaused && !_isPumping)
        {
            _host.CallLater(TimeSpan.Zero, PumpAlone);
        }
    }

    private void CloseOutput()
    {
        if (_isOutputClosed || _isOver)
        {
            return;
        }

        _isOutputClosed = true;
        if (_engine!.CloseOutput() == TlsStatus.Failed)
        {
            End(_engine.Failure!, isAbort: false);
        }
        else
        {
            SendOutput();
        }
    }

    private void CheckStopping()
    {
        CloseOutput();
        if (_isOver)
        {
            return;
        }

        if (_isPeerClosed)
        {
            Leave();
        }
        else if (_isClosing)
        {
            AwaitAnswer();
        }
        else if (_timer is null)
        {
            StartTimer(_factory.Context.ShutdownTimeout, ShutdownTimedOut);
        }
    }

    /// <summary>Both have said close_notify: the connection goes on in the clear.</summary>
    private void Leave()
    {
        Streams.ILayerHost connection = _connection!;
        IProtocol protocol = WrappedProtocol!;
        TaskCompletionSource stopping = _stopping!;
        byte[] rest = new byte[MaxRecord];
        using MemoryStream plain = new();
        for (int count; (count = _engine!.TakeRest(rest)) > 0;)
        {
            plain.Write(rest, 0, count);
        }

        byte[] written = _pending.Bytes.ToArray();
        TlsProducer? producer = _producer;
        _producer = null;
        _below!.UnregisterProducer();
        connection.RemoveLayer(protocol);
        EndSession();
        Factory.Unregister(this);
        connection.Write(written);
        if (producer is { IsOver: false })
        {
            connection.RegisterProducer(producer.Producer, producer.IsStreaming);
            if (producer is { IsStreaming: true, IsFull: true })
            {
                producer.Producer.ResumeProducing(); // Whoever has no room for it now says so again.
            }
        }

        if (!_isReadPaused)
        {
            connection.ResumeProducing();
        }

        LoopTasks.Complete(stopping, failure: null);
        protocol.FindAbility<ILayerWatcher>()?.LayerChanged(connection);
        if (plain.Length > 0)
        {
            connection.HandBack(plain.ToArray());
        }

        CloseAfterLeaving(connection);
    }

    // What was asked for while TLS was being stopped.
    private void CloseAfterLeaving(Streams.ILayerHost connection)
    {
        if (_isClosing)
        {
            connection.LoseConnection();
        }
        else if (_isWriteClosing)
        {
            connection.LoseWriteConnection();
        }
    }
}
