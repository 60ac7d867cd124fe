using System.Security.Cryptography.X509Certificates;
using Spindle.Loops;
using Spindle.Policies;
using Spindle.Streams;

namespace Spindle.Tls;

/// <summary>TLS between a transport and a protocol: the transport's protocol, and the protocol's transport.</summary>
/// <remarks>
/// <para>
/// Directly on a TCP or UNIX connection it is a layer of that: the protocol's transport is then the connection itself, whose
/// members go through TLS. On any other transport the protocol's transport is this object.
/// </para>
/// <para>
/// Small writes are gathered and encrypted when the turn ends. Memory is bounded as without TLS: while more waits than the
/// transport takes, producers are paused.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/tls.py</c>, <c>TLSMemoryBIOProtocol</c>.</para>
/// </remarks>
public sealed partial class TlsProtocol : ProtocolWrapper, ITlsTransport, IEndingProducer, ITurnEnd, ILayer
{
    private readonly TlsFactory _factory;
    private readonly TlsHost _host;
    private ITlsEngine? _engine; // Until the end.
    private ITransport? _below;
    private ILayerHost? _connection; // Whose layer it is, if it is one.
    private DelayedCall? _timer; // Of the handshake, then of the close.
    private TlsSessionInfo? _session;
    private ReadOnlyMemory<byte> _peerCertificate; // After the end.
    private Exception? _reason; // The first one: it wins over the transport's (TLS-27).
    private bool _isHandshakeDone;
    private bool _isOver; // The transport is closing or has ended; nothing is read or written any more.

    internal TlsProtocol(TlsFactory factory, IProtocol protocol)
        : base(factory, protocol)
    {
        _factory = factory;
        _host = new TlsHost(factory.Reactor, this);
    }

    /// <summary>"Echo (TLS)".</summary>
    public override string LogPrefix => WrappedProtocol is { } wrapped ? $"{Descriptors.LogNames.Of(wrapped)} (TLS)" : "TLS";

    /// <inheritdoc/>
    public bool IsTls => true;

    /// <inheritdoc/>
    public TlsSessionInfo? TlsSession => _session;

    bool IEndingProducer.IsOver => _isOver || _isClosing;

    ITurnEnd? ITurnEnd.NextAtTurnEnd { get; set; }

    /// <inheritdoc/>
    public override bool IsDisconnecting => _isClosing || _isOver;

    /// <inheritdoc/>
    public X509Certificate2? GetPeerCertificate()
    {
        _host.EnsureAccess();
        if (!_isHandshakeDone)
        {
            return null;
        }

        // A copy: the engine's own ends with it.
        ReadOnlyMemory<byte> raw = _engine?.PeerCertificate?.RawDataMemory ?? _peerCertificate;
        return raw.IsEmpty ? null : X509CertificateLoader.LoadCertificate(raw.Span);
    }

    /// <inheritdoc/>
    public X509Certificate2? GetLocalCertificate()
    {
        _host.EnsureAccess();
        ReadOnlyMemory<byte> raw = _isHandshakeDone && _engine is not null ? _engine.LocalCertificate : default;
        return raw.IsEmpty ? null : X509CertificateLoader.LoadCertificate(raw.Span);
    }

    /// <inheritdoc/>
    public void StartTls(TlsContext context, bool normal = true, ReadOnlySpan<byte> received = default) =>
        throw new InvalidOperationException($"TLS is on already. For TLS within TLS wrap the factory in another {nameof(TlsFactory)}.");

    /// <summary>Connects the protocol, then begins the handshake (TLS-9).</summary>
    public override void MakeConnection(ITransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        _engine = _factory.Context.CreateEngine(_factory.Role, _host);
        Attach(transport);
        if (transport is ILayerHost connection && ReferenceEquals(connection.Protocol, this))
        {
            _connection = connection;
            _below = connection.AddLayer(this, this);
            WrappedProtocol?.MakeConnection(connection);
        }
        else
        {
            _below = transport;
            WrappedProtocol?.MakeConnection(this);
        }

        Begin();
    }

    /// <summary>Begins the handshake on a connection that the protocol has already.</summary>
    internal void StartOn(ILayerHost connection, ReadOnlySpan<byte> received)
    {
        _engine = _factory.Context.CreateEngine(_factory.Role, _host); // First: if it cannot be made, nothing has changed (TLS-2).
        (IPullProducer Producer, bool IsStreaming, bool IsPaused)? producer = connection.TakeProducer();
        IProtocol protocol = WrappedProtocol!;
        _connection = connection;
        _below = connection.AddLayer(this, this);
        Attach(connection);
        if (producer is { } moved)
        {
            RegisterProducer(moved.Producer, moved.IsStreaming); // TLS-6.
            if (moved is { IsStreaming: true, IsPaused: true })
            {
                moved.Producer.ResumeProducing(); // Whoever has no room for it now says so again.
            }
        }

        Begin();
        protocol.FindAbility<ILayerWatcher>()?.LayerChanged(connection);
        if (!received.IsEmpty && !_isOver)
        {
            DataReceived(received);
        }
    }

