using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Spindle.Tls;

namespace Spindle.Endpoints;

/// <summary>
/// Servers: <c>ssl:port[:privateKey=server.pem][:certKey][:sslmethod][:interface][:backlog][:extraCertChain][:dhParameters]</c>.
/// Clients: <c>ssl:</c> as tcp, with privateKey, certKey, caCertsDir and hostname;
/// <c>tls:host:port[:timeout=30][:bindAddress][:certificate][:privateKey][:trustRoots][:endpoint]</c> (EP-19 to EP-23).
/// </summary>
internal static class TlsEndpointStrings
{
    private const int DefaultBacklog = 50;
    private const string DefaultKey = "server.pem";
    private const string ServerExample = "ssl:8443:privateKey=key.pem:certKey=certificate.pem";
    private const string SslExample = "ssl:example.com:443";
    private const string TlsExample = "tls:example.com:443";

    public static IStreamServerEndpoint ParseServer(IReactorCore reactor, EndpointDescription description)
    {
        int port = TcpEndpointStrings.TakePort(description, ServerExample);
        string? key = description.Take("privateKey");
        string? certificate = description.Take("certKey");
        string? method = description.Take("sslmethod");
        string host = TcpEndpointStrings.CheckInterface(description, description.Take("interface") ?? "");
        int backlog = description.TakeNumber("backlog", 0, int.MaxValue) ?? DefaultBacklog;
        string? chain = description.Take("extraCertChain");
        string? parameters = description.Take("dhParameters");
        TlsContext context = (key ?? certificate ?? method ?? chain ?? parameters) is null && description.DefaultTls?.Invoke() is { } given
            ? given
            : MakeServerContext(description, key, certificate, ParseMethod(description, method), chain, parameters);
        return new SslServerEndpoint(description.Require<IReactorSsl>(reactor), port, context, backlog, host);
    }

    public static IStreamClientEndpoint ParseSslClient(IReactorCore reactor, EndpointDescription description)
    {
        string? key = description.TakeNamed("privateKey");
        string? certificate = description.TakeNamed("certKey");
        string? roots = description.TakeNamed("caCertsDir");
        string? hostname = description.TakeNamed("hostname");
        string host = TakeHost(description, SslExample);
        int port = TcpEndpointStrings.TakePort(description, SslExample);
        description.EndValues(); // As tcp: (EP-21).
        TimeSpan? timeout = description.TakeSeconds("timeout");
        string? bind = description.Take("bindAddress");
        return new SslClientEndpoint(
            description.Require<IReactorSsl>(reactor),
            host,
            port,
            MakeClientContext(description, hostname ?? host, roots, certificate ?? key, key),
            timeout,
            TcpEndpointStrings.ParseBind(description, bind));
    }

    public static IStreamClientEndpoint ParseTlsClient(IReactorCore reactor, EndpointDescription description)
    {
        string? inner = description.TakeNamed("endpoint");
        string host = TakeHost(description, TlsExample);
        int? port = description.TakeNumber("port", IPEndPoint.MinPort, IPEndPoint.MaxPort);
        TimeSpan? timeout = description.TakeSeconds("timeout");
        string? bind = description.Take("bindAddress");
        string? certificate = description.Take("certificate");
        string? key = description.Take("privateKey");
        string? roots = description.Take("trustRoots");
        inner ??= description.Take("endpoint");
        TlsContext context = MakeClientContext(description, host, roots, certificate ?? key, key);
        IStreamClientEndpoint endpoint = inner is not null
            ? EndpointStrings.ParseClient(reactor, inner) // Port, timeout and bindAddress are its own.
            : new HostnameEndpoint(
                description.Require<IReactorTcp>(reactor),
                host,
                port ?? throw description.Missing("port", TlsExample),
                timeout,
                TcpEndpointStrings.ParseBind(description, bind));
        return new TlsClientEndpoint(description.Require<IReactorTime>(reactor), context, endpoint);
    }

    private static string TakeHost(EndpointDescription description, string example)
    {
        string host = description.TakeRequired("host", example);
        return host.Length > 0 ? host : throw description.Wrong($"the host is empty; write it as in \"{example}\"");
    }

    private static CertificateOptions MakeServerContext(EndpointDescription description, string? key, string? certificate, SslProtocols? method, string? chain, string? parameters)
    {
        if (key is null && certificate is null && !File.Exists(DefaultKey))
        {
            throw description.Wrong($"it names no private key and certificate, and there is no {DefaultKey} with both; write it as in \"{ServerExample}\"");
        }

        key ??= certificate ?? DefaultKey;
        return Make(description, () =>
        {
            X509Certificate2[] above = [.. AuthoritiesIn(certificate ?? key), .. chain is null ? [] : TlsCertificates.LoadChain(chain)];
            return new CertificateOptions(
                certificate: TlsCertificates.Load(certificate ?? key, key),
                method: method,
                extraCertChain: above,
                dhParameters: parameters is null ? null : PemFile.Read(parameters));
        });
    }

    // An empty name is the way to ask for what the original does without one: nobody checks for whom the certificate is,
    // and without roots of one's own nobody checks it at all.
    private static TlsContext MakeClientContext(EndpointDescription description, string hostname, string? roots, string? certificate, string? key) =>
        Make<TlsContext>(description, () =>
        {
            X509Certificate2? own = certificate is null ? null : TlsCertificates.Load(certificate, key);
            X509Certificate2[]? above = certificate is null ? null : [.. AuthoritiesIn(certificate)];
            TrustRoot? trust = roots is null ? null : File.Exists(roots) ? TrustRoot.FromCertificates(TlsCertificates.LoadChain(roots)) : TrustRoot.FromFolder(roots);
            return hostname.Length > 0
                ? CertificateOptions.ForClient(hostname, trust, own, extraCertChain: above)
                : new CertificateOptions(certificate: own, trustRoot: trust, extraCertChain: above);
        });

    private static IEnumerable<X509Certificate2> AuthoritiesIn(string path) => TlsCertificates.LoadChain(path).Skip(1);

    private static T Make<T>(EndpointDescription description, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (Exception failure) when (failure is ArgumentException or IOException or UnauthorizedAccessException or TlsException or PlatformNotSupportedException)
        {
            throw description.Wrong(WithoutParameter(failure.Message).TrimEnd('.'), failure);
        }
    }

    // A parameter's name, which a message below may end with, says nothing to whoever wrote the description.
    private static string WithoutParameter(string message)
    {
        int begin = message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        int end = begin < 0 ? -1 : message.IndexOf("')", begin, StringComparison.Ordinal);
        return end < 0 ? message : WithoutParameter(message.Remove(begin, end + 2 - begin));
    }

    private static SslProtocols? ParseMethod(EndpointDescription description, string? method)
    {
        switch (method)
        {
            case null or "SSLv23_METHOD" or "TLS_METHOD":
                return null;
#pragma warning disable SYSLIB0039, CA5397 // Who names an old version wants it.
            case "TLSv1_METHOD":
                return SslProtocols.Tls;
            case "TLSv1_1_METHOD":
                return SslProtocols.Tls11;
#pragma warning restore SYSLIB0039, CA5397
            case "TLSv1_2_METHOD":
                return SslProtocols.Tls12;
            default:
                throw description.Wrong($"the sslmethod is \"{method}\"; it must be TLS_METHOD, the default, for TLS 1.2 and 1.3, or TLSv1_2_METHOD, TLSv1_1_METHOD or TLSv1_METHOD for one version");
        }
    }
}
