using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Contracts;

public abstract partial class TlsEngineContract
{
    [Fact, Clause("TLS-12", "TLS-41")]
    public void Handshake_UnknownRoot_IsUntrusted() =>
        ServerIsRefused(TestCertificates.ServerOfUnknownRoot, TlsError.CertificateUntrusted, alert: 48);

    [Fact, Clause("TLS-12")]
    public void Handshake_ExpiredCertificate_SaysSo() =>
        ServerIsRefused(TestCertificates.Expired, TlsError.CertificateExpired, alert: 45);

    [Fact, Clause("TLS-12")]
    public void Handshake_CertificateOfTheFuture_SaysSo() =>
        ServerIsRefused(TestCertificates.NotYetValid, TlsError.CertificateExpired, alert: 45);

    [Fact, Clause("TLS-38", "TLS-39")]
    public void Handshake_CertificateForAnotherName_IsRefused() =>
        ServerIsRefused(TestCertificates.WrongName, TlsError.CertificateNameMismatch, alert: 42);

    [Fact]
    public void Handshake_ServerShowsAClientsCertificate_IsInvalid() =>
        ServerIsRefused(TestCertificates.Client, TlsError.CertificateInvalid, alert: 43);

    [Fact]
    public void Handshake_CertificateInTheRevocationList_IsRevoked() =>
        ServerIsRefused(TestCertificates.Revoked, TlsError.CertificateRevoked, alert: 44, Revocations(), new TlsPolicy { RevocationLists = [TestCertificates.RevocationList] });

    [Fact]
    public void Handshake_NoRevocationListOfTheIssuer_IsUnknown() =>
        ServerIsRefused(TestCertificates.Server, TlsError.RevocationUnknown, alert: 46, Revocations(), new TlsPolicy { RevocationLists = [TestCertificates.RevocationListOf(TestCertificates.UnknownRoot)] });

    [Fact]
    public void Handshake_CertificateNotInTheRevocationList_IsAccepted()
    {
        using TlsPair pair = Pair(Revocations(), clientPolicy: new TlsPolicy { RevocationLists = [TestCertificates.RevocationList] });
        Assert.True(pair.Handshake(), Why(pair));
    }

    [Fact]
    public void Handshake_OfflineWithoutAnyList_IsUnknown() => ServerIsRefused(TestCertificates.Server, TlsError.RevocationUnknown, alert: 46, Revocations());

    [Fact]
    public void Handshake_IntermediateSentByTheServer_IsTrusted()
    {
        SslServerAuthenticationOptions options = TlsOptions.Server();
        options.ServerCertificate = null;
        options.ServerCertificateContext = SslStreamCertificateContext.Create(TestCertificates.ServerOfIntermediate, [TestCertificates.Intermediate], offline: true);
        using TlsPair pair = Pair(serverOptions: options);

        Assert.True(pair.Handshake(), Why(pair));
    }

    [Fact]
    public void Handshake_IntermediateNotSent_IsUntrusted() =>
        ServerIsRefused(TestCertificates.ServerOfIntermediate, TlsError.CertificateUntrusted, alert: 48);

    [Fact, Clause("TLS-37")]
    public void Handshake_ChainDeeperThanAllowed_IsInvalid()
    {
        SslServerAuthenticationOptions options = TlsOptions.Server();
        options.ServerCertificate = null;
        options.ServerCertificateContext = SslStreamCertificateContext.Create(TestCertificates.ServerOfIntermediate, [TestCertificates.Intermediate], offline: true);
        using TlsPair pair = Pair(serverOptions: options, clientPolicy: new TlsPolicy { MaximumDepth = 0 });

        Assert.False(pair.Handshake());
        Assert.Equal(TlsError.CertificateInvalid, Assert.IsType<TlsException>(pair.Client.Failure).Error);
    }

    [Theory, Clause("TLS-38")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("localhost.")]
    public void Handshake_OtherNamesOfTheCertificate_AreAccepted(string host)
    {
        using TlsPair pair = Pair(TlsOptions.Client(host));
        Assert.True(pair.Handshake(), Why(pair));
        Assert.Equal(host == "localhost." ? "localhost" : null, pair.Server.Session!.ServerName is "" ? null : pair.Server.Session.ServerName);
    }

    [Theory, Clause("TLS-38")]
    [InlineData("127.0.0.2")]
    [InlineData("sub.localhost")]
    public void Handshake_NamesThatAreNotInTheCertificate_AreRefused(string host)
    {
        using TlsPair pair = Pair(TlsOptions.Client(host));
        Assert.False(pair.Handshake());
        Assert.Equal(TlsError.CertificateNameMismatch, Assert.IsType<TlsException>(pair.Client.Failure).Error);
    }

