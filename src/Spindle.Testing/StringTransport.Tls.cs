using System.Buffers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Spindle.Loops;
using Spindle.Tls;

namespace Spindle.Testing;

/// <content>TLS: noted, not done.</content>
public sealed partial class StringTransport : ITlsTransport, ILayered
{
    private readonly ArrayBufferWriter<byte> _waiting = new(); // Written while TLS begins or ends.
    private readonly ArrayBufferWriter<byte> _handedBack = new();
    private bool _isHandshakeDone;
    private bool _holdsWrites;
    private TaskCompletionSource? _stopping;
    private TlsSessionInfo _session = new(SslProtocols.Tls13, TlsCipherSuite.TLS_AES_256_GCM_SHA384, default, ServerName: null, IsResumed: false);

    /// <summary>
    /// Whether the handshake of a connection that begins with TLS (<see cref="MemoryReactor.ListenSsl"/>,
    /// <see cref="MemoryReactor.ConnectSsl"/>) waits for <see cref="CompleteHandshake"/>, too. Default false: it is done as soon
    /// as the protocol is connected.
    /// </summary>
    public bool HoldsHandshake { get; init; }

    /// <inheritdoc/>
    public bool IsTls { get; private set; }

    /// <summary>What TLS was started with; null without TLS.</summary>
    public TlsContext? TlsContext { get; private set; }

    /// <summary>Whether TLS was started the other way round: <c>normal</c> was false.</summary>
    public bool IsTlsReversed { get; private set; }

    /// <summary>Whether <see cref="StopTls"/> was called and the peer has not ended TLS yet.</summary>
    public bool IsStoppingTls => _stopping is not null;

    /// <summary>What the protocol had received and gave back when TLS was started: the beginning of the peer's handshake.</summary>
    public ReadOnlySpan<byte> HandedBack => _handedBack.WrittenSpan;

