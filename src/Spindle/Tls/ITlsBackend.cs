using System.Net.Security;

namespace Spindle.Tls;

/// <summary>Makes engines of one kind for one context.</summary>
/// <remarks>Thread: any.</remarks>
internal interface ITlsBackend
{
    /// <summary>Makes an engine for one connection.</summary>
    ITlsEngine CreateEngine(ITlsHost host);

    /// <summary>Uses another certificate for connections that begin from now on.</summary>
    /// <exception cref="TlsException">It cannot be used.</exception>
    void ReplaceCertificate(SslStreamCertificateContext certificate);
}
