using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Spindle.EndToEnd.Tests;

/// <summary>SIGINT and SIGTERM: an orderly end, then death by the signal, as the parent sees it.</summary>
public sealed class SignalTests
{
    // Process.ExitCode cannot tell death by a signal from an exit with 128 and more; waitpid's status can.
    private const string ReportDeath = "$SIG{INT} = 'DEFAULT'; my $pid = fork // die; if (!$pid) { exec @ARGV or die } print \"pid $pid\\n\"; waitpid $pid, 0; print 'signal ', $? & 127, ' exit ', $? >> 8, \"\\n\";";

    [Theory]
    [InlineData("TERM", 15)]
    [InlineData("INT", 2)]
    public async Task Signal_WhileServing_DiesOfIt(string name, int number)
    {
        using Process parent = StartUnderParent("echo", "tcp:0:127.0.0.1");
        string pid = (await ReadLineAsync(parent))["pid ".Length..];
        Assert.StartsWith("listening", await ReadLineAsync(parent), StringComparison.Ordinal);

        Shell.Run("kill", "-" + name, pid);

        Assert.Equal($"signal {number} exit 0", await ReadLineAsync(parent));
    }

    [Fact]
    public async Task Terminate_WithDataUnderWay_SendsItFirst()
    {
        using SpindleProcess spindle = SpindleProcess.Start("echo", "--grace", "30", "tcp:0:127.0.0.1");
        IPEndPoint address = await spindle.ListeningAsync();
        using Socket client = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(address);
        byte[] chunk = new byte[1_000];
        await client.SendAsync(chunk);
        Assert.True(client.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead), "nothing came back");

        spindle.Signal("TERM");

        int received = 0;
        for (int got; (got = await client.ReceiveAsync(chunk)) > 0;)
        {
            received += got;
        }

        Assert.Equal(1_000, received);
        Assert.Equal(128 + 15, (await spindle.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task Terminate_PeerNeverReads_EndsAfterTheGrace()
    {
        using SpindleProcess spindle = SpindleProcess.Start("echo", "--grace", "0.5", "tcp:0:127.0.0.1");
        using Socket stuck = FillUp(await spindle.ListeningAsync());

        spindle.Signal("TERM");

        Assert.Equal(128 + 15, (await spindle.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task Terminate_Twice_EndsAtOnce()
    {
        using SpindleProcess spindle = SpindleProcess.Start("echo", "--grace", "3600", "tcp:0:127.0.0.1");
        IPEndPoint address = await spindle.ListeningAsync();
        using Socket stuck = FillUp(address);

        spindle.Signal("TERM");
        await RefusesAsync(address); // The first has been heard once nobody listens any more.
        spindle.Signal("INT");

        Assert.Equal(128 + 15, (await spindle.EndAsync()).ExitCode);
    }

    private static Socket FillUp(IPEndPoint address)
    {
        Socket client = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(address);
        client.Blocking = false;
        byte[] chunk = new byte[1_000_000];
        do
        {
            client.Send(chunk, SocketFlags.None, out SocketError error);
            Assert.True(error is SocketError.Success or SocketError.WouldBlock);
            Assert.True(client.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead), "nothing came back");
        }
        while (client.Poll(TimeSpan.FromSeconds(2), SelectMode.SelectWrite)); // Until both directions are full.

        return client;
    }

    /// <summary>Waits until nobody listens any more.</summary>
    internal static async Task RefusesAsync(IPEndPoint address)
    {
        for (Stopwatch time = Stopwatch.StartNew(); time.Elapsed < TimeSpan.FromSeconds(60);)
        {
            using Socket probe = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(address);
                await Task.Delay(10);
            }
            catch (SocketException refusal) when (refusal.SocketErrorCode == SocketError.ConnectionRefused)
            {
                return;
            }
            catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
            {
                // It closed while this knocked.
            }
            catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
            {
                // It was among those that waited.
            }
        }

        Assert.Fail("it went on listening");
    }

    private static Process StartUnderParent(params string[] arguments) => Process.Start(
        new ProcessStartInfo("perl", ["-e", "$| = 1; " + ReportDeath, Path.Combine(Repository.Root, "spindle"), .. arguments]) { RedirectStandardOutput = true })!;

    private static async Task<string> ReadLineAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60))
            ?? throw new InvalidOperationException("the output ended");
}
