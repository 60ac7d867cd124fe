using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Spindle.Tests.Support;

namespace Spindle.EndToEnd.Tests;

/// <summary>The samples of TLS, with each other and with openssl.</summary>
public sealed class TlsSampleTests(TlsFiles files) : IClassFixture<TlsFiles>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task TlsEcho_CertificateIsReplaced_ShowsTheNewOneWithoutARestart()
    {
        string certificate = files.Write("changing.crt", TestCertificates.Server);
        using Sample server = new("TlsEcho", certificate, certificate, "0");
        int port = await server.PortAsync();

        Assert.Equal("CN=localhost, Tls13, TLS_AES_128_GCM_SHA256\nhello\n", Shell.Run(PathOf("VerifiedClient"), "localhost", Text(port), files.Root));
        Assert.Contains("CertificateUntrusted", Shell.Try($"{PathOf("VerifiedClient")} localhost {port} {files.UnknownRoot}"), StringComparison.Ordinal);
        files.Write("changing.crt", TestCertificates.ServerOfUnknownRoot);
        Shell.Run("kill", "-HUP", Text(server.Id));

        string said = "";
        for (int i = 0; i < 100 && !said.EndsWith("hello\n", StringComparison.Ordinal); i++)
        {
            said = Shell.Try($"{PathOf("VerifiedClient")} localhost {port} {files.UnknownRoot}"); // The signal takes its time.
        }

        Assert.EndsWith("hello\n", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-tls1_2", "TLSv1.2")]
    [InlineData("-tls1_3", "TLSv1.3")]
    public async Task StartTls_OpensslClient_GoesOverToTls(string option, string version)
    {
        using Sample server = new("StartTls", files.Server, files.Server, "0");
        int port = await server.PortAsync();

        string said = Shell.Try($"(sleep 0.5; echo WHO; sleep 0.5; echo QUIT; sleep 0.5) | timeout 60 openssl s_client -starttls smtp -crlf -connect 127.0.0.1:{port} {option} -CAfile {files.Root} -verify_return_error -quiet");

        Assert.Contains($"250 Tls1{version[^1]}", said, StringComparison.Ordinal);
        Assert.Contains("221 bye", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartTls_ClientHelloIsGluedToTheCommand_AndWhatWasPutBetweenIsNotObeyed()
    {
        using Sample server = new("StartTls", files.Server, files.Server, "0");
        int port = await server.PortAsync();
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port);
        NetworkStream network = client.GetStream();
        Assert.Equal("220 at your service\r\n", await LineAsync(network));

        // The hello waits here until it can go out in one piece with the command.
        using GluedStream glued = new(network, "STARTTLS\r\n"u8.ToArray(), () => LineAsync(network));
        using SslStream stream = new(glued);
        X509ChainPolicy trust = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { TestCertificates.Root }, RevocationMode = X509RevocationMode.NoCheck };
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = trust }).WaitAsync(Patience);
        await stream.WriteAsync("WHO\r\n"u8.ToArray());
        Assert.Equal("250 Tls13\r\n", await LineAsync(stream));

        using TcpClient injected = new();
        await injected.ConnectAsync(IPAddress.Loopback, port);
        using StreamReader all = new(injected.GetStream(), Encoding.Latin1);
        await injected.GetStream().WriteAsync("STARTTLS\r\nWHO\r\nQUIT\r\n"u8.ToArray());
        string answers = await all.ReadToEndAsync().WaitAsync(Patience);
        Assert.StartsWith("220 at your service\r\n220 go ahead\r\n", answers, StringComparison.Ordinal);
        Assert.DoesNotContain("250", answers, StringComparison.Ordinal);
        Assert.DoesNotContain("221", answers, StringComparison.Ordinal);
    }

    private static string PathOf(string sample)
    {
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return $"{Repository.Root}/artifacts/bin/{sample}/{configuration}/{sample}";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<string> LineAsync(Stream stream)
    {
        StringBuilder line = new();
        byte[] one = new byte[1];
        while (line.Length == 0 || line[^1] != '\n')
        {
            await stream.ReadExactlyAsync(one).AsTask().WaitAsync(Patience);
            line.Append((char)one[0]);
        }

        return line.ToString();
    }

    /// <summary>A sample that runs until it is disposed of.</summary>
    private sealed class Sample(string name, params string[] arguments) : IDisposable
    {
        private readonly Process _process = Process.Start(new ProcessStartInfo(PathOf(name), arguments) { RedirectStandardOutput = true })!;

        public int Id => _process.Id;

        public async Task<int> PortAsync()
        {
            string line = (await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience))!;
            return int.Parse(line[(line.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }
    }
}
