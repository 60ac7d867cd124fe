using System.Net.Security;

namespace Spindle.Tls;

/// <summary>How a client behaves: which server it wants, whom it trusts, its certificate, versions, protocols. One serves many connections to one target, and reactors.</summary>
/// <remarks>
/// <para>The options are copied; changing them later changes nothing. The target host is sent as SNI unless it is an address, and the
/// server's certificate must be for it; subject names do not count. Sessions are kept and taken up again; the certificate is then checked once more.
/// Renegotiation is never done, whatever AllowRenegotiation says.</para>
/// <para>Thread: any.</para>
/// <para>Source: Twisted 22.4, <c>internet/_sslverify.py</c>, <c>optionsForClientTLS</c>, in .NET's form.</para>
/// </remarks>
public sealed class TlsClientContext : TlsContext
{
    private readonly ITlsBackend _backend;

    /// <summary>Makes one.</summary>
    /// <param name="options">The target host is needed unless <see cref="TlsPolicy.ChecksName"/> is false or a callback decides; the rest has .NET's defaults. TLS 1.2 and 1.3 unless versions are named.</param>
    /// <param name="engine">What does the cryptography.</param>
    /// <param name="policy">The rest; null for <see cref="TlsPolicy.Default"/>.</param>
    /// <exception cref="ArgumentException">The target host is no host name, or something cannot be honoured.</exception>
    /// <exception cref="PlatformNotSupportedException">The engine is not to be had on this system.</exception>
    /// <exception cref="TlsException">The certificate or its key cannot be used.</exception>
    public TlsClientContext(SslClientAuthenticationOptions options, TlsEngineKind engine = TlsEngineKind.Default, TlsPolicy? policy = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _backend = TlsBackends.Create(engine, TlsConfiguration.Of(options, policy ?? TlsPolicy.Default, this));
    }

    internal override bool Supports(TlsRole role) => role == TlsRole.Client;

    internal override ITlsEngine CreateEngine(TlsRole role, ITlsHost host) => role == TlsRole.Client
        ? _backend.CreateEngine(host)
        : throw new ArgumentException("A client's context makes no servers.", nameof(role));
}
