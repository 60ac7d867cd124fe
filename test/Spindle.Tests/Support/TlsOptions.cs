using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tests.Support;

/// <summary>Options for tests: a server with <see cref="TestCertificates.Server"/>, a client that trusts <see cref="TestCertificates.Root"/> only.</summary>
internal static class TlsOptions
{
    public static SslServerAuthenticationOptions Server(X509Certificate2? certificate = null, SslProtocols protocols = SslProtocols.None) => new()
    {
        ServerCertificate = certificate ?? TestCertificates.Server,
        EnabledSslProtocols = protocols,
    };

    /// <summary>A server that requires a certificate of <see cref="TestCertificates.Root"/>'s.</summary>
    public static SslServerAuthenticationOptions DemandingServer(SslProtocols protocols = SslProtocols.None) => new()
    {
        ServerCertificate = TestCertificates.Server,
        EnabledSslProtocols = protocols,
        ClientCertificateRequired = true,
        CertificateChainPolicy = TrustOf(TestCertificates.Root),
    };

    public static SslClientAuthenticationOptions Client(string? host = "localhost", SslProtocols protocols = SslProtocols.None) => new()
    {
        TargetHost = host,
        EnabledSslProtocols = protocols,
        CertificateChainPolicy = TrustOf(TestCertificates.Root),
    };

    public static X509ChainPolicy TrustOf(params X509Certificate2[] roots)
    {
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }
}