    [Theory, Clause("TLS-38")]
    [InlineData("*.a.test", "b.a.test", true)]
    [InlineData("*.a.test", "a.test", false)]
    [InlineData("*.a.test", "c.b.a.test", false)]
    [InlineData("*.test", "a.test", false)]
    [InlineData("*", "localhost", false)]
    [InlineData("f*.a.test", "foo.a.test", false)]
    public void Handshake_NameWithAStar_StandsForOneLabelAboveADomain(string name, string host, bool isAccepted)
    {
        using TlsPair pair = Pair(TlsOptions.Client(host), TlsOptions.Server(TestCertificates.ForServer(TestCertificates.Root, name)));
        Assert.Equal(isAccepted, pair.Handshake());
        if (!isAccepted)
        {
            Assert.Equal(TlsError.CertificateNameMismatch, Assert.IsType<TlsException>(pair.Client.Failure).Error);
        }
    }

    [Fact]
    public void Handshake_NoTargetHost_IsRefused()
    {
        using TlsPair pair = Pair(TlsOptions.Client(host: null));
        Assert.False(pair.Handshake());
        Assert.Equal(TlsError.CertificateNameMismatch, Assert.IsType<TlsException>(pair.Client.Failure).Error);
    }

    [Fact, Clause("TLS-40")]
    public void Handshake_NoTargetHostAndNoCheck_IsAccepted()
    {
        using TlsPair pair = Pair(TlsOptions.Client(host: null), clientPolicy: new TlsPolicy { ChecksName = false });
        Assert.True(pair.Handshake(), Why(pair));
    }

    [Fact, Clause("TLS-40")]
    public void Handshake_CallbackAcceptsAll_IsAskedWithEverythingAndAccepted()
    {
        (object Sender, string? Subject, bool HasChain, SslPolicyErrors Errors) seen = default;
        SslClientAuthenticationOptions options = TlsOptions.Client();
        options.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
        {
            seen = (sender, certificate?.Subject, chain is { ChainElements.Count: > 0 }, errors);
            return true;
        };
        TlsClientContext context = ClientContext(options);
        using TlsPair pair = new(context, ServerContext(TlsOptions.Server(TestCertificates.WrongName)));

        Assert.True(pair.Handshake(), Why(pair));
        Assert.Equal((context, TestCertificates.WrongName.Subject, true, SslPolicyErrors.RemoteCertificateNameMismatch), seen);
    }

    [Fact]
    public void Handshake_CallbackRefuses_IsRefusedWithAnAlert()
    {
        SslClientAuthenticationOptions options = TlsOptions.Client();
        options.RemoteCertificateValidationCallback = (_, _, _, _) => false;
        ServerIsRefused(TestCertificates.Server, TlsError.CertificateRefused, alert: 46, options);
    }

    [Fact, Clause("TLS-39")]
    public void Handshake_CallbackThrows_FailsWithThatException()
    {
        InvalidOperationException thrown = new("in the callback");
        SslClientAuthenticationOptions options = TlsOptions.Client();
        options.RemoteCertificateValidationCallback = (_, _, _, _) => throw thrown;
        using TlsPair pair = Pair(options);

        Assert.False(pair.Handshake());
        Assert.Same(thrown, pair.Client.Failure);
        Assert.Equal([thrown], pair.ClientHost.Logged);
    }

    [Fact, Clause("TLS-42")]
    public void Handshake_ClientShowsItsCertificate_TheServerHasIt()
    {
        using TlsPair pair = Pair(WithCertificate(TestCertificates.Client), TlsOptions.DemandingServer());

        Assert.True(pair.Handshake(), Why(pair));
        Assert.Equal(TestCertificates.Client.Thumbprint, pair.Server.PeerCertificate!.Thumbprint);
    }

    [Fact, Clause("TLS-42")]
    public void Handshake_AnonymousClient_IsRefused() =>
        ClientIsRefused(TlsOptions.Client(), TlsOptions.DemandingServer(), TlsError.CertificateMissing, version == SslProtocols.Tls13 ? 116 : 40);

    [Fact, Clause("TLS-42")]
    public void Handshake_ClientOfUnknownRoot_IsRefused() =>
        ClientIsRefused(WithCertificate(TestCertificates.ClientOfUnknownRoot), TlsOptions.DemandingServer(), TlsError.CertificateUntrusted, 48);

    [Fact]
    public void Handshake_ClientWithAServersCertificate_IsRefused() =>
        ClientIsRefused(WithCertificate(TestCertificates.Server), TlsOptions.DemandingServer(), TlsError.CertificateInvalid, 43);

