using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tls;

/// <summary>Certificates from files, new ones to try things out, and those of a connection.</summary>
/// <remarks>
/// <para>Files are in PEM; a newline at their end may be missing.</para>
/// <para>Thread: any; reading files waits for the disk.</para>
/// </remarks>
public static class TlsCertificates
{
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    /// <summary>Reads a certificate and its private key: the first of each file.</summary>
    /// <param name="certificatePath">The file of the certificate.</param>
    /// <param name="privateKeyPath">The file of the key; null if it is in the same one.</param>
    /// <exception cref="ArgumentException">One of the two is missing or broken, the key is encrypted, or it belongs to another certificate.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static X509Certificate2 Load(string certificatePath, string? privateKeyPath = null) => PemFile.ReadPair(certificatePath, privateKeyPath ?? certificatePath);

    /// <summary>Reads all certificates of a file: a chain, or several roots.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentException">There is no certificate in it, or one is broken.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static X509Certificate2Collection LoadChain(string path) => PemFile.ReadCertificates(path);

    /// <summary>Reads the certificates of all files of a folder whose names end in ".pem". What cannot be read or is no certificate is left out.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">There is no such folder, or it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static X509Certificate2Collection LoadFolder(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return PemFile.ReadFolder(path);
    }

    /// <summary>The certificate that a connection's peer has shown, as a copy.</summary>
    /// <param name="transport">The connection, its handshake done.</param>
    /// <exception cref="TlsException">It is not protected by TLS, its handshake is not done, or the peer has shown none.</exception>
    /// <remarks>Thread: the reactor's. Source: Twisted's <c>Certificate.peerFromTransport</c>.</remarks>
    public static X509Certificate2 PeerFromTransport(ITransport transport)
    {
        ITlsTransport tls = TlsOf(transport, "its peer has no certificate");
        return tls.GetPeerCertificate() ?? throw new TlsException(
            tls.TlsSession is null ? "the handshake is not done: the peer's certificate is not known yet" : "the peer has shown no certificate",
            TlsError.CertificateMissing);
    }

    /// <summary>The certificate of this side of a connection, as a copy without its key.</summary>
    /// <param name="transport">The connection, its handshake done.</param>
    /// <exception cref="TlsException">It is not protected by TLS, its handshake is not done, or this side has none.</exception>
    /// <remarks>Thread: the reactor's. Source: Twisted's <c>Certificate.hostFromTransport</c>.</remarks>
    public static X509Certificate2 HostFromTransport(ITransport transport)
    {
        ITlsTransport tls = TlsOf(transport, "this side has no certificate");
        return tls.GetLocalCertificate() ?? throw new TlsException(
            tls.TlsSession is null ? "the handshake is not done: this side's certificate is not known yet" : "this side has no certificate",
            TlsError.CertificateMissing);
    }

    /// <summary>Makes a certificate with a new key (ECDSA P-256) that vouches for itself. Nobody trusts it who was not given it.</summary>
    /// <param name="from">From when it is valid.</param>
    /// <param name="until">Until when.</param>
    /// <param name="names">Host names and addresses that it is for; the first is its subject.</param>
    /// <exception cref="ArgumentException">There is no name, or the times are in the wrong order.</exception>
    public static X509Certificate2 CreateSelfSigned(DateTimeOffset from, DateTimeOffset until, params ReadOnlySpan<string> names)
    {
        if (names.Length == 0)
        {
            throw new ArgumentException("A certificate needs a name.", nameof(names));
        }

        SubjectAlternativeNameBuilder alternatives = new();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        X500DistinguishedNameBuilder subject = new();
        subject.AddCommonName(names[0]);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerUsage), new Oid(ClientUsage)], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(from, until);
    }

    private static ITlsTransport TlsOf(ITransport transport, string consequence)
    {
        ArgumentNullException.ThrowIfNull(transport);
        return transport.FindAbility<ITlsTransport>() is { IsTls: true } tls
            ? tls
            : throw new TlsException($"{transport} is not protected by TLS: {consequence}", TlsError.CertificateMissing);
    }
}
