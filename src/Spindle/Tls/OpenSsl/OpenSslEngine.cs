using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tls.OpenSsl;

/// <summary>An <see cref="ITlsEngine"/> on the system's libssl.</summary>
internal sealed unsafe partial class OpenSslEngine : ITlsEngine
{
    private const int MostRenegotiations = 3; // Each is answered with a refusal; who goes on means harm.

    [ThreadStatic]
    private static OpenSslEngine? _current;

    private readonly OpenSslBackend _backend;
    private readonly ITlsHost _host;
    private readonly SslHandle _handle;
    private readonly nint _ssl;
    private readonly OpenSslInput _lent;
    private TlsBuffer _input;
    private TlsBuffer _later; // Fed while a step reads the input.
    private TlsBuffer _output;
    private int _renegotiations;
    private int _depth; // How many steps of this engine are on the stack.
    private bool _isDone; // The handshake.
    private bool _hasEnded; // The peer's bytes.
    private bool _mayHaveMore; // The last read filled its buffer: the rest of the record may be with OpenSSL.
    private bool _isClosed; // By the peer's close_notify.
    private bool _isOutputClosed;
    private bool _isDisposed;

    /// <param name="backend">What it was made by.</param>
    /// <param name="host">What it works for.</param>
    /// <param name="handle">A fresh SSL without a BIO. It belongs to the engine.</param>
    public OpenSslEngine(OpenSslBackend backend, ITlsHost host, SslHandle handle)
    {
        _backend = backend;
        _host = host;
        _handle = handle;
        _ssl = handle.Pointer;
        _lent = OpenSslInput.Create();
        LibSsl.SSL_set_bio(_ssl, _lent.Bio, OpenSslBio.Create());
    }

    /// <summary>The engine whose step runs in this thread: callbacks of OpenSSL are for it.</summary>
    public static OpenSslEngine? Current => _current;

    public TlsRole Role => _backend.Configuration.Role;

    public int PendingOutput => _output.Count;

    public Exception? Failure { get; private set; }

    public X509Certificate2? PeerCertificate { get; private set; }

    public ReadOnlyMemory<byte> LocalCertificate => LibSsl.SSL_get_certificate(_ssl) is var certificate and not 0 ? RawOf(certificate) : default;

    public TlsSessionInfo? Session { get; private set; }

    public Action? Resumed { get; set; }

    public void Feed(ReadOnlySpan<byte> ciphertext)
    {
        if (_depth == 0)
        {
            _input.Append(ciphertext);
        }
        else
        {
            _later.Append(ciphertext); // OpenSSL reads the input where it is.
        }
    }

    public void FeedEnd() => _hasEnded = true;

