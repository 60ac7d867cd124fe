using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Spindle.Endpoints;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Contracts;

public abstract partial class EndpointContract
{
    /// <summary>The group ffdhe2048 of RFC 7919.</summary>
    private const string DhParameters = """
        -----BEGIN DH PARAMETERS-----
        MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
        +8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
        87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
        YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
        7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
        ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==
        -----END DH PARAMETERS-----
        """;

    private static readonly string[] NoKeyWords = ["server.pem", "ssl:8443:privateKey=key.pem:certKey=certificate.pem"];

    [Theory, Clause("EP-5", "EP-12", "EP-13", "EP-19", "EP-21", "EP-22", "EP-23")]
    [InlineData("ssl:0:privateKey={0}/key:certKey={0}/server:interface=127.0.0.1", "tls:localhost:{1}:trustRoots={0}/roots")]
    [InlineData("ssl:port=0:privateKey={0}/both", "tls:host=localhost:port={1}:timeout=5:bindAddress=127.0.0.1:trustRoots={0}/roots/root.PEM")]
    [InlineData("ssl:0:{0}/key:{0}/server:TLSv1_2_METHOD:127.0.0.1:8", "TLS:localhost:{1}:trustRoots={0}/roots")]
    [InlineData("ssl:0:certKey={0}/both:sslmethod=SSLv23_METHOD", "ssl:127.0.0.1:{1}:caCertsDir={0}/roots")]
    [InlineData("ssl:0:privateKey={0}/both:dhParameters={0}/dh", "ssl:127.0.0.1:{1}:hostname=localhost:caCertsDir={0}/roots:timeout=5")]
    [InlineData("ssl:0:privateKey={0}/chained", "SSL:host=localhost:port={1}:caCertsDir={0}/roots")]
    [InlineData("ssl:0:privateKey={0}/intermediated:extraCertChain={0}/chain", "tls:127.0.0.1:{1}:trustRoots={0}/roots")]
    [InlineData("ssl:0:privateKey={0}/stranger", "ssl:localhost:{1}:hostname=")]
    [InlineData("ssl:0:privateKey={0}/elsewhere", "ssl:localhost:{1}:hostname=:caCertsDir={0}/roots")]
    [InlineData("ssl:0:privateKey={0}/elsewhere", "tls:elsewhere.test:1:trustRoots={0}/roots:endpoint=tcp\\:127.0.0.1\\:{1}")]
    [InlineData("ssl:0:privateKey={0}/both", "tls:localhost:trustRoots={0}/roots:certificate={0}/client:endpoint=tcp\\:127.0.0.1\\:{1}")]
    [InlineData("ssl:0:privateKey={0}/both", "ssl:localhost:{1}:caCertsDir={0}/roots:certKey={0}/client:privateKey={0}/client")]
    public void TlsEndpoints_OfStrings_MeetAndTalk(string listen, string connect) => Run(async rig =>
    {
        using ScratchFolder folder = WriteFiles();
        RecordingFactory servers = new(() => new RecordingProtocol("server"));
        ListeningProtocol client = new("client");

        IListeningPort port = await EndpointStrings.ParseServer(rig.Reactor, Fill(listen, folder, 0)).ListenAsync(servers);
        await EndpointStrings.ParseClient(rig.Reactor, Fill(connect, folder, ReactorRig.AddressOf(port).Port)).ConnectProtocolAsync(client);

        Assert.Equal((1, 0), (client.MadeCount, client.HandshakeCount)); // EP-12.
        client.Transport.Write("hello"u8);
        await rig.Until(() => client.LostCount > 0 || servers.Built is [{ ReceivedCount: 5 }]);
        Assert.Null(client.Reason);
        servers.Built[0].Transport.LoseConnection();
        await rig.Until(() => client.LostCount == 1);
        Assert.IsType<ConnectionDoneException>(client.Reason);
    });

