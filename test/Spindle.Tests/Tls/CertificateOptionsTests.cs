using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Tls;

public sealed class CertificateOptionsTests
{
    private static readonly TrustRoot Trust = TrustRoot.FromCertificate(TestCertificates.Root);
    private static readonly X509Certificate2 Bare = X509CertificateLoader.LoadCertificate(TestCertificates.Server.RawData);

    [Fact, Clause("TLS-35")]
    public void Constructor_KeyOrCertificateAlone_SaysThatBothAreNeeded()
    {
        using ECDsa key = TestCertificates.Server.GetECDsaPrivateKey()!;

        AssertWrong("no private key", () => new CertificateOptions(certificate: Bare));
        AssertWrong("no certificate", () => new CertificateOptions(privateKey: key));
        AssertWrong("extraCertChain needs a certificate", () => new CertificateOptions(extraCertChain: [TestCertificates.Intermediate]));
        Assert.Equal(Bare.Thumbprint, new CertificateOptions(key, Bare).Certificate!.Thumbprint);
        Assert.True(new CertificateOptions(key, TestCertificates.Server).Certificate!.HasPrivateKey);
        Assert.Null(new CertificateOptions().Certificate);
    }

    [Fact, Clause("TLS-35")]
    public void Constructor_KeyOfAnotherCertificate_IsWrong()
    {
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using RSA rsa = RSA.Create(2048);
        using DSA dsa = DSA.Create(1024);

        AssertWrong("cannot be used with the certificate", () => new CertificateOptions(other, Bare));
        AssertWrong("cannot be used with the certificate", () => new CertificateOptions(rsa, Bare));
        AssertWrong("must be RSA or ECDSA", () => new CertificateOptions(dsa, Bare));
    }

    [Fact, Clause("TLS-35")]
    public void Constructor_TrustRootBesideTheOlderWay_IsWrong()
    {
        AssertWrong("trustRoot excludes", () => new CertificateOptions(trustRoot: Trust, verify: true));
        AssertWrong("trustRoot excludes", () => new CertificateOptions(trustRoot: Trust, verify: false));
        AssertWrong("trustRoot excludes", () => new CertificateOptions(trustRoot: Trust, caCerts: [TestCertificates.Root]));
        AssertWrong("trustRoot excludes", () => new CertificateOptions(trustRoot: Trust, requireCertificate: false));
        AssertWrong("verify needs caCerts", () => new CertificateOptions(verify: true));
        AssertWrong("verify needs caCerts", () => new CertificateOptions(verify: true, caCerts: []));
    }

    [Theory, Clause("TLS-36")]
    [InlineData(null, null, null, SslProtocols.Tls12 | SslProtocols.Tls13)]
    [InlineData(SslProtocols.Tls13, null, null, SslProtocols.Tls13)]
    [InlineData(Old, null, null, SslProtocols.Tls12 | SslProtocols.Tls13)]
    [InlineData(null, Old, null, Old | Older | SslProtocols.Tls12 | SslProtocols.Tls13)]
    [InlineData(null, SslProtocols.Tls13, null, SslProtocols.Tls13)]
    [InlineData(null, null, SslProtocols.Tls12, SslProtocols.Tls12)]
    [InlineData(null, null, Older, Older)]
    [InlineData(SslProtocols.Tls12, null, SslProtocols.Tls12, SslProtocols.Tls12)]
    [InlineData(null, Old, Older, Old | Older)]
    public void Protocols_Range_IsWhatIsSpoken(SslProtocols? raise, SslProtocols? lower, SslProtocols? maximum, SslProtocols expected)
    {
        CertificateOptions options = new(raiseMinimumTo: raise, insecurelyLowerMinimumTo: lower, lowerMaximumSecurityTo: maximum);

        Assert.Equal(expected, options.Protocols);
    }

    [Theory, Clause("TLS-36")]
    [InlineData(SslProtocols.Tls13, null, SslProtocols.Tls12, null, "must not be above lowerMaximumSecurityTo")]
    [InlineData(null, SslProtocols.Tls12, Older, null, "must not be above lowerMaximumSecurityTo")]
    [InlineData(SslProtocols.Tls12, SslProtocols.Tls12, null, null, "exclude each other")]
    [InlineData(SslProtocols.Tls12, null, null, SslProtocols.Tls12, "method excludes")]
    [InlineData(null, SslProtocols.Tls12, null, SslProtocols.Tls12, "method excludes")]
    [InlineData(null, null, SslProtocols.Tls12, SslProtocols.Tls12, "method excludes")]
    [InlineData(SslProtocols.Tls12 | SslProtocols.Tls13, null, null, null, "must be one version")]
    [InlineData(null, SslProtocols.None, null, null, "must be one version")]
    [InlineData(null, null, null, (SslProtocols)48, "cannot be had")]
    public void Constructor_ContradictingVersions_SaysWhich(SslProtocols? raise, SslProtocols? lower, SslProtocols? maximum, SslProtocols? method, string what) =>
        AssertWrong(what, () => new CertificateOptions(method: method, raiseMinimumTo: raise, insecurelyLowerMinimumTo: lower, lowerMaximumSecurityTo: maximum));

