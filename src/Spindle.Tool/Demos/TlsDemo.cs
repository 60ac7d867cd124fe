using System.Net;
using System.Security.Cryptography.X509Certificates;
using Spindle.Endpoints;
using Spindle.Tls;

namespace Spindle.Tool.Demos;

/// <summary>A TLS connection to an echo server on this machine, which the client knows by its certificate.</summary>
internal sealed class TlsDemo : IDemo
{
    private const string Host = "localhost";

    public string Name => "TLS";

    public async Task<string> RunAsync(DemoContext context)
    {
        DateTimeOffset now = context.Reactor.EventLoop.TimeProvider.GetUtcNow();
        using X509Certificate2 certificate = TlsCertificates.CreateSelfSigned(now.AddHours(-1), now.AddHours(1), Host);
        TlsContext server = new CertificateOptions(certificate: certificate);
        TlsContext client = CertificateOptions.ForClient(Host, TrustRoot.FromCertificate(certificate));
        string loopback = IPAddress.Loopback.ToString();
        return await Exchange.EchoAsync(
            new SslServerEndpoint(context.Reactor, 0, server, host: loopback),
            port => new SslClientEndpoint(context.Reactor, loopback, ((IPEndPoint)port.GetHost()).Port, client),
            context.CancellationToken).ConfigureAwait(true);
    }
}