    [Fact]
    public void Handshake_AnonymousClientAndTheCallbackAccepts_IsDone()
    {
        SslPolicyErrors seen = default;
        SslServerAuthenticationOptions options = TlsOptions.DemandingServer();
        options.RemoteCertificateValidationCallback = (_, _, _, errors) =>
        {
            seen = errors;
            return true;
        };
        using TlsPair pair = Pair(serverOptions: options);

        Assert.True(pair.Handshake(), Why(pair));
        Assert.Equal(SslPolicyErrors.RemoteCertificateNotAvailable, seen);
    }

    [Fact]
    public void Handshake_AnonymousClientAndTheCallbackRefuses_IsRefused()
    {
        SslServerAuthenticationOptions options = TlsOptions.DemandingServer();
        options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        ClientIsRefused(TlsOptions.Client(), options, TlsError.CertificateRefused, version == SslProtocols.Tls13 ? 116 : 40);
    }

    [Fact]
    public void Handshake_ServersCallbackThrows_FailsWithThatException()
    {
        InvalidOperationException thrown = new("in the callback");
        SslServerAuthenticationOptions options = TlsOptions.DemandingServer();
        options.RemoteCertificateValidationCallback = (_, _, _, _) => throw thrown;
        using TlsPair pair = Pair(serverOptions: options);

        Assert.False(pair.Handshake());
        Assert.Same(thrown, pair.Server.Failure);
        Assert.Equal([thrown], pair.ServerHost.Logged);
    }

    [Fact]
    public void Handshake_ClientsSelectionCallback_Chooses()
    {
        (string Host, string[] Issuers) seen = default;
        SslClientAuthenticationOptions options = TlsOptions.Client();
        options.LocalCertificateSelectionCallback = (_, host, _, _, issuers) =>
        {
            seen = (host, issuers);
            return TestCertificates.OtherClient;
        };
        using TlsPair pair = Pair(options, TlsOptions.DemandingServer());

        Assert.True(pair.Handshake(), Why(pair));
        Assert.Equal(TestCertificates.OtherClient.Thumbprint, pair.Server.PeerCertificate!.Thumbprint);
        Assert.Equal("localhost", seen.Host);
        Assert.Empty(seen.Issuers!); // Servers do not say whose certificates they take: who has the wrong one is told that.
        Assert.Equal(TestCertificates.OtherClient.RawData, pair.Client.LocalCertificate.ToArray());
        Assert.Equal(TestCertificates.Server.RawData, pair.Server.LocalCertificate.ToArray());
    }

    private static SslClientAuthenticationOptions WithCertificate(X509Certificate2 certificate)
    {
        SslClientAuthenticationOptions options = TlsOptions.Client();
        options.ClientCertificates = [certificate];
        return options;
    }

    private static SslClientAuthenticationOptions Revocations()
    {
        SslClientAuthenticationOptions options = TlsOptions.Client();
        options.CertificateChainPolicy!.RevocationMode = X509RevocationMode.Offline;
        return options;
    }

    private void ServerIsRefused(X509Certificate2 certificate, TlsError error, int alert, SslClientAuthenticationOptions? options = null, TlsPolicy? policy = null)
    {
        using TlsPair pair = Pair(options, TlsOptions.Server(certificate), policy);

        Assert.False(pair.Handshake());

        Assert.Equal(error, Assert.IsType<TlsException>(pair.Client.Failure).Error);
        Assert.Null(pair.Client.Session);
        IsTold(pair, pair.Server, ClientSendsAlerts, alert);
    }

    private void ClientIsRefused(SslClientAuthenticationOptions clientOptions, SslServerAuthenticationOptions serverOptions, TlsError error, int alert)
    {
        using TlsPair pair = Pair(clientOptions, serverOptions);

        Assert.False(pair.Handshake());

        Assert.Equal(error, Assert.IsType<TlsException>(pair.Server.Failure).Error);
        Assert.Null(pair.Server.Session);
        IsTold(pair, pair.Client, ServerSendsAlerts, alert);
    }

    private static void IsTold(TlsPair pair, ITlsEngine refused, bool byAnAlert, int alert)
    {
        if (byAnAlert)
        {
            TlsException told = Assert.IsType<TlsException>(refused.Failure);
            Assert.Equal(TlsError.RefusedByPeer, told.Error);
            Assert.Contains($"(alert {alert})", told.Message, StringComparison.Ordinal);
            return;
        }

        // The weaker engine only ends the connection.
        Assert.Null(refused.Failure);
        refused.FeedEnd();
        Assert.Equal(TlsStatus.Failed, refused.Read(new byte[16_384], out _));
        Assert.IsType<TlsTruncatedException>(refused.Failure);
        _ = pair;
    }
}