    /// <summary>What the handshake agreed on; null before its end and without TLS. A test may set it at any time. Default: TLS 1.3, and no application protocol.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public TlsSessionInfo? TlsSession
    {
        get => _isHandshakeDone ? _session : null;
        set => _session = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>What <see cref="GetPeerCertificate"/> answers once the handshake is done. Default null.</summary>
    public X509Certificate2? PeerCertificate { get; set; }

    /// <summary>What <see cref="GetLocalCertificate"/> answers once the handshake is done. Default null.</summary>
    public X509Certificate2? LocalCertificate { get; set; }

    internal bool? IsClient { get; set; } // Null: nobody has said so.

    /// <inheritdoc/>
    public X509Certificate2? GetPeerCertificate() => CopyOf(PeerCertificate);

    /// <inheritdoc/>
    public X509Certificate2? GetLocalCertificate() => CopyOf(LocalCertificate);

    /// <summary>Notes it. What is written from now on waits for <see cref="CompleteHandshake"/>, so that <see cref="Written"/> has only what went out in the clear.</summary>
    /// <inheritdoc cref="ITlsTransport.StartTls"/>
    public void StartTls(TlsContext context, bool normal = true, ReadOnlySpan<byte> received = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (IsClient is { } isClient)
        {
            CheckRole(context, isClient == normal);
        }

        if (!IsConnected || IsDisconnecting)
        {
            return;
        }

        if (IsTls)
        {
            throw new InvalidOperationException("TLS is on already.");
        }

        IsTls = true;
        _holdsWrites = true;
        TlsContext = context;
        IsTlsReversed = !normal;
        _handedBack.ResetWrittenCount();
        _protocol?.FindAbility<ILayerWatcher>()?.LayerChanged(this);
        _handedBack.Write(received);
    }

    /// <summary>Notes it; done after <see cref="EndPeerTls"/>. What is written from now on waits for that.</summary>
    /// <inheritdoc cref="ITlsTransport.StopTls"/>
    public Task StopTls()
    {
        if (!IsTls || !_isHandshakeDone || !IsConnected)
        {
            throw new InvalidOperationException(IsTls
                ? $"TLS can be stopped once its handshake is done, and while it lasts. The handshake is done with {nameof(CompleteHandshake)}."
                : "TLS is not on.");
        }

        if (_stopping is null)
        {
            FlushWaiting(); // What was written before is protected.
            _holdsWrites = true;
            _stopping = new TaskCompletionSource();
        }

        return _stopping.Task;
    }

    /// <summary>Has the handshake succeed: what waited is written, and a protocol that is an <see cref="ITlsHandshakeListener"/> is told.</summary>
    /// <exception cref="InvalidOperationException">No handshake is under way.</exception>
    /// <remarks>For a handshake that fails call <see cref="Disconnect"/> with a <see cref="TlsException"/>.</remarks>
    public void CompleteHandshake()
    {
        if (!IsTls || _isHandshakeDone || !IsConnected)
        {
            throw new InvalidOperationException(IsTls && IsConnected ? "The handshake is done already." : $"No handshake is under way: {nameof(StartTls)} was not called, or the connection has ended.");
        }

        _isHandshakeDone = true;
        _protocol?.FindAbility<ITlsHandshakeListener>()?.HandshakeCompleted();
        if (_stopping is null)
        {
            FlushWaiting();
        }

        CloseIfAsked();
    }

    /// <summary>
    /// Has the peer end TLS (close_notify). If <see cref="StopTls"/> was called, or the protocol is an
    /// <see cref="ITlsStopListener"/> and agrees, the connection goes on in the clear; else it ends.
    /// </summary>
    /// <exception cref="InvalidOperationException">TLS is not on, or its handshake is not done.</exception>
    public void EndPeerTls()
    {
        if (!IsTls || !_isHandshakeDone || !IsConnected)
        {
            throw new InvalidOperationException("TLS is not on, or its handshake is not done.");
        }

        if (_stopping is null && _protocol?.FindAbility<ITlsStopListener>()?.PeerStopsTls() != true)
        {
            IsDisconnecting = true;
            EndIfConnected(ConnectionDoneException.Instance);
            return;
        }

        IsTls = false;
        TlsContext = null;
        _isHandshakeDone = false;
        TaskCompletionSource? stopping = _stopping;
        _stopping = null;
        FlushWaiting();
        if (stopping is not null)
        {
            LoopTasks.Complete(stopping, failure: null);
        }

        _protocol?.FindAbility<ILayerWatcher>()?.LayerChanged(this);
        CloseIfAsked();
    }

    internal static void CheckRole(TlsContext context, bool isClient)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Supports(isClient ? TlsRole.Client : TlsRole.Server))
        {
            throw new ArgumentException($"A {context.GetType().Name} is of no use to a {(isClient ? "client" : "server")}.", nameof(context));
        }
    }

    /// <summary>Connects a protocol, with TLS from the beginning if there is a context.</summary>
    internal void ConnectWith(TlsContext? context, IProtocol protocol)
    {
        if (context is not null)
        {
            StartTls(context);
        }

        Connect(protocol);
        if (context is not null && !HoldsHandshake && IsConnected)
        {
            CompleteHandshake();
        }
    }

    void ILayered.HandBack(ReadOnlySpan<byte> data)
    {
        if (IsTls)
        {
            _handedBack.Write(data);
        }
        else if (IsConnected)
        {
            _protocol?.DataReceived(data);
        }
    }

    private X509Certificate2? CopyOf(X509Certificate2? certificate) =>
        _isHandshakeDone && certificate is not null ? X509CertificateLoader.LoadCertificate(certificate.RawDataMemory.Span) : null;

    /// <summary>Closes when what waits is written; before the handshake and with nothing to write it is an abort (TLS-22).</summary>
    /// <returns>False if nothing has to wait.</returns>
    private bool CloseLater()
    {
        if (!_holdsWrites || !IsConnected)
        {
            return false;
        }

        if (_isHandshakeDone || _waiting.WrittenCount > 0)
        {
            IsDisconnecting = true;
        }
        else
        {
            AbortConnection();
        }

        return true;
    }

    private void CloseIfAsked()
    {
        if (IsDisconnecting && !_holdsWrites)
        {
            EndIfConnected(ConnectionDoneException.Instance);
        }
    }

    private void FlushWaiting()
    {
        _holdsWrites = false;
        _written.Write(_waiting.WrittenSpan);
        _waiting.ResetWrittenCount();
    }

    private void EndTls(Exception reason)
    {
        _waiting.ResetWrittenCount();
        if (_stopping is { } stopping)
        {
            _stopping = null;
            LoopTasks.Complete(stopping, reason);
        }
    }
}
