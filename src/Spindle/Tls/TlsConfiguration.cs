using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tls;

/// <summary>A copy of the options of a context, checked: what the engines are made by. It never changes.</summary>
internal sealed class TlsConfiguration
{
    private const SslProtocols Modern = SslProtocols.Tls12 | SslProtocols.Tls13;
#pragma warning disable SYSLIB0039, CA5397, CS0618 // Who lowers the minimum on purpose may.
    private const SslProtocols Possible = Modern | SslProtocols.Tls11 | SslProtocols.Tls;
#pragma warning restore SYSLIB0039, CA5397, CS0618

    private TlsConfiguration(TlsRole role, TlsContext sender, TlsPolicy policy, PeerVerifier verifier)
    {
        Role = role;
        Sender = sender;
        Policy = policy;
        Verifier = verifier;
    }

    /// <summary>Which side the context is.</summary>
    public TlsRole Role { get; }

    /// <summary>What callbacks get as their sender.</summary>
    public TlsContext Sender { get; }

    /// <summary>What .NET's options have no word for.</summary>
    public TlsPolicy Policy { get; }

    /// <summary>Checks the peer.</summary>
    public PeerVerifier Verifier { get; }

    /// <summary>The versions that are spoken.</summary>
    public SslProtocols Protocols { get; private init; }

    /// <summary>What ALPN may select, in order of preference.</summary>
    public IReadOnlyList<SslApplicationProtocol> ApplicationProtocols { get; private init; } = [];

    /// <summary>Which ciphers are used; null for the default.</summary>
    public CipherSuitesPolicy? CipherSuites { get; private init; }

    /// <summary>Whether sessions can be taken up again.</summary>
    public bool AllowsResumption { get; private init; }

    /// <summary>A client's target in ASCII, without a dot at the end; null if there is none.</summary>
    public string? TargetHost { get; private init; }

    /// <summary>What a client sends as SNI; null for nothing.</summary>
    public string? ServerName { get; private init; }

    /// <summary>Our certificate; null if there is none or a callback chooses.</summary>
    public SslStreamCertificateContext? Certificate { get; private init; }

    /// <summary>Whether a server asks for the client's certificate.</summary>
    public bool AsksForCertificate { get; private init; }

    /// <summary>The authorities that a server names when it asks; empty for none.</summary>
    public X509Certificate2Collection NamedAuthorities { get; private init; } = [];

    /// <summary>Chooses a server's certificate by the name that was asked for.</summary>
    public ServerCertificateSelectionCallback? SelectServerCertificate { get; private init; }

    /// <summary>Chooses a client's certificate.</summary>
    public LocalCertificateSelectionCallback? SelectClientCertificate { get; private init; }

    /// <summary>A client's certificates to choose from.</summary>
    public X509CertificateCollection ClientCertificates { get; private init; } = [];

    /// <summary>Checks and copies a server's options.</summary>
    public static TlsConfiguration Of(SslServerAuthenticationOptions options, TlsPolicy policy, TlsContext sender)
    {
        if (options.AllowRenegotiation)
        {
            throw new ArgumentException("AllowRenegotiation: renegotiation is never done; a certificate that a client must have is asked for in the handshake (ClientCertificateRequired).", nameof(options));
        }

        if (options.ServerCertificate is null && options.ServerCertificateContext is null && options.ServerCertificateSelectionCallback is null)
        {
            throw new ArgumentException("A server needs a certificate: ServerCertificate, ServerCertificateContext or ServerCertificateSelectionCallback.", nameof(options));
        }

        CheckCommon(options.EncryptionPolicy, options.EnabledSslProtocols, options.AllowRsaPkcs1Padding && options.AllowRsaPssPadding);
        PeerVerifier verifier = new(sender, TlsRole.Client, null, options.CertificateChainPolicy, options.CertificateRevocationCheckMode, options.RemoteCertificateValidationCallback, policy);
        return new TlsConfiguration(TlsRole.Server, sender, policy, verifier)
        {
            Protocols = Chosen(options.EnabledSslProtocols),
            ApplicationProtocols = Copy(options.ApplicationProtocols),
            CipherSuites = options.CipherSuitesPolicy,
            AllowsResumption = options.AllowTlsResume,
            AsksForCertificate = options.ClientCertificateRequired,
            NamedAuthorities = policy.NamesAuthorities ? ToName(options) : [],
            SelectServerCertificate = options.ServerCertificateSelectionCallback,
            Certificate = options.ServerCertificateSelectionCallback is not null ? null : options.ServerCertificateContext ?? WithChain(options.ServerCertificate!),
        };
    }

