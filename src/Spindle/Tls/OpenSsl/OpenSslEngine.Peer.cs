using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tls.OpenSsl;

internal sealed unsafe partial class OpenSslEngine
{
    private const int LongestEmptyCertificateMessage = 8; // TLS 1.3: header, length of no context, length of no list.
    private const int NoRenegotiation = 0x164; // A warning (1), no_renegotiation (100).

    private bool _hasSentAlert;
    private bool _isAnsweredInHttp; // By a server that took our hello for a request.
    private Exception? _callbackFailure; // What a callback of the user threw.
    private Exception? _refusal; // Why we do not accept the peer.
    private X509Certificate2Collection? _others; // What came with the peer's certificate, while a check is to come.
    private PeerCheck? _found; // What a check in a thread has found.
    private bool _isChecking; // In a thread.
    private bool _isHeld; // OpenSSL is done, but the peer's certificate is still to be checked.

    /// <summary>What is due to a record of no known type (RFC 8446, 5.1), in the clear: alert, version, length, fatal, unexpected_message.</summary>
    private static ReadOnlySpan<byte> UnexpectedMessage => [21, 3, 1, 0, 2, 2, 10];

    private PeerVerifier Verifier => _backend.Configuration.Verifier;

    /// <summary>Checks the peer's certificate. What is thrown is a callback's.</summary>
    /// <returns>1 to go on, 0 for an alert.</returns>
    public int VerifyPeer(nint store)
    {
        if (_found is { } found)
        {
            _found = null;
            return Conclude(found, store);
        }

        X509Certificate2 certificate = CertificateOf(LibCrypto.X509_STORE_CTX_get0_cert(store));
        X509Certificate2Collection others = OthersOf(LibCrypto.X509_STORE_CTX_get0_untrusted(store));
        PeerCertificate = certificate;
        if (!Verifier.IsSlow)
        {
            return Conclude(Verifier.Check(certificate, others), store);
        }

        if (Role == TlsRole.Client)
        {
            StartChecking(certificate, others);
            LibSsl.SSL_ctrl(_ssl, LibSsl.SSL_CTRL_SET_RETRY_VERIFY, 0, 0);
        }
        else
        {
            _others = others; // A server cannot stop here: it goes on, and we hold its outcome.
        }

        return 1;
    }

    /// <summary>A Certificate message came. If it is empty the callback decides now: later there would be no alert.</summary>
    public void SeeCertificateMessage(int length)
    {
        if (length <= LongestEmptyCertificateMessage && Verifier.Decide(Verifier.Check(null, [])) is { } refusal)
        {
            _refusal = refusal;
            RequireCertificate();
        }
    }

    /// <summary>Makes OpenSSL refuse a peer without a certificate.</summary>
    public void RequireCertificate() => LibSsl.SSL_set_verify(_ssl, LibSsl.SSL_VERIFY_PEER | LibSsl.SSL_VERIFY_FAIL_IF_NO_PEER_CERT, 0);

    /// <summary>Chooses the certificate that this side shows. What is thrown is a callback's.</summary>
    public void ChooseCertificate()
    {
        string? name = Marshal.PtrToStringUTF8(LibSsl.SSL_get_servername(_ssl, LibSsl.TLSEXT_NAMETYPE_host_name));
        OpenSslCredential? chosen = Role == TlsRole.Server
            ? _backend.ChooseForServer(name)
            : _backend.ChooseForClient(PeerCertificate, AcceptableIssuers());
        chosen?.UseFor(_ssl);
    }

    /// <summary>Finds our most preferred application protocol among those that a client offers.</summary>
    /// <returns>Where the length of its name is; negative if nothing is in common.</returns>
    public int SelectProtocol(ReadOnlySpan<byte> offered)
    {
        foreach (SslApplicationProtocol protocol in _backend.Configuration.ApplicationProtocols)
        {
            for (int at = 0; at < offered.Length; at += offered[at] + 1)
            {
                if (offered.Slice(at + 1, offered[at]).SequenceEqual(protocol.Protocol.Span))
                {
                    return at;
                }
            }
        }

        return -1;
    }

    /// <summary>Keeps a session that can be taken up again. It is ours.</summary>
    public void KeepSession(nint session)
    {
        SslSessionHandle handle = new(session);
        if (Failure is null && LibSsl.SSL_SESSION_is_resumable(session) != 0)
        {
            _backend.Sessions.Add(handle);
        }
        else
        {
            handle.Dispose();
        }
    }

    /// <summary>We send an alert.</summary>
    /// <param name="alert">Its level, and in the last byte what it is.</param>
    public void AlertSent(int alert)
    {
        _hasSentAlert = true;
        if (alert == NoRenegotiation)
        {
            _renegotiations++;
        }
    }

    /// <summary>A callback of the user threw.</summary>
    public void CallbackFailed(Exception exception)
    {
        _callbackFailure ??= exception;
        _host.LogFailure("A TLS callback failed", exception);
    }

