using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Spindle.Tests.Support;
using Spindle.Tls;

namespace Spindle.EndToEnd.Tests;

/// <summary>Contexts of both engines against openssl and SslStream.</summary>
public sealed class TlsPeerTests(TlsFiles files) : IClassFixture<TlsFiles>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly SslApplicationProtocol One = new("one"), Two = new("two");

    [Theory]
    [InlineData(TlsEngineKind.OpenSsl, "-tls1_2", SslProtocols.Tls12)]
    [InlineData(TlsEngineKind.OpenSsl, "-tls1_3", SslProtocols.Tls13)]
    [InlineData(TlsEngineKind.SslStream, "-tls1_2", SslProtocols.Tls12)]
    [InlineData(TlsEngineKind.SslStream, "-tls1_3", SslProtocols.Tls13)]
    public async Task Server_OpensslClient_CertificateAlpnAndCloseNotify(TlsEngineKind engine, string option, SslProtocols version)
    {
        using ReactorThread reactor = new();
        TlsTalk server = new(isServer: true);
        int port = Listen(reactor, server, new TlsServerContext(DemandingServer(), engine));

        string said = await OpensslClient.TalkAsync($"-connect 127.0.0.1:{port} {option} -CAfile {files.Root} -cert {files.Client} -alpn one,two -state", "hello", answer: "\nhello");

        (TlsSessionInfo session, X509Certificate2? peer) = await server.Shaken.WaitAsync(Patience);
        Assert.Equal((version, Two), (session.Protocol, session.ApplicationProtocol));
        Assert.Equal(TestCertificates.Client.Thumbprint, peer!.Thumbprint);
        Assert.Equal("hello", await server.Line);
        Assert.Contains("ALPN protocol: two", said, StringComparison.Ordinal);
        Assert.Contains("Verification: OK", said, StringComparison.Ordinal);
        Assert.Contains("\nhello", said, StringComparison.Ordinal);
        Assert.IsType<ConnectionDoneException>(await server.Lost.WaitAsync(Patience)); // Its close_notify came.
    }

    [Theory]
    [InlineData("-tls1_2", "handshake failure")]
    [InlineData("-tls1_3", "certificate required")]
    public async Task Server_OpensslClientWithoutCertificate_IsToldByAnAlert(string option, string alert)
    {
        using ReactorThread reactor = new();
        TlsTalk server = new(isServer: true);
        int port = Listen(reactor, server, new TlsServerContext(DemandingServer(), TlsEngineKind.OpenSsl));

        string said = await OpensslClient.TalkAsync($"-connect 127.0.0.1:{port} {option} -CAfile {files.Root}", "hello", answer: null);

        Assert.Equal(TlsError.CertificateMissing, Assert.IsType<TlsException>(await server.Lost.WaitAsync(Patience)).Error);
        Assert.Contains($"alert {alert}", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TlsEngineKind.OpenSsl, "-tls1_2", true)]
    [InlineData(TlsEngineKind.OpenSsl, "-tls1_3", true)]
    [InlineData(TlsEngineKind.SslStream, "-tls1_2", true)]
    [InlineData(TlsEngineKind.SslStream, "-tls1_3", true)]
    [InlineData(TlsEngineKind.OpenSsl, "-tls1_3", false)]
    [InlineData(TlsEngineKind.SslStream, "-tls1_3", false)]
    public async Task Server_NamesItsAuthorities_OpensslClientSeesThem(TlsEngineKind engine, string option, bool names)
    {
        using ReactorThread reactor = new();
        int port = Listen(reactor, null, new TlsServerContext(DemandingServer(), engine, new TlsPolicy { NamesAuthorities = names }));

        string said = await OpensslClient.TalkAsync($"-connect 127.0.0.1:{port} {option} -CAfile {files.Root} -cert {files.Client}", "hello", answer: "\nhello");

        Assert.Contains("\nhello", said, StringComparison.Ordinal);
        Assert.Contains(
            names ? "Acceptable client certificate CA names\nCN=Spindle test root\n" : "No client certificate CA names sent",
            said.Replace("CN = ", "CN=", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Server_OpensslClientComesBack_ResumesItsSession(string option)
    {
        using ReactorThread reactor = new();
        TlsServerContext context = new(new SslServerAuthenticationOptions { ServerCertificate = TestCertificates.Server }, TlsEngineKind.OpenSsl);
        int port = Listen(reactor, null, context);
        string session = Path.Combine(files.Folder, $"session{option}");
        string client = $"-connect 127.0.0.1:{port} {option} -CAfile {files.Root} -no_ign_eof";

        string first = await OpensslClient.TalkAsync($"{client} -sess_out {session}", "hello", answer: "\nhello");
        string second = await OpensslClient.TalkAsync($"{client} -sess_in {session}", "hello", answer: "\nhello");

        Assert.Contains("New, TLS", first, StringComparison.Ordinal);
        Assert.Contains("Reused, TLS", second, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TlsEngineKind.OpenSsl, "-tls1_2", SslProtocols.Tls12)]
    [InlineData(TlsEngineKind.OpenSsl, "-tls1_3", SslProtocols.Tls13)]
    [InlineData(TlsEngineKind.SslStream, "-tls1_2", SslProtocols.Tls12)]
    [InlineData(TlsEngineKind.SslStream, "-tls1_3", SslProtocols.Tls13)]
    public async Task Client_OpensslServer_CertificateAlpnAndCloseNotify(TlsEngineKind engine, string option, SslProtocols version)
    {
        using OpensslServer openssl = await OpensslServer.StartAsync(option, "-cert", files.Server, "-alpn", "two,one", "-Verify", "1", "-CAfile", files.Root, "-verify_return_error");
        using ReactorThread reactor = new();
        SslClientAuthenticationOptions options = Client();
        options.ApplicationProtocols = [One, Two];
        options.ClientCertificates = [TestCertificates.Client];
        TlsTalk client = Connect(reactor, openssl.Port, new TlsClientContext(options, engine));

        (TlsSessionInfo session, _) = await client.Shaken.WaitAsync(Patience);
        Assert.Equal((version, Two), (session.Protocol, session.ApplicationProtocol));
        Assert.Equal("olleh", await client.Line.WaitAsync(Patience));
        Assert.IsType<ConnectionDoneException>(await client.Lost.WaitAsync(Patience));
        Assert.Contains("CN = somebody", await openssl.EndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expired", TlsError.CertificateExpired, "certificate expired")]
    [InlineData("elsewhere", TlsError.CertificateNameMismatch, "bad certificate")]
    [InlineData("stranger", TlsError.CertificateUntrusted, "unknown ca")]
    [InlineData("revoked", TlsError.CertificateRevoked, "certificate revoked")]
    public async Task Client_OpensslServerHasABadCertificate_SaysWhyAndTellsItByTheRightAlert(string name, TlsError error, string alert)
    {
        X509Certificate2 certificate = name switch
        {
            "expired" => TestCertificates.Expired,
            "elsewhere" => TestCertificates.WrongName,
            "stranger" => TestCertificates.ServerOfUnknownRoot,
            _ => TestCertificates.Revoked,
        };
        using OpensslServer openssl = await OpensslServer.StartAsync("-cert", files.Write($"{name}.crt", certificate));
        using ReactorThread reactor = new();
        foreach (TlsEngineKind engine in new[] { TlsEngineKind.OpenSsl, TlsEngineKind.SslStream })
        {
            SslClientAuthenticationOptions options = Client();
            TlsPolicy policy = TlsPolicy.Default;
            if (name == "revoked")
            {
                options.CertificateChainPolicy!.RevocationMode = X509RevocationMode.Offline;
                policy = policy with { RevocationLists = [TestCertificates.RevocationList] };
            }

            TlsTalk client = Connect(reactor, openssl.Port, new TlsClientContext(options, engine, policy));

            Assert.Equal(error, Assert.IsType<TlsException>(await client.Lost.WaitAsync(Patience)).Error);
            Assert.False(client.Shaken.IsCompletedSuccessfully);
        }

        Assert.Contains($"alert {alert}", await openssl.EndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TlsEngineKind.OpenSsl)]
    [InlineData(TlsEngineKind.SslStream)]
    public async Task Client_SslStreamServer_TalksAndEndsCleanly(TlsEngineKind engine)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using ReactorThread reactor = new();
        TlsTalk client = Connect(reactor, ((IPEndPoint)listener.LocalEndpoint).Port, new TlsClientContext(Client(), engine));
        using SslStream stream = new(new NetworkStream(await listener.AcceptSocketAsync(), ownsSocket: true));
        await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = TestCertificates.Server }).WaitAsync(Patience);
        byte[] line = new byte[6];
        await stream.ReadExactlyAsync(line);
        await stream.WriteAsync(line);

        Assert.Equal("hello", await client.Line.WaitAsync(Patience));
        Assert.Equal(0, await stream.ReadAsync(line)); // Its close_notify.
        await stream.ShutdownAsync();
        Assert.IsType<ConnectionDoneException>(await client.Lost.WaitAsync(Patience));
    }

    [Theory]
    [InlineData(TlsEngineKind.OpenSsl)]
    [InlineData(TlsEngineKind.SslStream)]
    public async Task Server_HandshakeNeverEnds_IsClosedWhenItsTimeIsUp(TlsEngineKind engine)
    {
        using ReactorThread reactor = new();
        TlsTalk server = new(isServer: true);
        int port = Listen(reactor, server, new TlsServerContext(DemandingServer(), engine) { HandshakeTimeout = TimeSpan.FromSeconds(0.5) });
        using Socket silent = new(SocketType.Stream, ProtocolType.Tcp);
        await silent.ConnectAsync(IPAddress.Loopback, port);

        Assert.Equal(TlsError.HandshakeTimeout, Assert.IsType<TlsException>(await server.Lost.WaitAsync(Patience)).Error);
    }

    private static int Listen(ReactorThread reactor, TlsTalk? server, TlsContext context) =>
        reactor.Call(each => ((IPEndPoint)each.ListenSsl(0, Factory.For(_ => server ?? new TlsTalk(isServer: true)), context, host: "127.0.0.1").GetHost()).Port);

    private static TlsTalk Connect(ReactorThread reactor, int port, TlsContext context)
    {
        TlsTalk client = new(isServer: false, "hello");
        reactor.Call(each => each.ConnectSsl("127.0.0.1", port, ClientFactory.For(_ => client), context));
        return client;
    }

    private static SslServerAuthenticationOptions DemandingServer() => new()
    {
        ServerCertificate = TestCertificates.Server,
        ClientCertificateRequired = true,
        CertificateChainPolicy = Trust(),
        ApplicationProtocols = [Two, One],
    };

    private static SslClientAuthenticationOptions Client() => new() { TargetHost = "localhost", CertificateChainPolicy = Trust() };

    private static X509ChainPolicy Trust() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { TestCertificates.Root },
        RevocationMode = X509RevocationMode.NoCheck,
    };
}
