using System.Diagnostics;
using System.Net;

namespace Spindle.EndToEnd.Tests;

/// <summary>UDP through the command, with socat.</summary>
public sealed class DatagramTests
{
    [Theory]
    [InlineData("udp:0:127.0.0.1", "UDP4-CONNECT")]
    [InlineData(@"udp:0:\:\:1", "UDP6-CONNECT")]
    public async Task Echo_OverSocat_SendsBack(string endpoint, string socat)
    {
        using SpindleProcess spindle = SpindleProcess.Start("echo", endpoint);
        IPEndPoint address = await spindle.ListeningAsync();

        Assert.Equal("hello", await AskAsync($"{socat}:{address}", "hello"));
    }

    [Fact]
    public async Task Relay_BetweenTwoClientsAndAnEcho_CarriesToEachItsOwn()
    {
        using SpindleProcess echo = SpindleProcess.Start("echo", "udp:0:127.0.0.1");
        IPEndPoint target = await echo.ListeningAsync();
        using SpindleProcess relay = SpindleProcess.Start("relay", "udp:0:127.0.0.1", $"udp:localhost:{target.Port}");
        IPEndPoint address = await relay.ListeningAsync();

        Task<string> one = AskAsync($"UDP4-CONNECT:{address}", "one");
        Task<string> two = AskAsync($"UDP4-CONNECT:{address}", "two");

        Assert.Equal("one", await one);
        Assert.Equal("two", await two);
    }

    [Fact]
    public async Task Relay_StreamToDatagrams_IsRefusedWithOneLine()
    {
        using SpindleProcess relay = SpindleProcess.Start("relay", "tcp:0", "udp:127.0.0.1:7000");

        (int exitCode, _, string errors) = await relay.EndAsync();

        Assert.Equal(2, exitCode);
        Assert.Contains("datagrams", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    /// <summary>Sends a datagram with socat.</summary>
    /// <returns>What it hears, up to the length of what it has sent: datagrams have no end, and socat is ended then.</returns>
    internal static async Task<string> AskAsync(string address, string datagram)
    {
        using Process socat = Process.Start(new ProcessStartInfo("socat", ["-", address]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            await socat.StandardInput.WriteAsync(datagram);
            await socat.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            char[] answer = new char[datagram.Length];
            int length = await socat.StandardOutput.ReadBlockAsync(answer, TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            return new string(answer, 0, length);
        }
        finally
        {
            socat.Kill();
        }
    }
}
