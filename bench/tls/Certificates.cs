using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Bench.Tls;

/// <summary>What both contenders are made with: the same options, so that both verify the same things.</summary>
internal static class Certificates
{
    public const string Host = "localhost";

    private static readonly X509Certificate2 Root = Make("CN=bench root", null);
    private static readonly X509Certificate2 Server = Make("CN=localhost", Root);

    /// <summary>ECDSA P-256, TLS 1.3, no resumption.</summary>
    public static SslServerAuthenticationOptions ServerOptions { get; } = new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(Server, null, offline: true),
        EnabledSslProtocols = SslProtocols.Tls13,
        AllowTlsResume = false,
        AllowRenegotiation = false,
    };

    /// <summary>Verifies chain, dates, usage and name by one root.</summary>
    public static SslClientAuthenticationOptions ClientOptions { get; } = new()
    {
        TargetHost = Host,
        EnabledSslProtocols = SslProtocols.Tls13,
        AllowTlsResume = false,
        AllowRenegotiation = false,
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { Root },
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        },
    };

    private static X509Certificate2 Make(string subject, X509Certificate2? issuer)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuer is null, false, 0, true));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        if (issuer is null)
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
            return request.CreateSelfSigned(now.AddDays(-2), now.AddDays(2));
        }

        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(Host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using X509Certificate2 certificate = request.Create(issuer, now.AddDays(-1), now.AddDays(1), [1, 2, 3, 4]);
        return certificate.CopyWithPrivateKey(key);
    }
}
