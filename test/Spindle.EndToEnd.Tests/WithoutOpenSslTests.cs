using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;

namespace Spindle.EndToEnd.Tests;

/// <summary>The command where the system has no libssl.so.3, and the runtime uses another version of OpenSSL.</summary>
public sealed class WithoutOpenSslTests(TlsFiles files) : IClassFixture<TlsFiles>
{
    private const string Ours = "libssl.so.3";
    private const string Another = "libssl.so.1.1"; // The runtime looks for that, too.

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Echo_NoLibssl3_ServesWithSslStream(SslProtocols version)
    {
        string folder = Path.Combine(files.Folder, $"libraries-{version}");
        HideLibssl(folder);
        using SpindleProcess spindle = SpindleProcess.StartUnder(
            $"export LD_LIBRARY_PATH={folder}", "echo", $"ssl:0:interface=127.0.0.1:privateKey={files.Server}", $"ssl:0:interface=127.0.0.1:privateKey={files.Server}");
        IPEndPoint first = await spindle.ListeningAsync();
        IPEndPoint second = await spindle.ListeningAsync();

        foreach (IPEndPoint address in new[] { first, second })
        {
            using TcpClient client = new();
            await client.ConnectAsync(address);
            using SslStream stream = new(client.GetStream(), false, (_, _, _, _) => true);
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = version });
            byte[] sent = RandomNumberGenerator.GetBytes(100_000);
            byte[] received = new byte[sent.Length];
            Task sending = stream.WriteAsync(sent).AsTask();
            await stream.ReadExactlyAsync(received);
            await sending;
            Assert.Equal(sent, received);
        }

        string[] loaded = [.. File.ReadLines($"/proc/{spindle.Id}/maps").Select(line => line[(line.LastIndexOf(' ') + 1)..]).Where(file => file.Contains("/libssl.so", StringComparison.Ordinal)).Distinct()];
        Assert.Equal([Path.Combine(folder, Another)], loaded);
        spindle.Signal("TERM");
        Assert.Empty((await spindle.EndAsync()).Errors);
    }

    /// <summary>Makes a folder to look for libraries in first: libssl is there by another name only, also in what it calls itself.</summary>
    private static void HideLibssl(string folder)
    {
        NativeLibrary.Load(Ours);
        string path = File.ReadLines("/proc/self/maps").First(line => line.EndsWith("/" + Ours, StringComparison.Ordinal)) is var line ? line[line.IndexOf('/', StringComparison.Ordinal)..] : "";
        byte[] library = File.ReadAllBytes(path);
        int name = library.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Ours + "\0"));
        Assert.True(name > 0, $"{path} does not call itself {Ours}.");
        library[name + Ours.Length - 1] = (byte)'9';

        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, Another), library);
        File.WriteAllBytes(Path.Combine(folder, Ours), []); // No library: the search ends here.
    }
}