    [Fact, Clause("TLS-36")]
    public void Handshake_Range_IsKept()
    {
        CertificateOptions server = new(certificate: TestCertificates.Server, lowerMaximumSecurityTo: SslProtocols.Tls12);

        Assert.Equal(SslProtocols.Tls12, Meet(new CertificateOptions(), server).Session!.Protocol);
        Assert.Equal(TlsError.NothingInCommon, Fail(new CertificateOptions(raiseMinimumTo: SslProtocols.Tls13), server).Server.Error);
    }

    [Fact, Clause("TLS-37")]
    public void Constructor_NoUsableCipher_SaysSo() =>
        AssertWrong("No cipher is usable", () => new CertificateOptions(certificate: TestCertificates.Server, acceptableCiphers: "NOSUCHCIPHER"));

    [Fact, Clause("TLS-37")]
    public void Handshake_Again_ResumesOnlyIfSessionsAreEnabled()
    {
        foreach (bool enabled in new[] { false, true })
        {
            CertificateOptions server = new(certificate: TestCertificates.Server, enableSessions: enabled);
            CertificateOptions client = new(enableSessions: true);

            Assert.False(Meet(client, server).Session!.IsResumed);
            Assert.Equal(enabled, Meet(client, server).Session!.IsResumed);
        }
    }

    [Fact, Clause("TLS-40")]
    public void Handshake_PlainOptions_VerifyNeitherNameNorChain()
    {
        Assert.NotNull(Meet(new CertificateOptions(), new CertificateOptions(certificate: TestCertificates.ServerOfUnknownRoot)).PeerCertificate);
        Assert.NotNull(Meet(new CertificateOptions(trustRoot: Trust), new CertificateOptions(certificate: TestCertificates.WrongName)).PeerCertificate);
        Assert.Equal(
            TlsError.CertificateUntrusted,
            Fail(new CertificateOptions(trustRoot: Trust), new CertificateOptions(certificate: TestCertificates.ServerOfUnknownRoot)).Client.Error);
    }

    [Fact, Clause("TLS-41")]
    public void Handshake_TrustRoots_AreTheOnlyOnes()
    {
        CertificateOptions server = new(certificate: TestCertificates.Server);
        CertificateOptions stranger = new(certificate: TestCertificates.ServerOfUnknownRoot);
        X509Certificate2[] both = [TestCertificates.Root, TestCertificates.UnknownRoot];

        Meet(CertificateOptions.ForClient("localhost", TrustRoot.FromCertificates(both)), server);
        Meet(CertificateOptions.ForClient("localhost", TrustRoot.FromCertificates(both)), stranger);
        Assert.Equal(TlsError.CertificateUntrusted, Fail(CertificateOptions.ForClient("localhost", Trust), stranger).Client.Error);
        Assert.Equal(TlsError.CertificateUntrusted, Fail(CertificateOptions.ForClient("localhost"), server).Client.Error);
        Assert.Equal(TlsError.CertificateUntrusted, Fail(CertificateOptions.ForClient("localhost", TrustRoot.FromCertificates([])), server).Client.Error);
        Assert.Throws<ArgumentException>(() => TrustRoot.FromCertificates([TestCertificates.Root, null!]));
    }

    [Fact, Clause("TLS-41")]
    public void Handshake_SelfSignedPeerAsRoot_IsTrusted()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 alone = TlsCertificates.CreateSelfSigned(now.AddHours(-1), now.AddDays(1), "localhost");

