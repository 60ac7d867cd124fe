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

        Assert.Equal("hello", Shell.Bash($"printf hello | socat -t 2 - {socat}:{address}"));
    }

    [Fact]
    public async Task Relay_BetweenTwoClientsAndAnEcho_CarriesToEachItsOwn()
    {
        using SpindleProcess echo = SpindleProcess.Start("echo", "udp:0:127.0.0.1");
        IPEndPoint target = await echo.ListeningAsync();
        using SpindleProcess relay = SpindleProcess.Start("relay", "udp:0:127.0.0.1", $"udp:localhost:{target.Port}");
        IPEndPoint address = await relay.ListeningAsync();

        string said = Shell.Bash($"(printf one | socat -t 2 - UDP4-CONNECT:{address}) & (printf two | socat -t 2 - UDP4-CONNECT:{address} > /dev/null); wait");

        Assert.Equal("one", said);
    }

    [Fact]
    public async Task Relay_StreamToDatagrams_IsRefusedWithOneLine()
    {
        using SpindleProcess relay = SpindleProcess.Start("relay", "tcp:0", "udp:127.0.0.1:7000");

        (int exitCode, _, string errors) = await relay.EndAsync();

        Assert.Equal(2, exitCode);
        Assert.Contains("datagrams", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}