    [Theory, Clause("EP-21", "EP-22", "EP-23", "TLS-39", "TLS-41")]
    [InlineData("both", "tls:127.0.0.2:1:trustRoots={0}/roots:endpoint=tcp\\:127.0.0.1\\:{1}", TlsError.CertificateNameMismatch)]
    [InlineData("both", "tls:localhost:{1}", TlsError.CertificateUntrusted)]
    [InlineData("stranger", "tls:localhost:{1}:trustRoots={0}/roots", TlsError.CertificateUntrusted)]
    [InlineData("both", "tls:localhost:{1}:trustRoots={0}/empty", TlsError.CertificateUntrusted)]
    [InlineData("elsewhere", "ssl:localhost:{1}:caCertsDir={0}/roots", TlsError.CertificateNameMismatch)]
    [InlineData("both", "ssl:localhost:{1}", TlsError.CertificateUntrusted)]
    [InlineData("stranger", "ssl:localhost:{1}:hostname=:caCertsDir={0}/roots", TlsError.CertificateUntrusted)]
    public void TlsEndpoints_PeerIsNotWhoItShouldBe_EndWithTheReason(string certificate, string connect, TlsError error) => Run(async rig =>
    {
        using ScratchFolder folder = WriteFiles();
        RecordingFactory servers = new(() => new RecordingProtocol("server"));
        ListeningProtocol client = new("client");
        IListeningPort port = await EndpointStrings.ParseServer(rig.Reactor, Fill($"ssl:0:privateKey={{0}}/{certificate}", folder, 0)).ListenAsync(servers);

        await EndpointStrings.ParseClient(rig.Reactor, Fill(connect, folder, ReactorRig.AddressOf(port).Port)).ConnectProtocolAsync(client);
        await rig.Until(() => client.LostCount == 1 && servers.Built is [{ LostCount: 1 }]);

        Assert.Equal(error, Assert.IsType<TlsException>(client.Reason).Error);
        Assert.Equal(TlsError.RefusedByPeer, Assert.IsType<TlsException>(servers.Built[0].Reason).Error);
        Assert.Equal(0, client.HandshakeCount);
    });

    [Fact, Clause("EP-12")]
    public void WrapClientTls_OverAProgram_TalksThroughIt() => Run(async rig =>
    {
        RecordingFactory servers = new(() => new RecordingProtocol("server"));
        IListeningPort port = await new SslServerEndpoint(rig.Reactor, 0, new CertificateOptions(certificate: TestCertificates.Server), host: "127.0.0.1").ListenAsync(servers);
        IStreamClientEndpoint program = EndpointStrings.ParseClient(rig.Reactor, $"exec:socat:-:TCP\\:127.0.0.1\\:{ReactorRig.AddressOf(port).Port}");
        TlsContext context = CertificateOptions.ForClient("localhost", TrustRoot.FromCertificate(TestCertificates.Root));
        RecordingProtocol client = await new TlsClientEndpoint(rig.Reactor, context, program).ConnectProtocolAsync(new RecordingProtocol("client"));

        client.Transport.Write("hello"u8);
        await rig.Until(() => servers.Built is [{ ReceivedCount: 5 }]);

        Assert.NotNull(client.Transport.FindAbility<ITlsTransport>()!.GetPeerCertificate());
        client.Transport.LoseConnection();
        await rig.Until(() => client.LostCount == 1 && servers.Built[0].LostCount == 1);
        Assert.IsType<ConnectionDoneException>(servers.Built[0].Reason);
    });

    [Fact, Clause("EP-12")]
    public void WrapClientTls_InnerFails_FailsTheSame() => Run(async rig =>
    {
        TlsContext context = CertificateOptions.ForClient("localhost");
        int open = ReactorRig.AddressOf(rig.Listen(new RecordingFactory())).Port;
        IListeningPort port = rig.Listen(new RecordingFactory());
        int number = ReactorRig.AddressOf(port).Port;
        await port.StopListening();
        RecordingFactory factory = new();

        await Assert.ThrowsAsync<ConnectRefusedException>(() => new TlsClientEndpoint(rig.Reactor, context, new TcpClientEndpoint(rig.Reactor, "127.0.0.87", number)).ConnectAsync(factory));

        Assert.Equal((1, 1), (factory.Starts, factory.Stops));
        await Assert.ThrowsAsync<NoProtocolException>(() => new TlsClientEndpoint(rig.Reactor, context, new TcpClientEndpoint(rig.Reactor, "127.0.0.1", open)).ConnectAsync(new RecordingFactory(() => null)));
        await Assert.ThrowsAsync<ArgumentException>(() => new TlsClientEndpoint(rig.Reactor, new TlsServerContext(TlsOptions.Server()), new TcpClientEndpoint(rig.Reactor, "127.0.0.1", number)).ConnectAsync(factory));
    });

