using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Tls;

public sealed class TlsContextTests
{
    [Fact, Clause("TLS-36")]
    public void Backend_SystemHasNoOpenSsl_IsSslStreamOrSaysWhatIsMissing()
    {
        TlsServerContext sender = new(TlsOptions.Server());
        TlsConfiguration configuration = TlsConfiguration.Of(TlsOptions.Server(), TlsPolicy.Default, sender);

        Assert.IsType<Spindle.Tls.SslStreams.SslStreamBackend>(TlsBackends.Create(TlsEngineKind.Default, configuration, hasOpenSsl: false));
        PlatformNotSupportedException failure = Assert.Throws<PlatformNotSupportedException>(() => TlsBackends.Create(TlsEngineKind.OpenSsl, configuration, hasOpenSsl: false));
        Assert.Contains("needs libssl.so.3 and libcrypto.so.3 (OpenSSL 3), which this system does not have; TlsEngineKind.Default takes SslStream then", failure.Message, StringComparison.Ordinal);
        Assert.IsType<Spindle.Tls.OpenSsl.OpenSslBackend>(TlsBackends.Create(TlsEngineKind.Default, configuration, hasOpenSsl: true));
    }

    [Fact]
    public void Server_WithoutCertificate_IsRefused() =>
        Refuses("certificate", () => new TlsServerContext(new SslServerAuthenticationOptions()));

    [Fact]
    public void Server_CertificateWithoutKey_IsRefused() =>
        Refuses("private key", () => new TlsServerContext(TlsOptions.Server(X509CertificateLoader.LoadCertificate(TestCertificates.Server.RawData))));

    [Fact]
    public void Server_AllowRenegotiation_IsRefused()
    {
        SslServerAuthenticationOptions options = TlsOptions.Server();
        options.AllowRenegotiation = true;
        Refuses("AllowRenegotiation", () => new TlsServerContext(options));
    }

    [Fact]
    public void EncryptionPolicy_OtherThanRequire_IsRefused()
    {
#pragma warning disable SYSLIB0040 // That it is obsolete is the point.
        SslServerAuthenticationOptions server = TlsOptions.Server();
        server.EncryptionPolicy = EncryptionPolicy.AllowNoEncryption;
        SslClientAuthenticationOptions client = TlsOptions.Client();
        client.EncryptionPolicy = EncryptionPolicy.AllowNoEncryption;
#pragma warning restore SYSLIB0040
        Refuses("EncryptionPolicy", () => new TlsServerContext(server));
        Refuses("EncryptionPolicy", () => new TlsClientContext(client));
    }

    [Fact, Clause("TLS-37")]
    public void Protocols_Ssl3_IsRefused()
    {
#pragma warning disable CS0618, CA5397 // That it is obsolete is the point.
        Refuses("EnabledSslProtocols", () => new TlsServerContext(TlsOptions.Server(protocols: SslProtocols.Ssl3)));
#pragma warning restore CS0618, CA5397
    }

    [Fact]
    public void RsaPadding_Forbidden_IsRefused()
    {
        SslClientAuthenticationOptions options = TlsOptions.Client();
        options.AllowRsaPkcs1Padding = false;
        Refuses("AllowRsaPkcs1Padding", () => new TlsClientContext(options));
    }

    [Theory, Clause("TLS-38")]
    [InlineData("two words\0")]
    [InlineData("a..b")]
    public void Client_TargetThatIsNoName_IsRefused(string host) => Refuses("TargetHost", () => new TlsClientContext(TlsOptions.Client(host)));

    [Theory, Clause("TLS-37")]
    [InlineData("NONE-SUCH", null)]
    [InlineData(null, "TLS_NONE_SUCH")]
    public void Ciphers_ThatDoNotExist_AreRefused(string? list, string? suites) =>
        Refuses("No cipher is usable", () => new TlsClientContext(TlsOptions.Client(), TlsEngineKind.OpenSsl, new TlsPolicy { CipherList = list, CipherSuites = suites }));

    [Fact, Clause("TLS-37")]
    public void CipherSuitesPolicy_NothingForTheVersion_IsRefused()
    {
        SslClientAuthenticationOptions options = TlsOptions.Client(protocols: SslProtocols.Tls12);
        options.CipherSuitesPolicy = new CipherSuitesPolicy([TlsCipherSuite.TLS_AES_128_GCM_SHA256]);
        Refuses("none of these ciphers", () => new TlsClientContext(options, TlsEngineKind.OpenSsl));
    }

