using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tls;

/// <summary>Whom one trusts: the authorities that a peer's certificate must lead to.</summary>
/// <remarks>
/// <para>Thread: any; it never changes.</para>
/// <para>Source: Twisted 22.4, <c>internet/_sslverify.py</c>, <c>IOpenSSLTrustRoot</c>, <c>platformTrust</c>, <c>trustRootFromCertificates</c>.</para>
/// </remarks>
public sealed class TrustRoot
{
    private readonly X509Certificate2[]? _certificates;

    private TrustRoot(X509Certificate2[]? certificates) => _certificates = certificates;

    /// <summary>Those that the system trusts.</summary>
    public static TrustRoot Platform { get; } = new(null);

    /// <summary>One certificate and no other: an authority, or a peer that vouches for itself.</summary>
    public static TrustRoot FromCertificate(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return new TrustRoot([certificate]);
    }

    /// <summary>Several, and no others. None at all trusts nobody.</summary>
    /// <param name="certificates">They are kept: do not dispose of them.</param>
    /// <exception cref="ArgumentException">One is null.</exception>
    public static TrustRoot FromCertificates(IEnumerable<X509Certificate2> certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        X509Certificate2[] all = [.. certificates];
        return all.Contains(null) ? throw new ArgumentException("A root is null.", nameof(certificates)) : new TrustRoot(all);
    }

    /// <summary>Those of all files of a folder whose names end in ".pem"; see <see cref="TlsCertificates.LoadFolder"/>.</summary>
    /// <exception cref="IOException">There is no such folder, or it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static TrustRoot FromFolder(string path) => FromCertificates(TlsCertificates.LoadFolder(path));

    /// <summary>How chains are built: null for the system's way.</summary>
    internal X509ChainPolicy? ToPolicy()
    {
        if (_certificates is null)
        {
            return null;
        }

        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_certificates);
        return policy;
    }
}
