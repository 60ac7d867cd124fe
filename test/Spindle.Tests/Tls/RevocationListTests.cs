using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Spindle.Tests.Support;
using Spindle.Tls;

namespace Spindle.Tests.Tls;

public sealed class RevocationListTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Fact]
    public void Has_RevokedAndOther_TellsThemApart()
    {
        RevocationList list = new(TestCertificates.RevocationList);

        Assert.True(list.Covers(TestCertificates.Revoked, TestCertificates.Root, Now));
        Assert.True(list.Has(TestCertificates.Revoked));
        Assert.False(list.Has(TestCertificates.Server));
    }

    [Fact]
    public void List_Empty_HasNothing() => Assert.False(new RevocationList(TestCertificates.EmptyRevocationList).Has(TestCertificates.Revoked));

    [Fact]
    public void List_InPem_IsRead()
    {
        string pem = PemEncoding.WriteString("X509 CRL", TestCertificates.RevocationList);
        Assert.True(new RevocationList(Encoding.ASCII.GetBytes(pem)).Has(TestCertificates.Revoked));
    }

    [Fact]
    public void Covers_AtAnotherTime_IsFalse()
    {
        RevocationList list = new(TestCertificates.RevocationList);
        Assert.False(list.Covers(TestCertificates.Revoked, TestCertificates.Root, Now.AddDays(400)));
        Assert.False(list.Covers(TestCertificates.Revoked, TestCertificates.Root, Now.AddDays(-30)));
    }

    [Fact]
    public void Covers_AnotherIssuer_IsFalse() =>
        Assert.False(new RevocationList(TestCertificates.RevocationList).Covers(TestCertificates.ServerOfUnknownRoot, TestCertificates.UnknownRoot, Now));

    /// <summary>Who takes the name of an authority cannot speak for it.</summary>
    [Fact]
    public void Covers_SignedByAnotherOfTheSameName_IsFalse()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(TestCertificates.Root.SubjectName, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.KeyCertSign, true));
        using X509Certificate2 impostor = request.CreateSelfSigned(Now.AddDays(-10), Now.AddDays(10));
        RevocationList list = new(TestCertificates.RevocationListOf(impostor));

        Assert.False(list.Covers(TestCertificates.Revoked, TestCertificates.Root, Now));
        Assert.True(list.Covers(TestCertificates.Revoked, impostor, Now));
    }

    [Fact]
    public void Covers_SignedWithRsa_IsTrue()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=An authority with RSA", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using X509Certificate2 authority = request.CreateSelfSigned(Now.AddDays(-10), Now.AddDays(10));
        byte[] raw = new CertificateRevocationListBuilder().Build(authority, BigInteger.One, Now.AddDays(5), HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1, Now.AddDays(-1));

        Assert.True(new RevocationList(raw).Covers(authority, authority, Now));
    }

    [Fact]
    public void List_Changed_CoversNothing()
    {
        byte[] raw = [.. TestCertificates.RevocationList];
        raw[^1] ^= 1;
        Assert.False(new RevocationList(raw).Covers(TestCertificates.Revoked, TestCertificates.Root, Now));
    }

    [Fact]
    public void List_EveryPrefix_IsRefused()
    {
        for (int length = 0; length < TestCertificates.RevocationList.Length; length++)
        {
            Assert.Throws<ArgumentException>(() => new RevocationList(TestCertificates.RevocationList.AsMemory(0, length)));
        }
    }
}