        Meet(CertificateOptions.ForClient("localhost", TrustRoot.FromCertificate(alone)), new CertificateOptions(certificate: alone));
    }

    [Fact, Clause("TLS-38", "TLS-39")]
    public void ForClient_Name_IsSentAndChecked()
    {
        CertificateOptions server = new(certificate: TestCertificates.Server);
        CertificateOptions idna = new(certificate: TestCertificates.ForServer(TestCertificates.Root, "xn--bcher-kva.test"));

        Assert.Equal("localhost", Meet(CertificateOptions.ForClient("localhost", Trust), server).Session!.ServerName);
        Assert.Equal("xn--bcher-kva.test", Meet(CertificateOptions.ForClient("bücher.test", Trust), idna).Session!.ServerName);
        Assert.Null(Meet(CertificateOptions.ForClient("127.0.0.1", Trust), server).Session!.ServerName);
        Assert.Null(Meet(CertificateOptions.ForClient("::1", Trust), server).Session!.ServerName);
        Assert.Equal(TlsError.CertificateNameMismatch, Fail(CertificateOptions.ForClient("elsewhere.test", Trust), server).Client.Error);
        Assert.Equal(TlsError.CertificateNameMismatch, Fail(CertificateOptions.ForClient("127.0.0.2", Trust), server).Client.Error);
        AssertWrong("hostname", () => CertificateOptions.ForClient(null!));
        AssertWrong("hostname", () => CertificateOptions.ForClient(""));
    }

    [Fact, Clause("TLS-42")]
    public void Handshake_ServerWithTrustRoot_RequiresACertificateOfIt()
    {
        CertificateOptions server = new(certificate: TestCertificates.Server, trustRoot: Trust);

        ITlsEngine engine = Meet(CertificateOptions.ForClient("localhost", Trust, TestCertificates.Client), server, TlsRole.Server);
        Assert.Equal(TestCertificates.Client.Thumbprint, engine.PeerCertificate!.Thumbprint);
        (TlsException client, TlsException refused) = Fail(CertificateOptions.ForClient("localhost", Trust), server);
        Assert.Equal((TlsError.RefusedByPeer, TlsError.CertificateMissing), (client.Error, refused.Error));
        (client, refused) = Fail(CertificateOptions.ForClient("localhost", Trust, TestCertificates.ClientOfUnknownRoot), server);
        Assert.Equal((TlsError.RefusedByPeer, TlsError.CertificateUntrusted), (client.Error, refused.Error));
    }

    [Fact, Clause("TLS-35", "TLS-42")]
    public void Handshake_CertificateNotRequired_IsVerifiedIfItIsThere()
    {
        CertificateOptions server = new(certificate: TestCertificates.Server, verify: true, caCerts: [TestCertificates.Root], requireCertificate: false);

        Assert.Null(Meet(new CertificateOptions(), server, TlsRole.Server).PeerCertificate);
        Assert.NotNull(Meet(new CertificateOptions(certificate: TestCertificates.Client), server, TlsRole.Server).PeerCertificate);
        Fail(new CertificateOptions(certificate: TestCertificates.ClientOfUnknownRoot), server);
    }

    [Fact, Clause("TLS-35")]
    public void Handshake_ExtraChain_IsShown()
    {
        CertificateOptions server = new(certificate: TestCertificates.ServerOfIntermediate, extraCertChain: [TestCertificates.Intermediate]);

        Meet(CertificateOptions.ForClient("localhost", Trust), server);
        Fail(CertificateOptions.ForClient("localhost", Trust), new CertificateOptions(certificate: TestCertificates.ServerOfIntermediate));
    }

    [Fact, Clause("TLS-44", "TLS-45")]
    public void Handshake_Protocols_ServersFirstThatTheClientOffers()
    {
        SslApplicationProtocol one = new("one"), two = new("two"), three = new("three");
        CertificateOptions server = new(certificate: TestCertificates.Server, acceptableProtocols: [two, one]);

        Assert.Equal(two, Meet(CertificateOptions.ForClient("localhost", Trust, null, [one, two]), server).Session!.ApplicationProtocol);
        Assert.Equal(default, Meet(CertificateOptions.ForClient("localhost", Trust, null, [three]), server).Session!.ApplicationProtocol);
        Assert.Equal(default, Meet(CertificateOptions.ForClient("localhost", Trust), server).Session!.ApplicationProtocol);
    }

    [Fact, Clause("TLS-2")]
    public void CreateEngine_ServerWithoutCertificate_SaysWhatIsMissing()
    {
        CertificateOptions options = new();

        Assert.False(options.Supports(TlsRole.Server));
        Assert.True(options.Supports(TlsRole.Client));
        AssertWrong("A server needs a certificate", () => options.CreateEngine(TlsRole.Server, new TestTlsHost()));
    }

#pragma warning disable SYSLIB0039, CA5397 // Their order is what is tested.
    private const SslProtocols Old = SslProtocols.Tls, Older = SslProtocols.Tls11;
#pragma warning restore SYSLIB0039, CA5397

    private static ITlsEngine Meet(TlsContext client, TlsContext server, TlsRole side = TlsRole.Client)
    {
        TlsPair pair = new(client, server);
        Assert.True(pair.Handshake(), $"{pair.Client.Failure} {pair.Server.Failure}");
        Assert.Equal("hello", pair.Send(pair.Server, pair.Client, "hello"));
        return side == TlsRole.Client ? pair.Client : pair.Server;
    }

    private static (TlsException Client, TlsException Server) Fail(TlsContext client, TlsContext server)
    {
        using TlsPair pair = new(client, server);
        Assert.False(pair.Handshake());
        return (Assert.IsType<TlsException>(pair.Client.Failure), Assert.IsType<TlsException>(pair.Server.Failure));
    }

    private static void AssertWrong(string what, Func<object> make) =>
        Assert.Contains(what, Assert.ThrowsAny<ArgumentException>(() => make()).Message, StringComparison.Ordinal);
}
