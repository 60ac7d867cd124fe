using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Spindle.Tests.Support;

namespace Spindle.EndToEnd.Tests;

/// <summary>The command's ssl: and tls: with openssl, curl, nginx and SslStream.</summary>
public sealed class TlsCommandTests(TlsFiles files, WebServer web) : IClassFixture<TlsFiles>, IClassFixture<WebServer>
{
    private string ServerEndpoint => $"ssl:0:interface=127.0.0.1:privateKey={files.Server}";

    [Fact]
    public async Task Echo_SelfSigned_PrintsTheFingerprintOfWhatItShows()
    {
        using SpindleProcess spindle = SpindleProcess.Start("echo", "--self-signed", "ssl:0:interface=127.0.0.1");
        IPEndPoint address = await spindle.ListeningAsync();
        string line = await spindle.FirstLineAsync();
        X509Certificate2? seen = null;
        using TcpClient client = new();
        await client.ConnectAsync(address);
        using SslStream stream = new(client.GetStream(), false, (_, certificate, _, _) =>
        {
            seen = X509CertificateLoader.LoadCertificate(certificate!.GetRawCertData());
            return true;
        });

        await stream.AuthenticateAsClientAsync("localhost");

        Assert.Equal($"certificate SHA-256 {string.Join(':', seen!.GetCertHash(HashAlgorithmName.SHA256).Select(each => each.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)))}", line);
        Assert.True(seen.MatchesHostname("localhost"));
        Assert.True(seen.MatchesHostname("127.0.0.1"));
        Assert.True(seen.MatchesHostname("::1"));
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Echo_OpensslClient_IsAnswered(string version)
    {
        using SpindleProcess spindle = SpindleProcess.Start("echo", ServerEndpoint);
        IPEndPoint address = await spindle.ListeningAsync();

        string answer = await OpensslClient.TalkAsync($"-connect {address} {version} -CAfile {files.Root} -verify_return_error -verify_hostname localhost -quiet -no_ign_eof 2>/dev/null", "hello", answer: "hello\n");

        Assert.Equal("hello\n", answer);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, "epoll")]
    [InlineData(SslProtocols.Tls13, "poll")]
    [InlineData(SslProtocols.Tls13, "select")]
    public async Task Echo_SslStream_GetsEverythingBackAndACleanEnd(SslProtocols version, string selector)
    {
        using SpindleProcess spindle = SpindleProcess.Start("echo", "--selector", selector, ServerEndpoint);
        using SslStream stream = await OpenAsync(await spindle.ListeningAsync(), version);
        byte[] sent = RandomNumberGenerator.GetBytes(5_000_000);
        byte[] received = new byte[sent.Length];

        Task sending = stream.WriteAsync(sent).AsTask();
        await stream.ReadExactlyAsync(received);
        await sending;
        await stream.ShutdownAsync();

        Assert.Equal(sent, received);
        Assert.Equal(0, await stream.ReadAsync(received)); // Its close_notify.
    }

    [Fact]
    public async Task Relay_TlsInFrontOfAWebServer_ServesCurl()
    {
        using SpindleProcess spindle = SpindleProcess.Start("relay", ServerEndpoint, $"tcp:127.0.0.1:{web.Port}");
        IPEndPoint address = await spindle.ListeningAsync();

        string direct = Shell.Bash($"curl -sS --fail http://127.0.0.1:{web.Port}/large | sha256sum");
        string relayed = Shell.Bash($"curl -sS --fail --cacert {files.Root} https://localhost:{address.Port}/large | sha256sum");

        Assert.Equal(direct, relayed);
    }

    [Theory]
    [InlineData("tls:localhost:{0}:trustRoots={1}")]
    [InlineData("ssl:localhost:{0}:caCertsDir={1}")]
    [InlineData("ssl:127.0.0.1:{0}:caCertsDir={1}:hostname=localhost")]
    [InlineData("ssl:127.0.0.1:{0}:hostname=")]
    public async Task Relay_PlainToTls_AndTlsToTls_ServeCurl(string connect)
    {
        using SpindleProcess back = SpindleProcess.Start("relay", ServerEndpoint, $"tcp:127.0.0.1:{web.Port}");
        string target = string.Format(System.Globalization.CultureInfo.InvariantCulture, connect, (await back.ListeningAsync()).Port, files.Folder);
        using SpindleProcess plain = SpindleProcess.Start("relay", "tcp:0:127.0.0.1", target);
        using SpindleProcess both = SpindleProcess.Start("relay", ServerEndpoint, target);

        string direct = Shell.Bash($"curl -sS --fail http://127.0.0.1:{web.Port}/large | sha256sum");

        Assert.Equal(direct, Shell.Bash($"curl -sS --fail http://{await plain.ListeningAsync()}/large | sha256sum"));
        Assert.Equal(direct, Shell.Bash($"curl -sS --fail --cacert {files.Root} https://localhost:{(await both.ListeningAsync()).Port}/large | sha256sum"));
    }

