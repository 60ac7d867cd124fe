using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tls.SslStreams;

internal sealed partial class SslStreamEngine
{
    private Exception? _callbackFailure; // What a callback of the user threw.
    private Exception? _refusal; // Why we do not accept the peer.
    private X509Certificate2Collection? _others; // What came with the peer's certificate, while a check is to come.
    private PeerCheck? _found; // What a check in a thread has found.
    private bool _isChecking; // In a thread.

    private PeerVerifier Verifier => _backend.Configuration.Verifier;

    /// <summary>Checks the peer's certificate; what must wait for the network is checked when the handshake is done.</summary>
    public bool VerifyPeer(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null && !(Role == TlsRole.Server && _backend.Configuration.AsksForCertificate))
        {
            return true; // A client that was not asked.
        }

        X509Certificate2? whole = certificate as X509Certificate2;
        PeerCertificate ??= whole is null ? null : new X509Certificate2(whole);
        if (whole is not null && Verifier.IsSlow)
        {
            _others = [.. chain!.ChainPolicy.ExtraStore.Select(other => new X509Certificate2(other))];
            return true;
        }

        return Call(() =>
        {
            PeerCheck check = whole is null
                ? Verifier.Check(null, [])
                : Verifier.Check(whole, chain!, (errors & SslPolicyErrors.RemoteCertificateChainErrors) == 0);
            _refusal = Verifier.Decide(check);
            return _refusal is null;
        });
    }

    /// <summary>Asks the callback for a server's certificate.</summary>
    public X509Certificate? ChooseForServer(string? name) => Call(() =>
        _backend.Configuration.SelectServerCertificate!(_backend.Configuration.Sender, AsSent(name))
        ?? throw new TlsException($"the callback has no certificate for '{name}'", TlsError.Configuration));

    /// <summary>Asks the callback for a client's certificate.</summary>
    public X509Certificate? ChooseForClient(X509Certificate? peer, string[] issuers) => Call(() =>
        _backend.Configuration.SelectClientCertificate!(_backend.Configuration.Sender, _backend.Configuration.TargetHost ?? "", _backend.Configuration.ClientCertificates, peer, issuers));

    /// <summary>What a client asked for, as it came over the wire: SslStream translates it, and anything may have come.</summary>
    private static string? AsSent(string? name)
    {
        try
        {
            return TlsConfiguration.ToAscii(name);
        }
        catch (ArgumentException)
        {
            return name;
        }
    }

    /// <summary>Makes a call of the user's with the caller's context. What it throws is kept: SslStream would wrap it.</summary>
    private T? Call<T>(Func<T?> call)
    {
        SynchronizationContext.SetSynchronizationContext(_context);
        try
        {
            return call();
        }
        catch (Exception exception)
        {
            _callbackFailure ??= exception;
            _host.LogFailure("A TLS callback failed", exception);
            return default;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }

    private TlsStatus FinishHandshake()
    {
        if (_others is { } others)
        {
            _others = null;
            _isChecking = true;
            Verifier.CheckInThread(_host, PeerCertificate!, others, CheckEnded);
            return TlsStatus.WantsVerdict;
        }

        return Complete();
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

    private TlsStatus ConcludeHeld(PeerCheck found)
    {
        _found = null;
        try
        {
            _refusal = Verifier.Decide(found);
        }
        catch (Exception exception)
        {
            _host.LogFailure("A TLS callback failed", exception);
            _refusal = exception;
        }

        return _refusal is not null ? Fail(_refusal)
            : _isDisposed ? Fail(new ObjectDisposedException(nameof(SslStreamEngine)))
            : Complete();
    }

    private TlsStatus Complete()
    {
        string? name = Role == TlsRole.Client ? _backend.Configuration.ServerName : AsSent(_stream.TargetHostName);
        Session = new TlsSessionInfo(
            _stream.SslProtocol,
            _stream.NegotiatedCipherSuite,
            _stream.NegotiatedApplicationProtocol,
            name,
            IsResumed: false);
        _isDone = true;
        return TlsStatus.Done;
    }
}