    [Fact, Clause("TLS-43")]
    public void PeerFromTransport_WithAndWithoutACertificate_GivesItOrSaysWhyNot() => Run(async rig =>
    {
        RecordingFactory servers = new(() => new ListeningProtocol("server"));
        SslServerEndpoint endpoint = new(rig.Reactor, 0, new CertificateOptions(certificate: TestCertificates.Server), host: "127.0.0.1");
        int number = ReactorRig.AddressOf(await endpoint.ListenAsync(servers)).Port;
        TlsContext context = CertificateOptions.ForClient("localhost", TrustRoot.FromCertificate(TestCertificates.Root));
        ListeningProtocol client = await new SslClientEndpoint(rig.Reactor, "127.0.0.1", number, context).ConnectProtocolAsync(new ListeningProtocol("client"));

        AssertNone("handshake is not done", client);
        client.Transport.Write("hello"u8);
        await rig.Until(() => servers.Built is [{ ReceivedCount: 5 }]);

        using X509Certificate2 peer = TlsCertificates.PeerFromTransport(client.Transport);
        Assert.Equal(TestCertificates.Server.Thumbprint, peer.Thumbprint);
        AssertNone("has shown no certificate", servers.Built[0]);
        using X509Certificate2 host = TlsCertificates.HostFromTransport(servers.Built[0].Transport);
        Assert.Equal(TestCertificates.Server.Thumbprint, host.Thumbprint);
        Assert.Contains("this side has no certificate", NoHost(client).Message, StringComparison.Ordinal);
        RecordingProtocol plain = await new TcpClientEndpoint(rig.Reactor, "127.0.0.1", number).ConnectProtocolAsync(new RecordingProtocol("plain"));
        AssertNone("is not protected by TLS", plain);
        Assert.Contains("is not protected by TLS: this side has no certificate", NoHost(plain).Message, StringComparison.Ordinal);

        static TlsException NoHost(RecordingProtocol protocol) => Assert.Throws<TlsException>(() => TlsCertificates.HostFromTransport(protocol.Transport));

        static void AssertNone(string what, RecordingProtocol protocol)
        {
            TlsException failure = Assert.Throws<TlsException>(() => TlsCertificates.PeerFromTransport(protocol.Transport));
            Assert.Equal(TlsError.CertificateMissing, failure.Error);
            Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        }
    });

    [Theory, Clause("EP-18", "EP-19", "EP-20")]
    [InlineData("ssl", "the port is missing; write it as in \"ssl:8443:privateKey=key.pem:certKey=certificate.pem\"")]
    [InlineData("ssl:http", "it must be a number from 0 to 65535")]
    [InlineData("SSL:0", "there is no endpoint type \"SSL\" to listen")]
    [InlineData("tls:0", "there is no endpoint type \"tls\" to listen")]
    [InlineData("ssl:0:privateKey={0}/nowhere", "{0}/nowhere")]
    [InlineData("ssl:0:privateKey={0}/key", "\"{0}/key\" has no certificate in PEM")]
    [InlineData("ssl:0:privateKey={0}/server", "\"{0}/server\" has no private key in PEM")]
    [InlineData("ssl:0:privateKey={0}/both:certKey={0}/client", "cannot be used with the certificate")]
    [InlineData("ssl:0:privateKey={0}/both:extraCertChain={0}/key", "\"{0}/key\" has no certificate in PEM")]
    [InlineData("ssl:0:privateKey={0}/both:sslmethod=SSLv3_METHOD", "the sslmethod is \"SSLv3_METHOD\"; it must be TLS_METHOD")]
    [InlineData("ssl:0:privateKey={0}/both:interface=localhost", "it must be an IPv4 or IPv6 address")]
    [InlineData("ssl:0:privateKey={0}/both:dhParameters={0}/key", "no parameters of Diffie-Hellman")]
    [InlineData("ssl:0:privateKey={0}/both:trustRoots=x", "ssl endpoints have no trustRoots")]
    public void SslServer_Wrong_SaysHow(string text, string what) => AssertWrong(text, what, (reactor, description) => EndpointStrings.ParseServer(reactor, description));