    [Fact]
    public void CipherSuitesPolicy_AndCipherList_IsRefused()
    {
        SslClientAuthenticationOptions options = TlsOptions.Client();
        options.CipherSuitesPolicy = new CipherSuitesPolicy([TlsCipherSuite.TLS_AES_128_GCM_SHA256]);
        Refuses("only one", () => new TlsClientContext(options, TlsEngineKind.OpenSsl, new TlsPolicy { CipherList = "ECDHE" }));
    }

    [Fact]
    public void DhParameters_ThatAreNone_AreRefused() =>
        Refuses("DhParameters", () => new TlsServerContext(TlsOptions.Server(), TlsEngineKind.OpenSsl, new TlsPolicy { DhParameters = "nothing" }));

    [Fact]
    public void Policy_OfOpenSslOnly_IsRefusedBySslStream()
    {
        Refuses("TlsEngineKind.OpenSsl", () => new TlsServerContext(TlsOptions.Server(), TlsEngineKind.SslStream, new TlsPolicy { CipherList = "ECDHE" }));
        Refuses("TlsEngineKind.OpenSsl", () => new TlsServerContext(TlsOptions.Server(), TlsEngineKind.SslStream, new TlsPolicy { DhParameters = "x" }));
        Refuses("TlsEngineKind.OpenSsl", () => new TlsServerContext(TlsOptions.Server(), TlsEngineKind.SslStream, new TlsPolicy { PreferServerCiphers = false }));
    }

    [Fact]
    public void RevocationLists_Garbage_IsRefused() =>
        Refuses("revoked", () => new TlsClientContext(TlsOptions.Client(), policy: new TlsPolicy { RevocationLists = [new byte[] { 1, 2, 3 }] }));

    [Fact]
    public void Engine_ThatDoesNotExist_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TlsClientContext(TlsOptions.Client(), (TlsEngineKind)9));

    [Fact]
    public void CreateEngine_OfTheOtherRole_IsRefused()
    {
        TlsClientContext client = new(TlsOptions.Client());
        TlsServerContext server = new(TlsOptions.Server());
        Assert.True(client.Supports(TlsRole.Client) && server.Supports(TlsRole.Server));
        Assert.False(client.Supports(TlsRole.Server) || server.Supports(TlsRole.Client));
        Assert.Throws<ArgumentException>(() => client.CreateEngine(TlsRole.Server, new TestTlsHost()));
        Assert.Throws<ArgumentException>(() => server.CreateEngine(TlsRole.Client, new TestTlsHost()));
    }

    [Fact]
    public void Default_WhereLibsslIs_IsOpenSsl()
    {
        using TlsPair pair = new(new TlsClientContext(TlsOptions.Client()), new TlsServerContext(TlsOptions.Server()));
        Assert.IsType<Spindle.Tls.OpenSsl.OpenSslEngine>(pair.Client);
        Assert.IsType<Spindle.Tls.OpenSsl.OpenSslEngine>(pair.Server);
    }

    [Fact]
    public void ReplaceCertificate_ACallbackSelects_IsRefused()
    {
        TlsServerContext context = new(new SslServerAuthenticationOptions { ServerCertificateSelectionCallback = (_, _) => TestCertificates.Server });
        Assert.Throws<InvalidOperationException>(() => context.ReplaceCertificate(TestCertificates.Server));
    }

    [Fact]
    public void ReplaceCertificate_WithoutKey_IsRefusedAndTheOldOneStays()
    {
        TlsServerContext context = new(TlsOptions.Server());
        Assert.Throws<ArgumentException>(() => context.ReplaceCertificate(X509CertificateLoader.LoadCertificate(TestCertificates.Server.RawData)));
        using TlsPair pair = new(new TlsClientContext(TlsOptions.Client()), context);
        Assert.True(pair.Handshake());
    }

    /// <summary>Contexts are shared by reactors, each with a thread of its own.</summary>
    [Theory]
    [InlineData(TlsEngineKind.OpenSsl)]
    [InlineData(TlsEngineKind.SslStream)]
    public void Contexts_SharedByThreads_Work(TlsEngineKind kind)
    {
        TlsClientContext client = new(TlsOptions.Client(), kind);
        TlsServerContext server = new(TlsOptions.Server(), kind);
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            if (i % 10 == 0)
            {
                server.ReplaceCertificate(i % 20 == 0 ? TestCertificates.RsaServer : TestCertificates.Server);
            }

            using TlsPair pair = new(client, server);
            Assert.True(pair.Handshake(), pair.Client.Failure + "" + pair.Server.Failure);
            Assert.Equal("hello", pair.Send(pair.Server, pair.Client, "hello"));
        });
    }

    private static void Refuses(string because, Func<object> make)
    {
        ArgumentException refusal = Assert.ThrowsAny<ArgumentException>(make);
        Assert.Contains(because, refusal.Message, StringComparison.Ordinal);
    }
}
