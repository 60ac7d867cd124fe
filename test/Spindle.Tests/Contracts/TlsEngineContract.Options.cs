using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Contracts;

public abstract partial class TlsEngineContract
{
    private static readonly SslApplicationProtocol Irc = new("irc");
    private static readonly SslApplicationProtocol Xmpp = new("xmpp");

    [Fact, Clause("TLS-44")]
    public void Alpn_BothHaveSeveral_TheServersFirstIsSelected()
    {
        using TlsPair pair = Pair(Offering([Irc, SslApplicationProtocol.Http11, Xmpp]), Accepting([Xmpp, Irc]));

        Assert.True(pair.Handshake(), Why(pair));
        Assert.Equal(Xmpp, pair.Client.Session!.ApplicationProtocol);
        Assert.Equal(Xmpp, pair.Server.Session!.ApplicationProtocol);
    }

    [Theory, Clause("TLS-44")]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Alpn_OneHasNone_NothingIsSelected(bool clientHas, bool serverHas)
    {
        using TlsPair pair = Pair(clientHas ? Offering([Irc]) : null, serverHas ? Accepting([Irc]) : null);

        Assert.True(pair.Handshake(), Why(pair));
        Assert.Equal(default, pair.Client.Session!.ApplicationProtocol);
        Assert.Equal(default, pair.Server.Session!.ApplicationProtocol);
    }

    /// <summary>SslStream's server refuses such a client: a weaker behaviour, in the table of decision 0018.</summary>
    [Fact, Clause("TLS-45")]
    public void Alpn_NothingInCommon_NothingIsSelected()
    {
        using TlsPair pair = Pair(Offering([Irc]), Accepting([Xmpp]));

        if (server == TlsEngineKind.SslStream)
        {
            Assert.False(pair.Handshake());
            Assert.Equal(TlsError.NothingInCommon, Assert.IsType<TlsException>(pair.Server.Failure).Error);
            return;
        }

        Assert.True(pair.Handshake(), Why(pair));
        Assert.Equal(default, pair.Client.Session!.ApplicationProtocol);
        Assert.Equal(default, pair.Server.Session!.ApplicationProtocol);
    }

    [Theory, Clause("TLS-38")]
    [InlineData("a.test", "a.test")]
    [InlineData("b.test", "b.test")]
    [InlineData("x.b.test", "x.b.test")]
    public void ServerName_SelectsTheCertificate(string host, string expected)
    {
        List<string?> asked = [];
        SslServerAuthenticationOptions options = new()
        {
            ServerCertificateSelectionCallback = (_, name) =>
            {
                asked.Add(name);
                return name == "a.test" ? TestCertificates.ServerA : TestCertificates.ServerB;
            },
        };
        using TlsPair pair = Pair(TlsOptions.Client(host), options);

        Assert.True(pair.Handshake(), Why(pair));
        Assert.Equal([expected], asked.Distinct());
        Assert.Equal(expected, pair.Server.Session!.ServerName);
        Assert.Equal(expected, pair.Client.Session!.ServerName);
    }

    [Fact, Clause("TLS-38")]
    public void ServerName_NotAscii_IsSentInIdnaForm()
    {
        using X509Certificate2 certificate = TestCertificates.ForServer(TestCertificates.Root, "xn--bcher-kva.test");
        using TlsPair pair = Pair(TlsOptions.Client("bücher.test"), TlsOptions.Server(certificate));

        Assert.True(pair.Handshake(), Why(pair));
        Assert.Equal("xn--bcher-kva.test", pair.Server.Session!.ServerName);
    }

    [Fact, Clause("TLS-38")]
    public void ServerName_Address_IsNotSent()
    {
        using TlsPair pair = Pair(TlsOptions.Client("127.0.0.1"));
        Assert.True(pair.Handshake(), Why(pair));
        Assert.Null(pair.Server.Session!.ServerName);
        Assert.Null(pair.Client.Session!.ServerName);
    }

    [Fact]
    public void ServerName_SelectionThrows_FailsWithThatException()
    {
        InvalidOperationException thrown = new("in the callback");
        SslServerAuthenticationOptions options = new() { ServerCertificateSelectionCallback = (_, _) => throw thrown };
        using TlsPair pair = Pair(serverOptions: options);

        Assert.False(pair.Handshake());
        Assert.Same(thrown, pair.Server.Failure);
        Assert.Equal([thrown], pair.ServerHost.Logged);
    }

