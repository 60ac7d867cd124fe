using System.Net.Security;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Contracts;

public abstract partial class TlsEngineContract
{
    private static readonly string[] Named = [TestCertificates.Root.Subject, TestCertificates.Intermediate.Subject];
    private static readonly TlsPolicy Naming = new() { NamesAuthorities = true };

    /// <summary>SslStream chooses a client's certificate before it hears of them: a weaker behaviour, in the table of decision 0018.</summary>
    private bool ClientSeesAuthorities => client == TlsEngineKind.OpenSsl;

    [Fact, Clause("TLS-42")]
    public void Authorities_Named_TheClientsCallbackSeesThem()
    {
        string[]? seen = null;
        SslClientAuthenticationOptions options = TlsOptions.Client();
        options.LocalCertificateSelectionCallback = (_, _, _, _, issuers) =>
        {
            seen = issuers;
            return TestCertificates.Client;
        };
        TlsServerContext context = ServerContext(NamingServer(), Naming);
        for (int i = 0; i < 2; i++)
        {
            seen = null;
            using TlsPair pair = new(ClientContext(options), context);

            Assert.True(pair.Handshake(), Why(pair));
            Assert.Equal(ClientSeesAuthorities ? Named : [], seen!);
            Assert.Equal(TestCertificates.Client.Thumbprint, pair.Server.PeerCertificate!.Thumbprint);
            context.ReplaceCertificate(TestCertificates.RsaServer); // Names them, too.
        }
    }

    [Fact, Clause("TLS-42")]
    public void Authorities_Named_TheClientShowsTheCertificateOfOneOfThem()
    {
        SslClientAuthenticationOptions options = TlsOptions.Client();
        options.ClientCertificates = [TestCertificates.ClientOfUnknownRoot, TestCertificates.OtherClient];
        using TlsPair pair = Pair(options, NamingServer(), serverPolicy: Naming);

        ShowsTheOtherClient(pair);
    }

    [Fact, Clause("TLS-42")]
    public void Authorities_NamedAndTheClientHasNoneOfTheirs_ItsCertificateIsMissing()
    {
        using TlsPair pair = Pair(WithCertificate(TestCertificates.ClientOfUnknownRoot), NamingServer(), serverPolicy: Naming);

        Assert.False(pair.Handshake());
        Assert.Equal(ClientSeesAuthorities ? TlsError.CertificateMissing : TlsError.CertificateUntrusted, Assert.IsType<TlsException>(pair.Server.Failure).Error);
    }

    [Fact]
    public void Authorities_NoneToName_IsRefused()
    {
        SslServerAuthenticationOptions bySystem = NamingServer();
        bySystem.CertificateChainPolicy = null;
        SslServerAuthenticationOptions asksNobody = NamingServer();
        asksNobody.ClientCertificateRequired = false;

        Assert.Contains("NamesAuthorities", Assert.Throws<ArgumentException>(() => ServerContext(bySystem, Naming)).Message, StringComparison.Ordinal);
        Assert.Contains("NamesAuthorities", Assert.Throws<ArgumentException>(() => ServerContext(asksNobody, Naming)).Message, StringComparison.Ordinal);
    }

    /// <summary>SslStream cannot: a weaker behaviour, in the table of decision 0018.</summary>
    [Fact, Clause("TLS-42")]
    public void Authorities_NamedAndTheServersCertificateIsSelected_AreNamed()
    {
        SslServerAuthenticationOptions serverOptions = NamingServer();
        serverOptions.ServerCertificate = null;
        serverOptions.ServerCertificateSelectionCallback = (_, _) => TestCertificates.Server;
        if (server == TlsEngineKind.SslStream)
        {
            Assert.Contains("NamesAuthorities", Assert.Throws<ArgumentException>(() => ServerContext(serverOptions, Naming)).Message, StringComparison.Ordinal);
            return;
        }

        SslClientAuthenticationOptions options = TlsOptions.Client();
        options.ClientCertificates = [TestCertificates.ClientOfUnknownRoot, TestCertificates.OtherClient];
        using TlsPair pair = Pair(options, serverOptions, serverPolicy: Naming);

        ShowsTheOtherClient(pair);
    }

    private void ShowsTheOtherClient(TlsPair pair)
    {
        if (ClientSeesAuthorities)
        {
            Assert.True(pair.Handshake(), Why(pair));
            Assert.Equal(TestCertificates.OtherClient.Thumbprint, pair.Server.PeerCertificate!.Thumbprint);
            return;
        }

        Assert.False(pair.Handshake());
        Assert.Equal(TlsError.CertificateUntrusted, Assert.IsType<TlsException>(pair.Server.Failure).Error);
    }

    private static SslServerAuthenticationOptions NamingServer()
    {
        SslServerAuthenticationOptions options = TlsOptions.DemandingServer();
        options.CertificateChainPolicy = TlsOptions.TrustOf(TestCertificates.Root, TestCertificates.Intermediate);
        return options;
    }
}
