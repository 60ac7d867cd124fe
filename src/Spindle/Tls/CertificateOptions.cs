using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tls;

/// <summary>How servers and clients behave, named as in Twisted. One serves many connections, in both roles.</summary>
/// <remarks>
/// <para>
/// Without a trust root nobody is verified, and a host name never is: a client that wants that is made by
/// <see cref="ForClient"/>. <see cref="TlsServerContext"/> and <see cref="TlsClientContext"/> are the same in .NET's words.
/// </para>
/// <para>Keys are used once, renegotiation and compression are never done, and the server's order of ciphers counts.</para>
/// <para>Thread: any.</para>
/// <para>Source: Twisted 22.4, <c>internet/_sslverify.py</c>, <c>OpenSSLCertificateOptions</c>.</para>
/// </remarks>
public sealed class CertificateOptions : TlsContext
{
    private readonly TlsClientContext _client;
    private readonly TlsServerContext? _server;

    /// <summary>Makes options; what is wrong is found here, not in a handshake.</summary>
    /// <param name="privateKey">The key of the certificate, if that does not have it itself. Null: none.</param>
    /// <param name="certificate">What is shown to peers; a server needs one. Null: none.</param>
    /// <param name="method">These versions and no others; it excludes the three that follow. Null, the default, leaves it to them.</param>
    /// <param name="raiseMinimumTo">The least version, if that is more than by default: TLS 1.2.</param>
    /// <param name="insecurelyLowerMinimumTo">The least version, however old. It excludes <paramref name="raiseMinimumTo"/>.</param>
    /// <param name="lowerMaximumSecurityTo">The greatest version.</param>
    /// <param name="trustRoot">Peers must show a certificate that leads there. Null: as <paramref name="verify"/> says.</param>
    /// <param name="verify">The older way: whether certificates are verified, by <paramref name="caCerts"/>. Null: no.</param>
    /// <param name="caCerts">The roots for <paramref name="verify"/>.</param>
    /// <param name="requireCertificate">With <paramref name="verify"/>: whether clients must show one. Null: yes.</param>
    /// <param name="verifyDepth">How many authorities may stand between a certificate and its root. Default 9.</param>
    /// <param name="enableSessions">Whether sessions can be taken up again. Default: no, as in Twisted.</param>
    /// <param name="extraCertChain">Authorities above the certificate, shown with it.</param>
    /// <param name="acceptableCiphers">Ciphers up to TLS 1.2, in OpenSSL's notation; null for those that are good. The OpenSSL engine only.</param>
    /// <param name="dhParameters">Parameters of Diffie-Hellman in PEM, for a server up to TLS 1.2; null for some that fit the key. The OpenSSL engine only.</param>
    /// <param name="acceptableProtocols">What ALPN may select, the best first. Null or empty: ALPN is not spoken.</param>
    /// <param name="engine">What does the cryptography.</param>
    /// <exception cref="ArgumentException">Something is missing, contradicts another, or cannot be used.</exception>
    /// <exception cref="PlatformNotSupportedException">The engine is not to be had on this system.</exception>
    /// <exception cref="TlsException">The certificate or its key cannot be used.</exception>
    public CertificateOptions(
        AsymmetricAlgorithm? privateKey = null,
        X509Certificate2? certificate = null,
        SslProtocols? method = null,
        SslProtocols? raiseMinimumTo = null,
        SslProtocols? insecurelyLowerMinimumTo = null,
        SslProtocols? lowerMaximumSecurityTo = null,
        TrustRoot? trustRoot = null,
        bool? verify = null,
        IEnumerable<X509Certificate2>? caCerts = null,
        bool? requireCertificate = null,
        int verifyDepth = 9,
        bool enableSessions = false,
        IEnumerable<X509Certificate2>? extraCertChain = null,
        string? acceptableCiphers = null,
        string? dhParameters = null,
        IEnumerable<SslApplicationProtocol>? acceptableProtocols = null,
        TlsEngineKind engine = TlsEngineKind.Default)
    {
        if (method is not null && (raiseMinimumTo ?? insecurelyLowerMinimumTo ?? lowerMaximumSecurityTo) is not null)
        {
            throw new ArgumentException("method excludes raiseMinimumTo, insecurelyLowerMinimumTo and lowerMaximumSecurityTo.", nameof(method));
        }

        Protocols = method ?? TlsVersionRange.Of(raiseMinimumTo, insecurelyLowerMinimumTo, lowerMaximumSecurityTo);
        Certificate = Join(privateKey, certificate);
        trustRoot = ChooseTrust(trustRoot, verify, caCerts, requireCertificate);
        SslStreamCertificateContext? shown = Show(Certificate, extraCertChain);
        List<SslApplicationProtocol> protocols = [.. acceptableProtocols ?? []];
        TlsPolicy policy = new() { CipherList = acceptableCiphers, DhParameters = dhParameters, MaximumDepth = verifyDepth, ChecksName = false };

        _client = new TlsClientContext(
            new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = Protocols,
                ApplicationProtocols = protocols,
                AllowTlsResume = enableSessions,
                ClientCertificateContext = shown,
                CertificateChainPolicy = trustRoot?.ToPolicy(),
#pragma warning disable CA5359 // Without trust roots nothing is verified: what the options say they do (TLS-40).
                RemoteCertificateValidationCallback = trustRoot is null ? AcceptAnything : null,
#pragma warning restore CA5359
            },
            engine,
            policy);
        if (shown is not null)
        {
            _server = new TlsServerContext(
                new SslServerAuthenticationOptions
                {
                    EnabledSslProtocols = Protocols,
                    ApplicationProtocols = protocols,
                    AllowTlsResume = enableSessions,
                    ServerCertificateContext = shown,
                    ClientCertificateRequired = trustRoot is not null,
                    CertificateChainPolicy = trustRoot?.ToPolicy(),
                    RemoteCertificateValidationCallback = requireCertificate == false ? AcceptNone : null,
                },
                engine,
                policy);
        }
    }

    /// <summary>The certificate that is shown to peers, with its private key; null if there is none.</summary>
    public X509Certificate2? Certificate { get; }

    /// <summary>The versions that are spoken.</summary>
    public SslProtocols Protocols { get; }

    /// <summary>How a client behaves that wants a certain server: the name is sent (SNI), and the server's certificate must be for it and lead to a trusted root.</summary>
    /// <param name="hostname">A host name, as people write it, or an address, which is not sent but checked.</param>
    /// <param name="trustRoot">Whom to trust; null for <see cref="TrustRoot.Platform"/>.</param>
    /// <param name="clientCertificate">What is shown to servers that ask for it, with its private key; null for none.</param>
    /// <param name="acceptableProtocols">What ALPN may select, the best first. Null or empty: ALPN is not spoken.</param>
    /// <param name="extraCertChain">Authorities above the client's certificate, shown with it.</param>
    /// <param name="engine">What does the cryptography.</param>
    /// <exception cref="ArgumentException">The name is none, or the certificate has no private key.</exception>
    /// <exception cref="PlatformNotSupportedException">The engine is not to be had on this system.</exception>
    /// <exception cref="TlsException">The certificate or its key cannot be used.</exception>
    /// <remarks>Source: Twisted's <c>optionsForClientTLS</c>.</remarks>
    public static TlsClientContext ForClient(
        string hostname,
        TrustRoot? trustRoot = null,
        X509Certificate2? clientCertificate = null,
        IEnumerable<SslApplicationProtocol>? acceptableProtocols = null,
        IEnumerable<X509Certificate2>? extraCertChain = null,
        TlsEngineKind engine = TlsEngineKind.Default)
    {
        ArgumentException.ThrowIfNullOrEmpty(hostname);
        return new TlsClientContext(
            new SslClientAuthenticationOptions
            {
                TargetHost = hostname,
                ApplicationProtocols = [.. acceptableProtocols ?? []],
                ClientCertificateContext = Show(Join(null, clientCertificate), extraCertChain),
                CertificateChainPolicy = (trustRoot ?? TrustRoot.Platform).ToPolicy(),
            },
            engine);
    }

    internal override bool Supports(TlsRole role) => role == TlsRole.Client || _server is not null;

    internal override ITlsEngine CreateEngine(TlsRole role, ITlsHost host) => role == TlsRole.Client
        ? _client.CreateEngine(role, host)
        : (_server ?? throw new ArgumentException("A server needs a certificate, and these CertificateOptions have none.", nameof(role))).CreateEngine(role, host);

    private static X509Certificate2? Join(AsymmetricAlgorithm? privateKey, X509Certificate2? certificate)
    {
        if (certificate is null)
        {
            return privateKey is null ? null : throw new ArgumentException("There is a private key but no certificate: give both or neither.", nameof(certificate));
        }

        if (privateKey is null)
        {
            return certificate.HasPrivateKey
                ? certificate
                : throw new ArgumentException($"There is a certificate ({certificate.Subject}) but no private key: give both or neither.", nameof(privateKey));
        }

        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(certificate.RawData); // It may have a key already.
        try
        {
            return privateKey switch
            {
                RSA rsa => bare.CopyWithPrivateKey(rsa),
                ECDsa ecdsa => bare.CopyWithPrivateKey(ecdsa),
                _ => throw new ArgumentException("it must be RSA or ECDSA", nameof(privateKey)),
            };
        }
        catch (Exception failure) when (failure is ArgumentException or CryptographicException or InvalidOperationException)
        {
            throw new ArgumentException($"The private key cannot be used with the certificate ({certificate.Subject}): {failure.Message}", nameof(privateKey), failure);
        }
    }

    private static TrustRoot? ChooseTrust(TrustRoot? trustRoot, bool? verify, IEnumerable<X509Certificate2>? caCerts, bool? requireCertificate)
    {
        if (trustRoot is not null)
        {
            return verify is null && caCerts is null && requireCertificate is null
                ? trustRoot
                : throw new ArgumentException("trustRoot excludes verify, caCerts and requireCertificate: peers are verified and must show a certificate.", nameof(trustRoot));
        }

        if (verify != true)
        {
            return null;
        }

        X509Certificate2[] roots = [.. caCerts ?? []];
        return roots.Length > 0
            ? TrustRoot.FromCertificates(roots)
            : throw new ArgumentException("verify needs caCerts, the roots to verify by; or give a trustRoot instead.", nameof(caCerts));
    }

    private static SslStreamCertificateContext? Show(X509Certificate2? certificate, IEnumerable<X509Certificate2>? extraCertChain)
    {
        if (certificate is null)
        {
            return extraCertChain is null ? null : throw new ArgumentException("extraCertChain needs a certificate and its private key.", nameof(extraCertChain));
        }

        return SslStreamCertificateContext.Create(certificate, [.. extraCertChain ?? []], offline: true);
    }

    private static bool AcceptAnything(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;

    private static bool AcceptNone(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        errors == SslPolicyErrors.None || certificate is null;
}