    private static X509Certificate2 CertificateOf(nint certificate)
    {
        if (OpenSslLibrary.IsTheRuntimes)
        {
            return new X509Certificate2(certificate); // It holds the same object: OpenSSL 3 takes longer to read a certificate than to sign.
        }

        return X509CertificateLoader.LoadCertificate(RawOf(certificate));
    }

    private static byte[] RawOf(nint certificate)
    {
        byte[] raw = new byte[LibCrypto.i2d_X509(certificate, null)];
        fixed (byte* start = raw)
        {
            byte* data = start;
            _ = LibCrypto.i2d_X509(certificate, &data);
        }

        return raw;
    }

    private static X509Certificate2Collection OthersOf(nint stack)
    {
        X509Certificate2Collection others = [];
        int count = stack == 0 ? 0 : LibCrypto.OPENSSL_sk_num(stack);
        for (int i = 1; i < count; i++) // The first is the peer's own.
        {
            others.Add(CertificateOf(LibCrypto.OPENSSL_sk_value(stack, i)));
        }

        return others;
    }

    /// <summary>OpenSSL sends no alert to a peer that speaks something else from the first byte on; we do.</summary>
    /// <returns>Null if that is not why it failed, or OpenSSL's words are good enough.</returns>
    private TlsException? ExplainNotTls()
    {
        if (_isDone || !SslReasons.IsNotTls((uint)LibCrypto.ERR_peek_error()))
        {
            return null;
        }

        if (!_hasSentAlert)
        {
            AddOutput(UnexpectedMessage);
        }

        return _isAnsweredInHttp ? new TlsException(SslReasons.PlainHttp) : null;
    }

    private int Conclude(PeerCheck check, nint store)
    {
        Exception? refusal = Decide(check);
        if (refusal is null)
        {
            return 1;
        }

        _refusal = refusal;
        LibCrypto.X509_STORE_CTX_set_error(store, OpenSslVerdicts.Of((refusal as TlsException)?.Error ?? TlsError.CertificateRefused));
        return 0;
    }

    private Exception? Decide(PeerCheck check)
    {
        Exception? refusal = Verifier.Decide(check);
        if (!Verifier.HasCallback)
        {
            check.Release(); // A callback may have kept the chain.
        }

        return refusal;
    }

    private TlsStatus FinishHandshake()
    {
        if (_others is { } others)
        {
            _isHeld = true;
            StartChecking(PeerCertificate!, others);
            return TlsStatus.WantsVerdict;
        }

        // The certificate of a session that was taken up again is in the session: OpenSSL does not ask about it, we do.
        if (Role == TlsRole.Client && LibSsl.SSL_session_reused(_ssl) != 0)
        {
            return CheckAgain();
        }

        return Complete();
    }

    private TlsStatus CheckAgain()
    {
        nint peer = LibSsl.SSL_get1_peer_certificate(_ssl);
        PeerCertificate = CertificateOf(peer);
        LibCrypto.X509_free(peer);
        X509Certificate2Collection others = OthersOf(LibSsl.SSL_get_peer_cert_chain(_ssl));
        _isHeld = true;
        if (Verifier.IsSlow)
        {
            StartChecking(PeerCertificate, others);
            return TlsStatus.WantsVerdict;
        }

        _found = Verifier.Check(PeerCertificate, others);
        return GoOnWhenHeld();
    }

    private TlsStatus GoOnWhenHeld()
    {
        PeerCheck found = _found!;
        _found = null;
        try
        {
            _refusal = Decide(found);
        }
        catch (Exception exception)
        {
            CallbackFailed(exception);
            _refusal = exception;
        }

        if (_refusal is null)
        {
            return _isDisposed ? Fail(new ObjectDisposedException(nameof(OpenSslEngine))) : Complete();
        }

        _backend.Sessions.Clear();
        _ = LibSsl.SSL_shutdown(_ssl);
        return Fail(_refusal);
    }

    private void StartChecking(X509Certificate2 certificate, X509Certificate2Collection others)
    {
        _isChecking = true;
        _others = null;
        Verifier.CheckInThread(_host, certificate, others, CheckEnded);
    }

    private void CheckEnded(PeerCheck found)
    {
        if (_isDisposed)
        {
            found.Release();
            return;
        }

        _isChecking = false;
        _found = found;
        Resumed?.Invoke();
    }

    private string[] AcceptableIssuers()
    {
        nint names = LibSsl.SSL_get_client_CA_list(_ssl);
        string[] issuers = new string[names == 0 ? 0 : Math.Max(0, LibCrypto.OPENSSL_sk_num(names))];
        for (int i = 0; i < issuers.Length; i++)
        {
            nint name = LibCrypto.OPENSSL_sk_value(names, i);
            byte[] raw = new byte[LibCrypto.i2d_X509_NAME(name, null)];
            fixed (byte* start = raw)
            {
                byte* data = start;
                _ = LibCrypto.i2d_X509_NAME(name, &data);
            }

            issuers[i] = new X500DistinguishedName(raw).Name;
        }

        return issuers;
    }
}