    /// <summary>Checks and copies a client's options.</summary>
    public static TlsConfiguration Of(SslClientAuthenticationOptions options, TlsPolicy policy, TlsContext sender)
    {
        CheckCommon(options.EncryptionPolicy, options.EnabledSslProtocols, options.AllowRsaPkcs1Padding && options.AllowRsaPssPadding);
        string? target = ToAscii(options.TargetHost);
        PeerVerifier verifier = new(sender, TlsRole.Server, target, options.CertificateChainPolicy, options.CertificateRevocationCheckMode, options.RemoteCertificateValidationCallback, policy);
        X509Certificate[] certificates = options.ClientCertificates is { } given ? [.. given.OfType<X509Certificate>()] : [];
        return new TlsConfiguration(TlsRole.Client, sender, policy, verifier)
        {
            Protocols = Chosen(options.EnabledSslProtocols),
            ApplicationProtocols = Copy(options.ApplicationProtocols),
            CipherSuites = options.CipherSuitesPolicy,
            AllowsResumption = options.AllowTlsResume,
            TargetHost = target,
            ServerName = target is null || IPAddress.TryParse(target, out _) ? null : target,
            SelectClientCertificate = options.LocalCertificateSelectionCallback,
            ClientCertificates = [.. certificates],
            Certificate = options.ClientCertificateContext,
        };
    }

    /// <summary>Joins a certificate with the authorities above it that this machine knows, without asking the network.</summary>
    /// <exception cref="ArgumentException">It has no private key.</exception>
    public static SslStreamCertificateContext WithChain(X509Certificate certificate)
    {
        X509Certificate2 whole = certificate as X509Certificate2 ?? new X509Certificate2(certificate);
        if (!whole.HasPrivateKey)
        {
            throw new ArgumentException($"The certificate {whole.Subject} has no private key.", nameof(certificate));
        }

        return SslStreamCertificateContext.Create(whole, null, offline: true);
    }

    /// <summary>A host in the form that goes over the wire; null for none.</summary>
    /// <exception cref="ArgumentException">It is no host name.</exception>
    public static string? ToAscii(string? host)
    {
        if (string.IsNullOrEmpty(host))
        {
            return null;
        }

        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            return address.ToString();
        }

        string name = host.EndsWith('.') ? host[..^1] : host;
        try
        {
            return new IdnMapping().GetAscii(name);
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"TargetHost: '{host}' is no host name.", nameof(host), exception);
        }
    }

    private static X509Certificate2Collection ToName(SslServerAuthenticationOptions options) =>
        options is { ClientCertificateRequired: true, CertificateChainPolicy: { TrustMode: X509ChainTrustMode.CustomRootTrust, CustomTrustStore: { Count: > 0 } store } }
            ? [.. store]
            : throw new ArgumentException("NamesAuthorities needs ClientCertificateRequired and authorities: a CertificateChainPolicy with CustomRootTrust and a CustomTrustStore.", nameof(options));

    private static void CheckCommon(EncryptionPolicy encryption, SslProtocols protocols, bool allowsAllPadding)
    {
        if (!allowsAllPadding)
        {
            throw new ArgumentException("AllowRsaPkcs1Padding, AllowRsaPssPadding: neither can be forbidden.", nameof(allowsAllPadding));
        }

        if (encryption != EncryptionPolicy.RequireEncryption)
        {
            throw new ArgumentException("EncryptionPolicy: only RequireEncryption can be had.", nameof(encryption));
        }

        if ((protocols & ~Possible) != 0)
        {
            throw new ArgumentException($"EnabledSslProtocols: {protocols & ~Possible} cannot be had; TLS 1.0 to 1.3 can.", nameof(protocols));
        }
    }

    private static SslProtocols Chosen(SslProtocols protocols) => protocols == SslProtocols.None ? Modern : protocols;

    private static SslApplicationProtocol[] Copy(List<SslApplicationProtocol>? protocols) => protocols is null ? [] : [.. protocols];
}
