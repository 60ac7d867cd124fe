using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tls.OpenSsl;

/// <summary>Makes engines on libssl: all of a context share one SSL_CTX.</summary>
internal sealed class OpenSslBackend : ITlsBackend
{
    private readonly ConditionalWeakTable<X509Certificate, OpenSslCredential> _credentials = []; // Those that callbacks chose.
    private readonly bool _resumes;
    private volatile SslContextHandle _context;

    /// <exception cref="ArgumentException">A choice of ciphers or parameters cannot be used.</exception>
    /// <exception cref="TlsException">The certificate cannot be used.</exception>
    public OpenSslBackend(TlsConfiguration configuration)
    {
        Configuration = configuration;
        _resumes = configuration.Role == TlsRole.Client && configuration.AllowsResumption;
        _context = OpenSslContexts.Create(configuration, configuration.Certificate);
    }

    /// <summary>What the context was made with.</summary>
    public TlsConfiguration Configuration { get; }

    /// <summary>The sessions of a client that can be taken up again.</summary>
    public ClientSessions Sessions { get; } = new();

    public ITlsEngine CreateEngine(ITlsHost host)
    {
        SslContextHandle context = _context;
        nint ssl = LibSsl.SSL_new(context.DangerousGetHandle());
        GC.KeepAlive(context);
        if (ssl == 0)
        {
            throw OpenSslErrors.Configuration("A TLS session cannot be made");
        }

        OpenSslEngine engine = new(this, host, new SslHandle(ssl));
        if (Configuration.Role == TlsRole.Server)
        {
            LibSsl.SSL_set_accept_state(ssl);
            return engine;
        }

        LibSsl.SSL_set_connect_state(ssl);
        if (Configuration.ServerName is { } name)
        {
            nint text = Marshal.StringToCoTaskMemUTF8(name);
            LibSsl.SSL_ctrl(ssl, LibSsl.SSL_CTRL_SET_TLSEXT_HOSTNAME, LibSsl.TLSEXT_NAMETYPE_host_name, text);
            Marshal.FreeCoTaskMem(text);
        }

        if (_resumes)
        {
            Sessions.OfferTo(ssl);
        }

        return engine;
    }

    public void ReplaceCertificate(SslStreamCertificateContext certificate) => _context = OpenSslContexts.Create(Configuration, certificate);

    /// <summary>Asks the callback for a server's certificate. What it throws is thrown.</summary>
    public OpenSslCredential ChooseForServer(string? name) =>
        Configuration.SelectServerCertificate!(Configuration.Sender, name) is { } certificate
            ? CredentialOf(certificate)
            : throw new TlsException($"the callback has no certificate for '{name}'", TlsError.Configuration);

    /// <summary>Chooses a client's certificate: by the callback, or the first that an acceptable authority has issued.</summary>
    /// <returns>Null if there is none.</returns>
    public OpenSslCredential? ChooseForClient(X509Certificate2? peer, string[] issuers)
    {
        if (Configuration.SelectClientCertificate is { } select)
        {
            return select(Configuration.Sender, Configuration.TargetHost ?? "", Configuration.ClientCertificates, peer, issuers) is { } selected ? CredentialOf(selected) : null;
        }

        foreach (X509Certificate certificate in Configuration.ClientCertificates)
        {
            if (certificate is X509Certificate2 { HasPrivateKey: true } whole && (issuers.Length == 0 || IsIssuedByOneOf(whole, issuers)))
            {
                return CredentialOf(certificate);
            }
        }

        return null;
    }

    private static bool IsIssuedByOneOf(X509Certificate2 certificate, string[] issuers) =>
        issuers.Contains(certificate.IssuerName.Name)
        || TlsConfiguration.WithChain(certificate).IntermediateCertificates.Any(authority => issuers.Contains(authority.IssuerName.Name));

    private OpenSslCredential CredentialOf(X509Certificate certificate) =>
        _credentials.GetValue(certificate, static chosen => new OpenSslCredential(TlsConfiguration.WithChain(chosen)));
}