    public TlsStatus Handshake()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isDone || Failure is not null)
        {
            return Failure is null ? TlsStatus.Done : TlsStatus.Failed;
        }

        if (_isChecking)
        {
            return TlsStatus.WantsVerdict;
        }

        OpenSslEngine? before = Enter();
        try
        {
            if (_isHeld)
            {
                return GoOnWhenHeld();
            }

            _isAnsweredInHttp |= Role == TlsRole.Client && _input.Bytes.StartsWith("HTTP/"u8);
            int result;
            fixed (byte* input = _input.Bytes)
            {
                Lend(input);
                result = LibSsl.SSL_do_handshake(_ssl);
                TakeBack();
            }

            if (_isDisposed)
            {
                return Fail(new ObjectDisposedException(nameof(OpenSslEngine))); // A callback did.
            }

            return result == 1 ? FinishHandshake() : Explain(result);
        }
        finally
        {
            Leave(before);
        }
    }

    public TlsStatus Read(Span<byte> plaintext, out int count)
    {
        count = 0;
        if (!_isDone && Handshake() is var status and not TlsStatus.Done)
        {
            return status;
        }

        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isClosed || Failure is not null)
        {
            return Failure is null ? TlsStatus.Closed : TlsStatus.Failed;
        }

        if (_input.Count == 0 && !_mayHaveMore && !_hasEnded)
        {
            return TlsStatus.WantsInput; // As OpenSSL would say, but it takes longer: every reader asks until it hears this.
        }

        OpenSslEngine? before = Enter();
        try
        {
            int result;
            fixed (byte* data = plaintext, input = _input.Bytes)
            {
                Lend(input);
                result = LibSsl.SSL_read(_ssl, data, plaintext.Length);
                TakeBack();
            }

            if (_renegotiations > MostRenegotiations)
            {
                return Fail(new TlsException("the peer asks to renegotiate over and over"));
            }

            _mayHaveMore = result == plaintext.Length;
            if (result > 0)
            {
                count = result;
                return TlsStatus.Done;
            }

            return Explain(result);
        }
        finally
        {
            Leave(before);
        }
    }

    public TlsStatus Write(ReadOnlySpan<byte> plaintext, out int count)
    {
        count = 0;
        if (!_isDone && Handshake() is var status and not TlsStatus.Done)
        {
            return status;
        }

        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Failure is not null)
        {
            return TlsStatus.Failed;
        }

        if (_isOutputClosed)
        {
            throw new InvalidOperationException("The end was said already: nothing can be written behind it.");
        }

        OpenSslEngine? before = Enter();
        try
        {
            int result;
            fixed (byte* data = plaintext, input = _input.Bytes)
            {
                Lend(input);
                result = LibSsl.SSL_write(_ssl, data, plaintext.Length);
                TakeBack();
            }

            if (result > 0)
            {
                count = result;
                return TlsStatus.Done;
            }

            return Explain(result);
        }
        finally
        {
            Leave(before);
        }
    }

    public TlsStatus CloseOutput()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Failure is not null)
        {
            return TlsStatus.Failed;
        }

        if (_isOutputClosed || !_isDone)
        {
            return TlsStatus.Done; // Without a session there is nothing whose end could be said.
        }

        _isOutputClosed = true;
        OpenSslEngine? before = Enter();
        try
        {
            int result = LibSsl.SSL_shutdown(_ssl); // Reads nothing the first time.
            return result >= 0 ? TlsStatus.Done : Explain(result);
        }
        finally
        {
            Leave(before);
        }
    }

    public TlsBuffer TakeOutput() => _output.Move();

    public int TakeRest(Span<byte> rest) => _isClosed ? _input.Take(rest) : 0;

    public void Dispose()
    {
        _isDisposed = true;
        Resumed = null;
        if (_depth == 0)
        {
            Release(); // Otherwise a callback of ours is on the stack, below it OpenSSL.
        }
    }

    /// <summary>Keeps bytes of OpenSSL's for the peer.</summary>
    /// <returns>False if that failed; the step fails then.</returns>
    public bool AddOutput(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _output.Append(bytes);
            return true;
        }
        catch (OutOfMemoryException exception)
        {
            _callbackFailure ??= exception;
            return false;
        }
    }

    private static SslProtocols ProtocolOf(int version) => version switch
    {
#pragma warning disable SYSLIB0039, CA5397, CS0618 // It only says what was agreed.
        LibSsl.TLS1_VERSION => SslProtocols.Tls,
        LibSsl.TLS1_1_VERSION => SslProtocols.Tls11,
#pragma warning restore SYSLIB0039, CA5397, CS0618
        LibSsl.TLS1_2_VERSION => SslProtocols.Tls12,
        _ => SslProtocols.Tls13,
    };

    private OpenSslEngine? Enter()
    {
        OpenSslEngine? before = _current;
        _current = this;
        _depth++;
        if (LibCrypto.ERR_peek_error() != 0)
        {
            LibCrypto.ERR_clear_error(); // What others left would be taken for ours.
        }

        return before;
    }

    private void Leave(OpenSslEngine? before)
    {
        _current = before;
        if (--_depth > 0)
        {
            return;
        }

        if (_later.Count > 0)
        {
            _input.Append(_later.Bytes);
            _later.Clear();
        }

        if (_isDisposed)
        {
            Release();
        }
    }

    private void Lend(byte* input) => _lent.Lend(input, _input.Count);

    private void TakeBack()
    {
        _input.Skip(_input.Count - _lent.Left);
        _lent.Lend(null, 0);
    }

    private void Release()
    {
        _handle.Dispose();
        _input.Clear();
        _later.Clear();
        _output.Clear();
        PeerCertificate?.Dispose();
    }

    private TlsStatus Explain(int result)
    {
        switch (LibSsl.SSL_get_error(_ssl, result))
        {
            case LibSsl.SSL_ERROR_WANT_READ when _hasEnded:
                return Fail(_isDone ? new TlsTruncatedException() : TlsTruncatedException.InHandshake(Role));
            case LibSsl.SSL_ERROR_WANT_READ:
                return TlsStatus.WantsInput;
            case LibSsl.SSL_ERROR_WANT_RETRY_VERIFY:
                return TlsStatus.WantsVerdict;
            case LibSsl.SSL_ERROR_ZERO_RETURN:
                if (!_isDone)
                {
                    return Fail(new TlsException("the peer closed the session during the handshake (close_notify)", TlsError.RefusedByPeer));
                }

                _isClosed = true;
                return TlsStatus.Closed;
            default:
                return Fail(_callbackFailure ?? _refusal ?? ExplainNotTls() ?? OpenSslErrors.Session());
        }
    }

    private TlsStatus Fail(Exception failure)
    {
        Failure = failure;
        return TlsStatus.Failed;
    }

    private TlsStatus Complete()
    {
        byte* protocol;
        uint length;
        LibSsl.SSL_get0_alpn_selected(_ssl, &protocol, &length);
        string? name = Role == TlsRole.Client
            ? _backend.Configuration.ServerName
            : Marshal.PtrToStringUTF8(LibSsl.SSL_get_servername(_ssl, LibSsl.TLSEXT_NAMETYPE_host_name));
        Session = new TlsSessionInfo(
            ProtocolOf(LibSsl.SSL_version(_ssl)),
            (TlsCipherSuite)LibSsl.SSL_CIPHER_get_protocol_id(LibSsl.SSL_get_current_cipher(_ssl)),
            length == 0 ? default : new SslApplicationProtocol(new ReadOnlySpan<byte>(protocol, (int)length).ToArray()),
            name,
            LibSsl.SSL_session_reused(_ssl) != 0);
        _isDone = true;
        return TlsStatus.Done;
    }
}
