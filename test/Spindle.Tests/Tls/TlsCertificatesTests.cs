using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Spindle.Tests.Support;
using Spindle.Tls;

namespace Spindle.Tests.Tls;

public sealed class TlsCertificatesTests : IDisposable
{
    private static readonly string Certificate = TestCertificates.Server.ExportCertificatePem();
    private static readonly string Key = KeyOf(TestCertificates.Server).ExportPkcs8PrivateKeyPem();

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, Clause("EP-20")]
    [InlineData("", "")]
    [InlineData("\n", "\n")]
    [InlineData("\r\n", "\r\n\r\n")]
    public void Load_TwoFiles_GivesTheCertificateWithItsKey(string endOfCertificate, string endOfKey)
    {
        string certificate = Write("certificate.pem", Certificate + endOfCertificate);
        string key = Write("key.pem", Key + endOfKey);

        using X509Certificate2 loaded = TlsCertificates.Load(certificate, key);

        Assert.Equal(TestCertificates.Server.Thumbprint, loaded.Thumbprint);
        Assert.True(loaded.HasPrivateKey);
    }

    [Fact, Clause("EP-20")]
    public void Load_OneFile_TakesItsFirstCertificateAndItsKey()
    {
        string path = Write("server.pem", string.Join('\n', Key, Certificate, TestCertificates.Root.ExportCertificatePem()));

        using X509Certificate2 loaded = TlsCertificates.Load(path);

        Assert.Equal(TestCertificates.Server.Thumbprint, loaded.Thumbprint);
        Assert.True(loaded.HasPrivateKey);
    }

    [Fact]
    public void Load_OlderFormsOfKeys_AreRead()
    {
        using ECDsa ecdsa = KeyOf(TestCertificates.Server);
        using RSA rsa = TestCertificates.RsaServer.GetRSAPrivateKey()!;
        string rsaCertificate = Write("rsa.pem", TestCertificates.RsaServer.ExportCertificatePem());

        using X509Certificate2 one = TlsCertificates.Load(Write("certificate.pem", Certificate), Write("ec.pem", ecdsa.ExportECPrivateKeyPem()));
        using X509Certificate2 other = TlsCertificates.Load(rsaCertificate, Write("rsakey.pem", rsa.ExportRSAPrivateKeyPem()));

        Assert.True(one.HasPrivateKey);
        Assert.True(other.HasPrivateKey);
    }

    [Fact]
    public void Load_EncryptedKey_SaysSoAndHowToDecryptIt()
    {
        using ECDsa key = KeyOf(TestCertificates.Server);
        string encrypted = key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        string path = Write("key.pem", encrypted);

        ArgumentException failure = Assert.Throws<ArgumentException>(() => TlsCertificates.Load(Write("certificate.pem", Certificate), path));

        Assert.Contains($"\"{path}\" is encrypted", failure.Message, StringComparison.Ordinal);
        Assert.Contains("openssl pkey -in", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "has no private key in PEM")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "cannot be used with the certificate")]
    public void Load_BadKey_SaysWhichFile(string text, string what)
    {
        string path = Write("key.pem", text);

        ArgumentException failure = Assert.Throws<ArgumentException>(() => TlsCertificates.Load(Write("certificate.pem", Certificate), path));

        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_KeyOfAnotherCertificate_SaysWhoseItIsNot()
    {
        using ECDsa other = KeyOf(TestCertificates.Client);
        string key = Write("key.pem", other.ExportPkcs8PrivateKeyPem());

        ArgumentException failure = Assert.Throws<ArgumentException>(() => TlsCertificates.Load(Write("certificate.pem", Certificate), key));

        Assert.Contains("CN=localhost", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoSuchFile_NamesIt() =>
        Assert.Contains("nowhere.pem", Assert.Throws<FileNotFoundException>(() => TlsCertificates.Load(_folder.File("nowhere.pem"))).Message, StringComparison.Ordinal);

    [Fact, Clause("EP-20")]
    public void LoadChain_Several_KeepsTheirOrder()
    {
        string path = Write("chain.pem", TestCertificates.Intermediate.ExportCertificatePem() + "\n" + TestCertificates.Root.ExportCertificatePem());

        X509Certificate2Collection chain = TlsCertificates.LoadChain(path);

        Assert.Equal([TestCertificates.Intermediate.Thumbprint, TestCertificates.Root.Thumbprint], chain.Select(each => each.Thumbprint));
    }

    [Theory, Clause("EP-20")]
    [InlineData("")]
    [InlineData("Bag Attributes: none\n")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    public void LoadChain_NoCertificate_SaysSo(string text)
    {
        string path = Write("chain.pem", text);

        ArgumentException failure = Assert.Throws<ArgumentException>(() => TlsCertificates.LoadChain(path));

        Assert.Contains($"\"{path}\" has no certificate in PEM", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadChain_BrokenCertificate_SaysSo()
    {
        string path = Write("chain.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");

        ArgumentException failure = Assert.Throws<ArgumentException>(() => TlsCertificates.LoadChain(path));

        Assert.Contains("has a certificate that is broken", failure.Message, StringComparison.Ordinal);
    }

    [Fact, Clause("EP-23")]
    public void LoadFolder_ReadsPemFilesAndLeavesOutWhatItCannotRead()
    {
        Write("b.pem", TestCertificates.Root.ExportCertificatePem());
        Write("a.PEM", TestCertificates.UnknownRoot.ExportCertificatePem() + "\n" + TestCertificates.Intermediate.ExportCertificatePem());
        Write("c.crt", TestCertificates.Server.ExportCertificatePem());
        Write("pem", TestCertificates.Server.ExportCertificatePem());
        Write("d.pem", Key);
        Write("e.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
        Directory.CreateDirectory(_folder.File("f.pem"));
        File.CreateSymbolicLink(_folder.File("g.pem"), _folder.File("gone"));

        X509Certificate2Collection found = TlsCertificates.LoadFolder(_folder.Path);

        Assert.Equal(
            [TestCertificates.UnknownRoot.Thumbprint, TestCertificates.Intermediate.Thumbprint, TestCertificates.Root.Thumbprint],
            found.Select(each => each.Thumbprint));
    }

    [Fact]
    public void LoadFolder_NoSuchFolder_NamesIt() =>
        Assert.Contains("nowhere", Assert.Throws<DirectoryNotFoundException>(() => TlsCertificates.LoadFolder(_folder.File("nowhere"))).Message, StringComparison.Ordinal);

    [Fact]
    public void CreateSelfSigned_Names_AreThoseItIsFor()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;

        using X509Certificate2 made = TlsCertificates.CreateSelfSigned(now.AddHours(-1), now.AddDays(1), "localhost", "127.0.0.1", "::1");

        Assert.True(made.HasPrivateKey);
        Assert.Equal("CN=localhost", made.Subject);
        Assert.True(made.MatchesHostname("localhost", allowCommonName: false));
        Assert.True(made.MatchesHostname("127.0.0.1"));
        Assert.True(made.MatchesHostname("::1"));
        Assert.False(made.MatchesHostname("example.com"));
        Assert.Throws<ArgumentException>(() => TlsCertificates.CreateSelfSigned(now, now.AddDays(1)));
    }

    private static ECDsa KeyOf(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!;

    private string Write(string name, string text)
    {
        string path = _folder.File(name);
        File.WriteAllText(path, text);
        return path;
    }
}
