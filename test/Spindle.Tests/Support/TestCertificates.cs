using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tests.Support;

/// <summary>Certificates for tests, made in memory when first asked for and shared by the process. Nobody disposes of them.</summary>
internal static class TestCertificates
{
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";
    private static readonly DateTimeOffset Start = DateTimeOffset.UtcNow.AddDays(-400);
    private static readonly DateTimeOffset End = DateTimeOffset.UtcNow.AddDays(3650);

    private static readonly Lazy<X509Certificate2> LazyRoot = new(() => Authority("Spindle test root", null));
    private static readonly Lazy<X509Certificate2> LazyUnknownRoot = new(() => Authority("Spindle unknown root", null));
    private static readonly Lazy<X509Certificate2> LazyIntermediate = new(() => Authority("Spindle test intermediate", Root));
    private static readonly Lazy<X509Certificate2> LazyServer = new(() => ForServer(Root, "localhost", "127.0.0.1", "::1"));
    private static readonly Lazy<X509Certificate2> LazyServerOfIntermediate = new(() => ForServer(Intermediate, "localhost", "127.0.0.1", "::1"));
    private static readonly Lazy<X509Certificate2> LazyServerOfUnknownRoot = new(() => ForServer(UnknownRoot, "localhost", "127.0.0.1", "::1"));
    private static readonly Lazy<X509Certificate2> LazyWrongName = new(() => ForServer(Root, "elsewhere.test"));
    private static readonly Lazy<X509Certificate2> LazyRevoked = new(() => ForServer(Root, "localhost", "127.0.0.1", "::1"));
    private static readonly Lazy<X509Certificate2> LazyServerA = new(() => ForServer(Root, "a.test"));
    private static readonly Lazy<X509Certificate2> LazyServerB = new(() => ForServer(Root, "b.test", "*.b.test"));
    private static readonly Lazy<X509Certificate2> LazyExpired = new(() => Leaf(Root, "CN=localhost", ServerUsage, ["localhost", "127.0.0.1"], Start, Start.AddDays(30)));
    private static readonly Lazy<X509Certificate2> LazyNotYetValid = new(() => Leaf(Root, "CN=localhost", ServerUsage, ["localhost", "127.0.0.1"], End.AddDays(-30), End));
    private static readonly Lazy<X509Certificate2> LazyClient = new(() => ForClient(Root, "somebody"));
    private static readonly Lazy<X509Certificate2> LazyOtherClient = new(() => ForClient(Root, "somebody else"));
    private static readonly Lazy<X509Certificate2> LazyClientOfUnknownRoot = new(() => ForClient(UnknownRoot, "stranger"));
    private static readonly Lazy<X509Certificate2> LazyRsaServer = new(MakeRsaServer);
    private static readonly Lazy<byte[]> LazyRevocationList = new(() => RevocationListOf(Root, Revoked));
    private static readonly Lazy<byte[]> LazyEmptyRevocationList = new(() => RevocationListOf(Root));

    /// <summary>The root that tests trust.</summary>
    public static X509Certificate2 Root => LazyRoot.Value;

    /// <summary>A root that nobody trusts.</summary>
    public static X509Certificate2 UnknownRoot => LazyUnknownRoot.Value;

    /// <summary>An authority below <see cref="Root"/>.</summary>
    public static X509Certificate2 Intermediate => LazyIntermediate.Value;

    /// <summary>For localhost, 127.0.0.1 and ::1; P-256.</summary>
    public static X509Certificate2 Server => LazyServer.Value;

    /// <summary>As <see cref="Server"/>, from <see cref="Intermediate"/>.</summary>
    public static X509Certificate2 ServerOfIntermediate => LazyServerOfIntermediate.Value;

    /// <summary>As <see cref="Server"/>, from <see cref="UnknownRoot"/>.</summary>
    public static X509Certificate2 ServerOfUnknownRoot => LazyServerOfUnknownRoot.Value;

    /// <summary>As <see cref="Server"/>, with an RSA key of 2,048 bits.</summary>
    public static X509Certificate2 RsaServer => LazyRsaServer.Value;

    /// <summary>For elsewhere.test.</summary>
    public static X509Certificate2 WrongName => LazyWrongName.Value;