    [Theory]
    [InlineData("tls:localhost:{0}", "trusted root")]
    [InlineData("tls:127.0.0.2:{0}:trustRoots={1}:endpoint=tcp\\:127.0.0.1\\:{0}", "is not for 127.0.0.2")]
    [InlineData("ssl:127.0.0.1:{0}:caCertsDir={1}:hostname=elsewhere.test", "is not for elsewhere.test")]
    public async Task Relay_ServerIsNotWhoItShouldBe_SaysWhyAndGoesOn(string connect, string why)
    {
        using SpindleProcess back = SpindleProcess.Start("echo", ServerEndpoint);
        string target = string.Format(System.Globalization.CultureInfo.InvariantCulture, connect, (await back.ListeningAsync()).Port, files.Folder);
        using SpindleProcess spindle = SpindleProcess.Start("relay", "tcp:0:127.0.0.1", target);
        IPEndPoint address = await spindle.ListeningAsync();

        for (int i = 0; i < 2; i++)
        {
            using Socket client = new(SocketType.Stream, ProtocolType.Tcp);
            await Assert.ThrowsAsync<SocketException>(async () =>
            {
                await client.ConnectAsync(address);
                await client.ReceiveAsync(new byte[1]);
            });
        }

        spindle.Signal("TERM");
        string errors = (await spindle.EndAsync()).Errors;
        Assert.Equal(2, errors.Split('\n').Count(line => line.Contains(why, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", "the server closed the connection during the handshake")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "the peer speaks plain HTTP, not TLS")]
    public async Task Relay_ServerMakesNoHandshake_SaysWhy(string answer, string why)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using SpindleProcess spindle = SpindleProcess.Start("relay", "tcp:0:127.0.0.1", $"tls:localhost:{port}:endpoint=tcp\\:127.0.0.1\\:{port}");
        using Socket client = new(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(await spindle.ListeningAsync());
        using Socket server = await listener.AcceptSocketAsync();
        byte[] hello = new byte[4096];
        Assert.Equal(22, await server.ReceiveAsync(hello) > 0 ? hello[0] : -1);
        await server.SendAsync(Encoding.ASCII.GetBytes(answer));
        server.Shutdown(SocketShutdown.Send);

        await Assert.ThrowsAsync<SocketException>(async () => await client.ReceiveAsync(hello)); // Sent away with a reset.

        spindle.Signal("TERM");
        Assert.Equal($"spindle: a client was sent away: TLS failed: {why}.\n", (await spindle.EndAsync()).Errors);
    }

    [Theory]
    [InlineData("echo", "ssl:0")]
    [InlineData("relay", "ssl:0", "tcp:127.0.0.1:1")]
    [InlineData("echo", "haproxy:ssl:0")]
    public async Task Ssl_NoKey_NamesBothWays(params string[] arguments)
    {
        using SpindleProcess spindle = SpindleProcess.Start(arguments);

        (int exitCode, _, string errors) = await spindle.EndAsync();

        Assert.Equal(2, exitCode);
        Assert.Contains("privateKey=", errors, StringComparison.Ordinal);
        Assert.Contains("--self-signed", errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("echo", "--self-signed", "tcp:0")]
    [InlineData("echo", "--self-signed", "udp:0")]
    [InlineData("relay", "--self-signed", "tcp:0", "tls:127.0.0.1:1")]
    [InlineData("relay", "--self-signed", "udp:0", "udp:127.0.0.1:1")]
    public async Task SelfSigned_ForNobody_IsRefused(params string[] arguments)
    {
        using SpindleProcess spindle = SpindleProcess.Start(arguments);

        (int exitCode, _, string errors) = await spindle.EndAsync();

        Assert.Equal(2, exitCode);
        Assert.Equal("spindle: --self-signed is for an endpoint that listens with TLS and names no key, as in \"ssl:8443\", and there is none.\n", errors);
    }

    [Fact]
    public async Task Echo_BadPeers_HarmNobodyAndLeaveNothing()
    {
        using SpindleProcess spindle = SpindleProcess.Start("echo", ServerEndpoint);
        IPEndPoint address = await spindle.ListeningAsync();
        using SslStream witness = await OpenAsync(address);
        byte[] hello = FirstFlightOf(SslProtocols.Tls13);
        await SayBadThingsAsync(address, hello); // The runtime opens what it keeps when it is first needed.
        int before = spindle.Descriptors;

        for (int i = 0; i < 20; i++)
        {
            await SayBadThingsAsync(address, hello);
        }

        // Each answer is a turn of the server's, in which the last ones may be closed. Less than before is no leak: the
        // runtime has files open for a moment.
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        byte[] answer = new byte[5];
        do
        {
            await witness.WriteAsync("hello"u8.ToArray(), patience.Token);
            await witness.ReadExactlyAsync(answer, patience.Token);
            Assert.Equal("hello", Encoding.ASCII.GetString(answer));
        }
        while (spindle.Descriptors > before);
    }

    [Fact]
    public async Task Echo_TwoLoops_ServesEveryClient()
    {
        using SpindleProcess spindle = SpindleProcess.Start("echo", "--loops", "2", ServerEndpoint);
        IPEndPoint address = await spindle.ListeningAsync();

        await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            using SslStream stream = await OpenAsync(address);
            byte[] answer = new byte[1];
            for (int round = 0; round < 10; round++)
            {
                await stream.WriteAsync(new byte[] { (byte)i });
                await stream.ReadExactlyAsync(answer);
                Assert.Equal(i, answer[0]);
            }
        }));

        spindle.Signal("TERM");
        (int exitCode, _, string errors) = await spindle.EndAsync();
        Assert.Equal(128 + 15, exitCode);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Echo_RenegotiationUnderTls12_IsRefusedAndOthersAreServed()
    {
        using SpindleProcess spindle = SpindleProcess.Start("echo", ServerEndpoint);
        IPEndPoint address = await spindle.ListeningAsync();
        using SslStream witness = await OpenAsync(address);

        // A line of R alone asks for a new handshake.
        string said = await OpensslClient.TalkAsync($"-connect {address} -tls1_2 -CAfile {files.Root}", "R", answer: "no renegotiation");

        Assert.Contains("no renegotiation", said, StringComparison.OrdinalIgnoreCase);
        byte[] answer = new byte[1];
        await witness.WriteAsync(answer);
        await witness.ReadExactlyAsync(answer);
    }

    private static async Task<SslStream> OpenAsync(IPEndPoint address, SslProtocols version = SslProtocols.None)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address);
        SslStream stream = new(new NetworkStream(socket, ownsSocket: true));
        X509ChainPolicy trust = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { TestCertificates.Root }, RevocationMode = X509RevocationMode.NoCheck };
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = version, CertificateChainPolicy = trust });
        return stream;
    }

    // What a client says first, without anybody to say it to.
    private static byte[] FirstFlightOf(SslProtocols version)
    {
        using MemoryStream said = new();
        using SslStream stream = new(said);
        try
        {
            stream.AuthenticateAsClient(new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = version });
        }
        catch (Exception failure) when (failure is IOException or AuthenticationException)
        {
            // Nobody answers.
        }

        return said.ToArray();
    }

    private static async Task SayBadThingsAsync(IPEndPoint address, byte[] hello)
    {
        await SayAsync(address, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        await SayAsync(address, RandomNumberGenerator.GetBytes(500));
        await SayAsync(address, hello[..(hello.Length / 2)]);
        await SayAsync(address, [.. hello, .. RandomNumberGenerator.GetBytes(500)]);
        await SayAsync(address, [22, 3, 1, 255, 255]);
        await SayAsync(address, []);
    }

    private static async Task SayAsync(IPEndPoint address, byte[] bytes)
    {
        using Socket client = new(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(address);
        await client.SendAsync(bytes);
        client.Shutdown(SocketShutdown.Send);
        try
        {
            byte[] buffer = new byte[4096];
            while (await client.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(30)) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // A reset is an answer, too.
        }
    }
}