    /// <inheritdoc/>
    public override void ConnectionLost(Exception reason)
    {
        if (_engine is null)
        {
            return;
        }

        Exception judged = ((ILayer)this).Judge(reason);
        LogFailureOf(judged);
        EndSession();
        if (_stopping is { } stopping)
        {
            LoopTasks.Complete(stopping, judged);
        }

        base.ConnectionLost(judged);
    }

    // What the transport says first counts only if TLS has nothing to say. An end without the peer's close_notify is no clean one (TLS-25).
    Exception ILayer.Judge(Exception reason)
    {
        _reason ??= reason is ConnectionDoneException && !_isPeerClosed ? Truncation() : reason;
        return WrappedProtocol?.FindAbility<ILayer>()?.Judge(_reason) ?? _reason; // TLS within TLS.
    }

    void ILayer.LoseConnectionUnheard()
    {
        if (_isLeaving)
        {
            LoseConnection();
        }
        else
        {
            WrappedProtocol?.FindAbility<ILayer>()?.LoseConnectionUnheard();
        }
    }

    void ITurnEnd.OnTurnEnd()
    {
        try
        {
            EncryptPending();
        }
        catch (Exception exception)
        {
            _host.LogFailure("User code failed", exception);
            End(exception, isAbort: true);
        }
    }

    private static TlsTruncatedException Truncation() => new();

    private void Begin()
    {
        if (_isOver || _engine is null)
        {
            return;
        }

        StartTimer(_factory.Context.HandshakeTimeout, HandshakeTimedOut);
        _engine.Resumed = PumpAlone;
        Pump();
    }

    // Everything that belongs to the session; the transport may go on (TLS-30).
    private void EndSession()
    {
        _isOver = true;
        StopTimer();
        _pending.Clear();
        ITlsEngine? engine = _engine;
        _peerCertificate = engine?.PeerCertificate?.RawDataMemory ?? default;
        _engine = null;
        _below = null;
        _connection = null;
        engine?.Dispose();
        TlsProducer? producer = _producer;
        _producer = null;
        if (producer is not null)
        {
            Guard("StopProducing failed", producer.StopProducing);
        }
    }

    // Whoever runs a server has no other way to hear why a client gets no further. A missing close_notify is too frequent, as
    // is the end of who has said nothing at all: somebody looks whether the port is open.
    private void LogFailureOf(Exception reason)
    {
        if (_factory.Role == TlsRole.Server && reason is TlsException failure && (failure.Error != TlsError.Truncated || (_hasCome && !_isHandshakeDone)))
        {
            _host.LogInformation($"{GetPeer()}: {failure.Message}");
        }
    }

    private void HandshakeTimedOut()
    {
        string time = _factory.Context.HandshakeTimeout.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        End(new TlsException($"the handshake was not done within {time} s", TlsError.HandshakeTimeout), isAbort: true);
    }

    /// <summary>Ends the connection for a reason of TLS's own, or of user code that failed outside a call of the transport.</summary>
    private void End(Exception reason, bool isAbort)
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        _reason ??= reason;
        _pending.Clear();
        if (isAbort)
        {
            StopTimer();
            _below!.AbortConnection();
        }
        else
        {
            SendOutput(); // The alert.
            Close();
        }
    }

    /// <summary>Closes the transport when all is sent, in bounded time.</summary>
    private void CloseBelow()
    {
        if (!_isOver)
        {
            _isOver = true;
            Close();
        }
    }

    // The transport may end within the call.
    private void Close()
    {
        if (_below is { } below)
        {
            if (_producer is not null)
            {
                below.UnregisterProducer();
            }

            StartTimer(_factory.Context.ShutdownTimeout, ShutdownTimedOut);
            below.LoseConnection();
        }
    }

    private void ShutdownTimedOut()
    {
        // Slow is not dead: as long as something goes out, it may. Nor is a peer that has more to say before TLS is stopped.
        int pending = _connection?.PendingBytes ?? 0;
        bool isHeard = _stopping is not null && !_isClosing && (_isReadPaused || _hasHeardMore);
        _hasHeardMore = false;
        if ((pending > 0 && pending < _lastPending) || isHeard)
        {
            StartTimer(_factory.Context.ShutdownTimeout, ShutdownTimedOut);
            return;
        }

        string time = _factory.Context.ShutdownTimeout.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string what = _stopping is not null && !_isClosing ? "TLS was not ended" : "the connection was not closed";
        _reason ??= new TlsException($"{what} within {time} s: the peer did not answer, or did not take what was sent", TlsError.ShutdownTimeout);
        _isOver = true;
        _below?.AbortConnection();
    }

    private void StartTimer(TimeSpan time, Action call)
    {
        StopTimer();
        _lastPending = _connection?.PendingBytes ?? 0;
        _timer = _host.CallLater(time, call);
    }

    private void StopTimer()
    {
        if (_timer is { IsActive: true } timer)
        {
            timer.Cancel();
        }

        _timer = null;
    }

    private void Guard(string what, Action call)
    {
        try
        {
            call();
        }
        catch (Exception exception)
        {
            _host.LogFailure(what, exception);
        }
    }
}