    /// <summary>For localhost; over for a year.</summary>
    public static X509Certificate2 Expired => LazyExpired.Value;

    /// <summary>For localhost; valid in years.</summary>
    public static X509Certificate2 NotYetValid => LazyNotYetValid.Value;

    /// <summary>As <see cref="Server"/>, but in <see cref="RevocationList"/>.</summary>
    public static X509Certificate2 Revoked => LazyRevoked.Value;

    /// <summary>For a.test.</summary>
    public static X509Certificate2 ServerA => LazyServerA.Value;

    /// <summary>For b.test and all below it.</summary>
    public static X509Certificate2 ServerB => LazyServerB.Value;

    /// <summary>For a client.</summary>
    public static X509Certificate2 Client => LazyClient.Value;

    /// <summary>For another client.</summary>
    public static X509Certificate2 OtherClient => LazyOtherClient.Value;

    /// <summary>For a client, from <see cref="UnknownRoot"/>.</summary>
    public static X509Certificate2 ClientOfUnknownRoot => LazyClientOfUnknownRoot.Value;

    /// <summary><see cref="Root"/>'s list with <see cref="Revoked"/> in it; DER.</summary>
    public static byte[] RevocationList => LazyRevocationList.Value;

    /// <summary>A list of <see cref="Root"/>'s with nothing in it; DER.</summary>
    public static byte[] EmptyRevocationList => LazyEmptyRevocationList.Value;

    /// <summary>Makes a certificate for a server.</summary>
    /// <param name="issuer">Who signs it.</param>
    /// <param name="names">DNS names and addresses.</param>
    public static X509Certificate2 ForServer(X509Certificate2 issuer, params string[] names) =>
        Leaf(issuer, $"CN={names[0].Replace("*", "any", StringComparison.Ordinal)}", ServerUsage, names, Start, issuer.NotAfter);

    /// <summary>Makes a certificate for a client.</summary>
    public static X509Certificate2 ForClient(X509Certificate2 issuer, string name) =>
        Leaf(issuer, $"CN={name}", ClientUsage, [], Start, issuer.NotAfter);

    /// <summary>Makes a list of revoked certificates, signed by an authority, valid for a year.</summary>
    public static byte[] RevocationListOf(X509Certificate2 issuer, params X509Certificate2[] revoked)
    {
        CertificateRevocationListBuilder builder = new();
        foreach (X509Certificate2 certificate in revoked)
        {
            builder.AddEntry(certificate, DateTimeOffset.UtcNow.AddDays(-1));
        }

        return builder.Build(issuer, BigInteger.One, DateTimeOffset.UtcNow.AddDays(365), HashAlgorithmName.SHA256, thisUpdate: DateTimeOffset.UtcNow.AddDays(-2));
    }

    private static X509Certificate2 Authority(string name, X509Certificate2? issuer)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (issuer is null)
        {
            return request.CreateSelfSigned(Start.AddDays(-1), End.AddDays(1));
        }

        using X509Certificate2 certificate = request.Create(issuer, Start, End, Serial());
        return certificate.CopyWithPrivateKey(key);
    }

    private static X509Certificate2 Leaf(X509Certificate2 issuer, string subject, string usage, string[] names, DateTimeOffset from, DateTimeOffset until)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(subject, key, HashAlgorithmName.SHA256);
        Describe(request, usage, names);
        using X509Certificate2 certificate = request.Create(issuer, from, until, Serial());
        return certificate.CopyWithPrivateKey(key);
    }

    private static X509Certificate2 MakeRsaServer()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Describe(request, ServerUsage, ["localhost", "127.0.0.1", "::1"]);
        X509SignatureGenerator signer = X509SignatureGenerator.CreateForECDsa(Root.GetECDsaPrivateKey()!);
        using X509Certificate2 certificate = request.Create(Root.SubjectName, signer, Start, End, Serial());
        return certificate.CopyWithPrivateKey(key);
    }

    private static void Describe(CertificateRequest request, string usage, string[] names)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        if (names.Length == 0)
        {
            return;
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

        request.CertificateExtensions.Add(alternatives.Build());
    }

    private static byte[] Serial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(12);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40); // Positive, and without a leading zero.
        return serial;
    }
}
