using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tls;

/// <summary>How a server behaves: its certificate, whom it accepts, versions, protocols. One serves many connections and reactors.</summary>
/// <remarks>
/// <para>The options are copied; changing them later changes nothing. Unlike <see cref="SslStream"/> with these options,
/// a server whose application protocols (ALPN) have nothing in common with the client's selects none and goes on, on OpenSSL.
/// Sessions of clients that showed a certificate are not resumed, so that every such certificate is checked in full.</para>
/// <para>Thread: any.</para>
/// <para>Source: Twisted 22.4, <c>internet/_sslverify.py</c>, <c>OpenSSLCertificateOptions</c>, in .NET's form.</para>
/// </remarks>
public sealed class TlsServerContext : TlsContext
{
    private readonly TlsConfiguration _configuration;
    private readonly ITlsBackend _backend;

    /// <summary>Makes one.</summary>
    /// <param name="options">A certificate or a callback that selects one is needed; the rest has .NET's defaults. TLS 1.2 and 1.3 unless versions are named.</param>
    /// <param name="engine">What does the cryptography.</param>
    /// <param name="policy">The rest; null for <see cref="TlsPolicy.Default"/>.</param>
    /// <exception cref="ArgumentException">There is no certificate, it has no private key, or something cannot be honoured.</exception>
    /// <exception cref="PlatformNotSupportedException">The engine is not to be had on this system.</exception>
    /// <exception cref="TlsException">The certificate or its key cannot be used.</exception>
    public TlsServerContext(SslServerAuthenticationOptions options, TlsEngineKind engine = TlsEngineKind.Default, TlsPolicy? policy = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _configuration = TlsConfiguration.Of(options, policy ?? TlsPolicy.Default, this);
        _backend = TlsBackends.Create(engine, _configuration);
    }

    /// <summary>Uses another certificate for handshakes that begin from now on. Connections that exist keep theirs, and sessions of before are not resumed.</summary>
    /// <param name="certificate">With its private key.</param>
    /// <exception cref="ArgumentException">It has no private key.</exception>
    /// <exception cref="InvalidOperationException">A callback selects the certificates.</exception>
    /// <exception cref="TlsException">It cannot be used.</exception>
    public void ReplaceCertificate(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ReplaceCertificate(TlsConfiguration.WithChain(certificate));
    }

    /// <summary>Uses another certificate, with the authorities above it, for handshakes that begin from now on.</summary>
    /// <param name="certificate">With its private key.</param>
    /// <exception cref="InvalidOperationException">A callback selects the certificates.</exception>
    /// <exception cref="TlsException">It cannot be used.</exception>
    public void ReplaceCertificate(SslStreamCertificateContext certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (_configuration.SelectServerCertificate is not null)
        {
            throw new InvalidOperationException("ServerCertificateSelectionCallback selects the certificates of this context: let it return another.");
        }

        _backend.ReplaceCertificate(certificate);
    }

    internal override bool Supports(TlsRole role) => role == TlsRole.Server;

    internal override ITlsEngine CreateEngine(TlsRole role, ITlsHost host) => role == TlsRole.Server
        ? _backend.CreateEngine(host)
        : throw new ArgumentException("A server's context makes no clients.", nameof(role));
}