    [Fact]
    public void ServerName_NothingSelected_IsAConfigurationError()
    {
        SslServerAuthenticationOptions options = new() { ServerCertificateSelectionCallback = (_, _) => null! };
        using TlsPair pair = Pair(serverOptions: options);

        Assert.False(pair.Handshake());
        Assert.Equal(TlsError.Configuration, Assert.IsType<TlsException>(pair.Server.Failure).Error);
    }

    [Fact, Clause("TLS-36")]
    public void Versions_NoneInCommon_SaysSo()
    {
        SslProtocols other = version == SslProtocols.Tls12 ? SslProtocols.Tls13 : SslProtocols.Tls12;
        SslServerAuthenticationOptions options = TlsOptions.Server(protocols: other);
        using TlsPair pair = new(ClientContext(), new TlsServerContext(options, server));

        Assert.False(pair.Handshake());

        Assert.Equal(TlsError.NothingInCommon, Assert.IsType<TlsException>(pair.Server.Failure).Error);
        if (ServerSendsAlerts)
        {
            TlsException told = Assert.IsType<TlsException>(pair.Client.Failure);
            Assert.Equal(TlsError.RefusedByPeer, told.Error);
            Assert.Contains("(alert 70)", told.Message, StringComparison.Ordinal);
        }
    }

    [Fact, Clause("TLS-36")]
    public void Versions_NotNamed_TheNewestIsSpoken()
    {
        using TlsPair pair = new(new TlsClientContext(TlsOptions.Client(), client), new TlsServerContext(TlsOptions.Server(), server));
        Assert.True(pair.Handshake(), Why(pair));
        Assert.Equal(SslProtocols.Tls13, pair.Server.Session!.Protocol);
    }

    [Fact]
    public void Ciphers_NamedByThePolicy_AreUsed()
    {
        TlsCipherSuite wanted = version == SslProtocols.Tls13 ? TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256 : TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
        SslServerAuthenticationOptions options = TlsOptions.Server();
        options.CipherSuitesPolicy = new CipherSuitesPolicy([wanted]);
        using TlsPair pair = Pair(serverOptions: options);

        Assert.True(pair.Handshake(), Why(pair));
        Assert.Equal(wanted, pair.Client.Session!.CipherSuite);
    }

