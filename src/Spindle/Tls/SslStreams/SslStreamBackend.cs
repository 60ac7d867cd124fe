using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tls.SslStreams;

/// <summary>Makes engines on <see cref="SslStream"/>.</summary>
internal sealed class SslStreamBackend : ITlsBackend
{
    private volatile SslStreamCertificateContext? _certificate;

    /// <exception cref="ArgumentException">Something can be had of OpenSSL only.</exception>
    public SslStreamBackend(TlsConfiguration configuration)
    {
        TlsPolicy policy = configuration.Policy;
        if (policy.CipherList is not null || policy.CipherSuites is not null || policy.DhParameters is not null || !policy.PreferServerCiphers)
        {
            throw new ArgumentException("TlsPolicy: ciphers, their order and parameters of Diffie-Hellman can be chosen with TlsEngineKind.OpenSsl only; with SslStream, CipherSuitesPolicy can.", nameof(configuration));
        }

        if (configuration.NamedAuthorities.Count > 0 && configuration.SelectServerCertificate is not null)
        {
            throw new ArgumentException("TlsPolicy.NamesAuthorities: with SslStream not together with ServerCertificateSelectionCallback; with TlsEngineKind.OpenSsl they can be.", nameof(configuration));
        }

        Configuration = configuration;
        _certificate = WithAuthorities(configuration.Certificate);
    }

    /// <summary>What the context was made with.</summary>
    public TlsConfiguration Configuration { get; }

    public ITlsEngine CreateEngine(ITlsHost host) => new SslStreamEngine(this, host);

    public void ReplaceCertificate(SslStreamCertificateContext certificate) => _certificate = WithAuthorities(certificate);

    /// <summary>Begins a handshake.</summary>
    public Task Authenticate(SslStream stream, SslStreamEngine engine) =>
        Configuration.Role == TlsRole.Server ? stream.AuthenticateAsServerAsync(ServerOptions(engine)) : stream.AuthenticateAsClientAsync(ClientOptions(engine));

    /// <summary>SslStream keeps what a server names beside its certificate.</summary>
    private SslStreamCertificateContext? WithAuthorities(SslStreamCertificateContext? certificate) => certificate is null || Configuration.NamedAuthorities.Count == 0
        ? certificate
        : SslStreamCertificateContext.Create(
            certificate.TargetCertificate,
            [.. certificate.IntermediateCertificates],
            offline: true,
            SslCertificateTrust.CreateForX509Collection(Configuration.NamedAuthorities, sendTrustInHandshake: true));

    private SslServerAuthenticationOptions ServerOptions(SslStreamEngine engine)
    {
        SslServerAuthenticationOptions options = new()
        {
            AllowRenegotiation = false,
            AllowTlsResume = Configuration.AllowsResumption && !Configuration.AsksForCertificate,
            ApplicationProtocols = Protocols(),
            CertificateChainPolicy = Configuration.Verifier.CopyPolicy(),
            CipherSuitesPolicy = Configuration.CipherSuites,
            ClientCertificateRequired = Configuration.AsksForCertificate,
            EnabledSslProtocols = Configuration.Protocols,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => engine.VerifyPeer(certificate, chain, errors),
        };
        if (Configuration.SelectServerCertificate is null)
        {
            options.ServerCertificateContext = _certificate;
        }
        else
        {
            options.ServerCertificateSelectionCallback = (_, name) => engine.ChooseForServer(name)!;
        }

        return options;
    }

    private SslClientAuthenticationOptions ClientOptions(SslStreamEngine engine)
    {
        SslClientAuthenticationOptions options = new()
        {
            AllowRenegotiation = false,
            AllowTlsResume = Configuration.AllowsResumption,
            ApplicationProtocols = Protocols(),
            CertificateChainPolicy = Configuration.Verifier.CopyPolicy(),
            CipherSuitesPolicy = Configuration.CipherSuites,
            ClientCertificates = [.. Configuration.ClientCertificates.OfType<X509Certificate>()],
            ClientCertificateContext = _certificate,
            EnabledSslProtocols = Configuration.Protocols,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => engine.VerifyPeer(certificate, chain, errors),
            TargetHost = Configuration.TargetHost ?? "",
        };
        if (Configuration.SelectClientCertificate is not null)
        {
            options.LocalCertificateSelectionCallback = (_, _, _, peer, issuers) => engine.ChooseForClient(peer, issuers)!;
        }

        return options;
    }

    private List<SslApplicationProtocol>? Protocols() => Configuration.ApplicationProtocols.Count == 0 ? null : [.. Configuration.ApplicationProtocols];
}