    [Theory, Clause("EP-18", "EP-21", "EP-22")]
    [InlineData("ssl:localhost", "the port is missing; write it as in \"ssl:example.com:443\"")]
    [InlineData("ssl:localhost:443:30", "one value too many, \"30\"")]
    [InlineData("tls", "the host is missing; write it as in \"tls:example.com:443\"")]
    [InlineData("tls:localhost", "the port is missing; write it as in \"tls:example.com:443\"")]
    [InlineData("tls::443", "the host is empty")]
    [InlineData("tls:localhost:443:soon", "the timeout is \"soon\"")]
    [InlineData("tls:localhost:443:30:somewhere", "the bindAddress is \"somewhere\"")]
    [InlineData("tls:localhost:443:trustRoots={0}/nowhere", "{0}/nowhere")]
    [InlineData("tls:localhost:443:trustRoots={0}/key", "\"{0}/key\" has no certificate in PEM")]
    [InlineData("tls:localhost:443:certificate={0}/server", "\"{0}/server\" has no private key in PEM")]
    [InlineData("tls:localhost:443:endpoint=pigeon\\:1", "there is no endpoint type \"pigeon\" to connect")]
    [InlineData("tls:localhost:443:certKey={0}/both", "tls endpoints have no certKey")]
    [InlineData("ssl:localhost:443:hostname=a..b", "is no host name")]
    [InlineData("ssl:localhost:443:trustRoots={0}/roots", "ssl endpoints have no trustRoots")]
    public void TlsClients_Wrong_SayHow(string text, string what) => AssertWrong(text, what, (reactor, description) => EndpointStrings.ParseClient(reactor, description));

    [Fact, Clause("EP-19")]
    public void SslServer_NoKey_UsesTheDefaultOrSaysWhatIsMissing() => Run(rig =>
    {
        ArgumentException failure = Assert.Throws<ArgumentException>(() => EndpointStrings.ParseServer(rig.Reactor, "ssl:0"));
        Assert.All(NoKeyWords, word => Assert.Contains(word, failure.Message, StringComparison.Ordinal));
        Assert.Throws<ArgumentException>(() => EndpointStrings.ParseServer(rig.Reactor, "ssl:0", () => null));
        int calls = 0;
        Func<TlsContext?> make = () =>
        {
            calls++;
            return new CertificateOptions(certificate: TestCertificates.Server);
        };

        Assert.IsType<SslServerEndpoint>(EndpointStrings.ParseServer(rig.Reactor, "ssl:0", make));
        Assert.IsType<HaProxyServerEndpoint>(EndpointStrings.ParseServer(rig.Reactor, "haproxy:ssl:0", make));

        Assert.Equal(2, calls);
        using ScratchFolder folder = WriteFiles();
        EndpointStrings.ParseServer(rig.Reactor, Fill("ssl:0:privateKey={0}/both", folder, 0), make);
        EndpointStrings.ParseServer(rig.Reactor, "tcp:0", make);
        Assert.Equal(2, calls);
        return Task.CompletedTask;
    });

    private void AssertWrong(string text, string what, Func<IReactorCore, string, object> parse) => Run(rig =>
    {
        using ScratchFolder folder = WriteFiles();

        ArgumentException failure = Assert.Throws<ArgumentException>(() => parse(rig.Reactor, Fill(text, folder, 0)));

        Assert.Contains(Fill(what, folder, 0), failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter ", failure.Message, StringComparison.Ordinal);
        return Task.CompletedTask;
    });

    private static string Fill(string text, ScratchFolder folder, int port) =>
        text.Replace("{0}", folder.Path, StringComparison.Ordinal).Replace("{1}", port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static ScratchFolder WriteFiles()
    {
        ScratchFolder folder = new();
        Write("server", TestCertificates.Server, withKey: false);
        Write("both", TestCertificates.Server);
        Write("stranger", TestCertificates.ServerOfUnknownRoot);
        Write("elsewhere", TestCertificates.WrongName);
        Write("intermediated", TestCertificates.ServerOfIntermediate);
        Write("chain", TestCertificates.Intermediate, withKey: false);
        Write("client", TestCertificates.Client);
        File.WriteAllText(folder.File("key"), KeyOf(TestCertificates.Server));
        File.WriteAllText(folder.File("chained"), PemOf(TestCertificates.ServerOfIntermediate) + PemOf(TestCertificates.Intermediate) + KeyOf(TestCertificates.ServerOfIntermediate));
        File.WriteAllText(folder.File("dh"), DhParameters);
        Directory.CreateDirectory(folder.File("empty"));
        Directory.CreateDirectory(folder.File("roots"));
        Write("roots/root.PEM", TestCertificates.Root, withKey: false);
        return folder;

        void Write(string name, X509Certificate2 certificate, bool withKey = true) =>
            File.WriteAllText(folder.File(name), PemOf(certificate) + (withKey ? KeyOf(certificate) : ""));
    }

    private static string PemOf(X509Certificate2 certificate) => certificate.ExportCertificatePem() + "\n";

    private static string KeyOf(X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }
}
