using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tls;

/// <summary>Checks the peer's certificate: chain, dates, usage, revocation, name. Both engines use it, so that they judge alike.</summary>
/// <remarks>Thread: any; one serves all connections of a context.</remarks>
internal sealed class PeerVerifier
{
    private readonly object _sender;
    private readonly string? _name;
    private readonly X509ChainPolicy _policy;
    private readonly X509RevocationMode _revocation;
    private readonly RevocationList[] _lists;
    private readonly RemoteCertificateValidationCallback? _callback;
    private readonly TlsPolicy _extras;

    /// <param name="sender">What a callback gets as its sender.</param>
    /// <param name="peer">Which side the peer is: its certificate must be for that.</param>
    /// <param name="name">The name that the certificate must be for, in ASCII; null if there is none.</param>
    /// <param name="policy">How the chain is built; null for the system's roots.</param>
    /// <param name="revocation">Where revocations are looked for, if there is no policy.</param>
    /// <param name="callback">Who has the last word; null for nobody.</param>
    /// <param name="extras">The rest.</param>
    public PeerVerifier(object sender, TlsRole peer, string? name, X509ChainPolicy? policy, X509RevocationMode revocation, RemoteCertificateValidationCallback? callback, TlsPolicy extras)
    {
        _sender = sender;
        _name = name;
        _callback = callback;
        _extras = extras;
        ChecksName = peer == TlsRole.Server && extras.ChecksName;
        _lists = [.. extras.RevocationLists.Select(list => new RevocationList(list))];
        _policy = policy?.Clone() ?? new X509ChainPolicy { RevocationMode = revocation, RevocationFlag = X509RevocationFlag.ExcludeRoot };
        _policy.DisableCertificateDownloads = true; // A peer must not make us fetch what it likes.
        _revocation = _policy.RevocationMode;
        if (_lists.Length > 0)
        {
            _policy.RevocationMode = X509RevocationMode.NoCheck;
        }

        if (_policy.ApplicationPolicy.Count == 0)
        {
            _policy.ApplicationPolicy.Add(new Oid(peer == TlsRole.Server ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2"));
        }
    }

    /// <summary>Whether a check may wait for the network, so that it needs a thread of its own.</summary>
    public bool IsSlow => _policy.RevocationMode == X509RevocationMode.Online;

    /// <summary>Whether the user's callback is asked, even when all is well or there is no certificate.</summary>
    public bool HasCallback => _callback is not null;

    private bool ChecksName { get; }

    /// <summary>A policy for who builds the chain itself: the same, but never the network.</summary>
    public X509ChainPolicy CopyPolicy()
    {
        X509ChainPolicy copy = _policy.Clone();
        if (IsSlow)
        {
            copy.RevocationMode = X509RevocationMode.NoCheck;
        }

        return copy;
    }

    /// <summary>Builds the chain and looks at everything that needs no callback.</summary>
    /// <param name="certificate">The peer's; null if it gave none.</param>
    /// <param name="others">What came with it.</param>
    public PeerCheck Check(X509Certificate2? certificate, X509Certificate2Collection others)
    {
        if (certificate is null)
        {
            return new PeerCheck(null, null, SslPolicyErrors.RemoteCertificateNotAvailable, new TlsException("the peer gave no certificate, and one is required", TlsError.CertificateMissing));
        }

        X509Chain chain = new() { ChainPolicy = _policy.Clone() };
        chain.ChainPolicy.ExtraStore.AddRange(others);
        try
        {
            return Check(certificate, chain, chain.Build(certificate));
        }
        catch (CryptographicException exception)
        {
            return Unreadable(certificate, chain, exception);
        }
    }

    /// <summary>Looks at a chain that somebody has built by <see cref="CopyPolicy"/>.</summary>
    public PeerCheck Check(X509Certificate2 certificate, X509Chain chain, bool isGood)
    {
        try
        {
            TlsException? chainFailure = isGood ? null : ChainProblem.Describe(chain);
            chainFailure ??= FindTooDeep(chain) ?? FindRevoked(chain);
            TlsException? nameFailure = FindWrongName(certificate);
            SslPolicyErrors errors = (chainFailure is null ? SslPolicyErrors.None : SslPolicyErrors.RemoteCertificateChainErrors)
                | (nameFailure is null ? SslPolicyErrors.None : SslPolicyErrors.RemoteCertificateNameMismatch);
            return new PeerCheck(certificate, chain, errors, chainFailure ?? nameFailure);
        }
        catch (CryptographicException exception)
        {
            return Unreadable(certificate, chain, exception);
        }
    }

    /// <summary>Does what <see cref="Check(X509Certificate2?, X509Certificate2Collection)"/> does in a thread that may wait for the network.</summary>
    /// <param name="host">Has such threads.</param>
    /// <param name="certificate">The peer's. It may be disposed of meanwhile.</param>
    /// <param name="others">What came with it.</param>
    /// <param name="ended">Called in the reactor's thread.</param>
    public void CheckInThread(ITlsHost host, X509Certificate2 certificate, X509Certificate2Collection others, Action<PeerCheck> ended)
    {
        X509Certificate2 copy = new(certificate);
        host.RunInThread(() =>
        {
            PeerCheck found;
            try
            {
                found = Check(copy, others);
            }
            catch (Exception exception)
            {
                found = Unreadable(copy, null, exception); // Whatever it is, the handshake waits for a verdict.
            }

            host.CallFromThread(() => ended(found));
        });
    }

    /// <summary>Says whether the peer is accepted, by the callback if there is one. Thread: the reactor's.</summary>
    /// <returns>Null if it is; otherwise why not. What the callback throws is thrown.</returns>
    public Exception? Decide(PeerCheck check)
    {
        if (_callback is null)
        {
            return check.Failure;
        }

        if (_callback(_sender, check.Certificate, check.Chain, check.Errors))
        {
            return null;
        }

        return check.Failure is { } failure
            ? new TlsException($"the callback refused the peer: {failure.Message}", TlsError.CertificateRefused, failure)
            : new TlsException("the callback refused the peer's certificate", TlsError.CertificateRefused);
    }

    /// <summary>A certificate can be so broken that .NET throws when it looks at it: that is the peer's fault, not ours.</summary>
    private static PeerCheck Unreadable(X509Certificate2 certificate, X509Chain? chain, Exception exception) =>
        new(certificate, chain, SslPolicyErrors.RemoteCertificateChainErrors, new TlsException("the peer's certificate cannot be read", TlsError.CertificateInvalid, exception));

    private TlsException? FindWrongName(X509Certificate2 certificate)
    {
        if (!ChecksName)
        {
            return null;
        }

        if (_name is null)
        {
            return new TlsException("there is no target host that the certificate could be checked for", TlsError.CertificateNameMismatch);
        }

        // "*.com" would be for everybody's names: a star never stands directly below a top-level domain.
        bool mayBeStar = _name.AsSpan().Count('.') > 1;
        return certificate.MatchesHostname(_name, allowWildcards: mayBeStar, allowCommonName: false)
            ? null
            : new TlsException($"the peer's certificate ({certificate.Subject}) is not for {_name}", TlsError.CertificateNameMismatch);
    }

    private TlsException? FindTooDeep(X509Chain chain) =>
        chain.ChainElements.Count - 2 > _extras.MaximumDepth
            ? new TlsException($"more than {_extras.MaximumDepth} authorities stand between the peer's certificate and its root", TlsError.CertificateInvalid)
            : null;

    private TlsException? FindRevoked(X509Chain chain)
    {
        if (_lists.Length == 0 || _revocation == X509RevocationMode.NoCheck)
        {
            return null;
        }

        // A new policy knows the time, which this room may not ask the system for.
        DateTimeOffset now = _policy.VerificationTimeIgnored ? new X509ChainPolicy().VerificationTime : _policy.VerificationTime;
        int last = _policy.RevocationFlag == X509RevocationFlag.EndCertificateOnly ? Math.Min(2, chain.ChainElements.Count) : chain.ChainElements.Count;
        for (int i = 0; i < last - 1; i++)
        {
            X509Certificate2 certificate = chain.ChainElements[i].Certificate;
            X509Certificate2 issuer = chain.ChainElements[i + 1].Certificate;
            RevocationList[] lists = [.. _lists.Where(list => list.Covers(certificate, issuer, now))];
            if (lists.Length == 0)
            {
                return new TlsException($"no current list of revoked certificates was given for {issuer.Subject}", TlsError.RevocationUnknown);
            }

            if (lists.Any(list => list.Has(certificate)))
            {
                return new TlsException($"the certificate {certificate.Subject} is revoked", TlsError.CertificateRevoked);
            }
        }

        return null;
    }
}