    [Fact, Clause("TLS-12")]
    public void Ciphers_NoneInCommon_SaysSo()
    {
        bool isNew = version == SslProtocols.Tls13;
        SslServerAuthenticationOptions serverOptions = TlsOptions.Server();
        serverOptions.CipherSuitesPolicy = new CipherSuitesPolicy([isNew ? TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256 : TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256]);
        SslClientAuthenticationOptions clientOptions = TlsOptions.Client();
        clientOptions.CipherSuitesPolicy = new CipherSuitesPolicy([isNew ? TlsCipherSuite.TLS_AES_256_GCM_SHA384 : TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]);
        using TlsPair pair = Pair(clientOptions, serverOptions);

        Assert.False(pair.Handshake());
        TlsException failure = Assert.IsType<TlsException>(pair.Server.Failure);
        Assert.Equal(TlsError.NothingInCommon, failure.Error);
        Assert.Equal("TLS failed: there is no cipher that both accept (no shared cipher).", failure.Message);
        if (ServerSendsAlerts)
        {
            Assert.Contains("(alert 40)", Assert.IsType<TlsException>(pair.Client.Failure).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Options_ChangedAfterwards_ChangeNothing()
    {
        SslClientAuthenticationOptions options = TlsOptions.Client();
        TlsClientContext context = ClientContext(options);
        options.TargetHost = "elsewhere.test";
        options.CertificateChainPolicy!.CustomTrustStore.Clear();
        options.ApplicationProtocols = [Irc];
        using TlsPair pair = new(context, ServerContext());

        Assert.True(pair.Handshake(), Why(pair));
    }

    [Fact]
    public void ReplaceCertificate_NewHandshakes_GetTheNewOne()
    {
        TlsServerContext serverContext = ServerContext();
        TlsClientContext clientContext = ClientContext();
        using TlsPair before = new(clientContext, serverContext);
        using TlsPair meanwhile = new(clientContext, serverContext);
        Assert.True(before.Handshake(), Why(before));

        serverContext.ReplaceCertificate(TestCertificates.RsaServer);

        Assert.Equal("still good", before.Send(before.Client, before.Server, "still good"));
        using TlsPair after = new(clientContext, serverContext);
        Assert.True(after.Handshake(), Why(after));
        Assert.Equal(TestCertificates.Server.Thumbprint, before.Client.PeerCertificate!.Thumbprint);
        Assert.Equal(TestCertificates.RsaServer.Thumbprint, after.Client.PeerCertificate!.Thumbprint);
        Assert.True(meanwhile.Handshake(), Why(meanwhile));
    }

    [Fact]
    public void Resumption_SecondConnection_TakesTheSessionUpAgain()
    {
        int asked = 0;
        SslClientAuthenticationOptions options = TlsOptions.Client();
        options.RemoteCertificateValidationCallback = (_, _, _, errors) =>
        {
            asked++;
            return errors == SslPolicyErrors.None;
        };
        TlsServerContext serverContext = ServerContext();
        TlsClientContext clientContext = ClientContext(options);
        for (int i = 1; i <= 4; i++)
        {
            using TlsPair pair = new(clientContext, serverContext);
            Assert.True(pair.Handshake(), Why(pair));
            Assert.Equal("hello", pair.Send(pair.Server, pair.Client, "hello")); // The tickets of TLS 1.3 come with it.
            Assert.Equal(i, asked); // Never skipped.
            Assert.Equal(TestCertificates.Server.Thumbprint, pair.Client.PeerCertificate!.Thumbprint);
            if (client == TlsEngineKind.OpenSsl)
            {
                Assert.Equal(i > 1, pair.Client.Session!.IsResumed);
            }

            if (client == TlsEngineKind.OpenSsl && server == TlsEngineKind.OpenSsl)
            {
                Assert.Equal(i > 1, pair.Server.Session!.IsResumed);
            }

            pair.Client.CloseOutput();
            pair.Server.CloseOutput();
        }
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Resumption_NotAllowed_IsNotDone(bool clientAllows, bool serverAllows)
    {
        SslClientAuthenticationOptions clientOptions = TlsOptions.Client();
        clientOptions.AllowTlsResume = clientAllows;
        SslServerAuthenticationOptions serverOptions = TlsOptions.Server();
        serverOptions.AllowTlsResume = serverAllows;
        TlsServerContext serverContext = ServerContext(serverOptions);
        TlsClientContext clientContext = ClientContext(clientOptions);
        for (int i = 0; i < 3; i++)
        {
            using TlsPair pair = new(clientContext, serverContext);
            Assert.True(pair.Handshake(), Why(pair));
            pair.Send(pair.Server, pair.Client, "hello");
            Assert.False(pair.Client.Session!.IsResumed);
            Assert.False(pair.Server.Session!.IsResumed);
        }
    }

    [Fact]
    public void Resumption_TheCertificateIsNotAcceptedAnyMore_Fails()
    {
        bool accepts = true;
        SslClientAuthenticationOptions options = TlsOptions.Client();
        options.RemoteCertificateValidationCallback = (_, _, _, _) => accepts;
        TlsServerContext serverContext = ServerContext();
        TlsClientContext clientContext = ClientContext(options);
        using (TlsPair first = new(clientContext, serverContext))
        {
            Assert.True(first.Handshake(), Why(first));
            first.Send(first.Server, first.Client, "hello");
        }

        accepts = false;
        using TlsPair second = new(clientContext, serverContext);

        Assert.False(second.Handshake());
        Assert.Equal(TlsError.CertificateRefused, Assert.IsType<TlsException>(second.Client.Failure).Error);
    }

    [Fact, Clause("TLS-42")]
    public void Resumption_ServerAsksForCertificates_EveryOneIsChecked()
    {
        TlsServerContext serverContext = ServerContext(TlsOptions.DemandingServer());
        TlsClientContext clientContext = ClientContext(WithCertificate(TestCertificates.Client));
        for (int i = 0; i < 3; i++)
        {
            using TlsPair pair = new(clientContext, serverContext);
            Assert.True(pair.Handshake(), Why(pair));
            pair.Send(pair.Server, pair.Client, "hello");
            Assert.False(pair.Client.Session!.IsResumed);
            Assert.Equal(TestCertificates.Client.Thumbprint, pair.Server.PeerCertificate!.Thumbprint);
        }
    }

    private static SslClientAuthenticationOptions Offering(List<SslApplicationProtocol> protocols)
    {
        SslClientAuthenticationOptions options = TlsOptions.Client();
        options.ApplicationProtocols = protocols;
        return options;
    }

    private static SslServerAuthenticationOptions Accepting(List<SslApplicationProtocol> protocols)
    {
        SslServerAuthenticationOptions options = TlsOptions.Server();
        options.ApplicationProtocols = protocols;
        return options;
    }
}
