using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Spindle.EndToEnd.Tests;

/// <summary>The samples that have no tests of their own.</summary>
public sealed class SampleTests
{
    [Fact]
    public void TestingOnAClock_Run_FindsAllWell()
    {
        string output = Shell.Bash($"'{Sample("TestingOnAClock")}'");

        Assert.Equal("All is well.", output.Trim());
    }

    [Fact]
    public async Task ShellOverTcp_Guest_HasATerminalOfHisOwn()
    {
        using Process server = Start("ShellOverTcp", "0");
        string address = (await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!["listening tcp:".Length..];
        using Dialogue guest = new("socat", "-", $"TCP:{address}");

        await guest.SayAsync("stty size", "24 80");
        await guest.SayAsync("echo $((40 + 2))", "42");
        await guest.SayAsync("exit 0", "");
        await guest.EndAsync();

        server.Kill();
    }

    [Fact]
    public async Task Keys_OnATerminal_ShowsWhatIsPressedAndLeavesTheModeAlone()
    {
        using Dialogue shell = new("socat", "-", "EXEC:bash --norc,pty,setsid,ctty,stderr");
        await shell.SayAsync($"m=$(stty -g); {Sample("Keys")}; test $m = $(stty -g) && echo same-$((1 + 1))", "Press keys");

        await shell.PressAsync('\u0003', "03");
        await shell.PressAsync('q', "same-2");
    }

    [Fact]
    public void SerialLines_Line_IsShown()
    {
        string output = Shell.Bash($$"""
            folder=$(mktemp -d)
            mkfifo $folder/in; exec 5<> $folder/in
            socat PTY,raw,echo=0,link=$folder/line - < $folder/in > /dev/null & line=$!
            until [ -e $folder/line ]; do sleep 0.05; done
            {{Sample("SerialLines")}} $folder/line > $folder/out & lines=$!
            until grep -q hello $folder/out; do printf 'hello\r\n' >&5; sleep 0.1; done
            kill $line; wait $lines; echo code $?; rm -r $folder
            """);

        Assert.Equal("code 0", output.Trim());
    }

    [Fact]
    public async Task Supervisor_ProgramEnds_IsStartedAgainAndAllEndWithIt()
    {
        using Process supervisor = Start("Supervisor", "echo one; sleep 1.2", "echo pid $$; exec sleep 1000");
        int ones = 0;
        string? child = null;
        while (ones < 2 || child is null)
        {
            string line = (await supervisor.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30)))!;
            ones += line.EndsWith(" one", StringComparison.Ordinal) ? 1 : 0;
            child = line.Contains(" pid ", StringComparison.Ordinal) ? line.Split(' ')[^1] : child;
        }

        Shell.Run("kill", supervisor.Id.ToString(CultureInfo.InvariantCulture));
        await supervisor.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.False(Directory.Exists($"/proc/{child}"));
        Assert.Equal(128 + 15, supervisor.ExitCode);
    }

    [Fact]
    public async Task SocketHandover_ThreeRestartsUnderLoad_RefuseAndResetNobody()
    {
        string folder = Directory.CreateTempSubdirectory("spindle-handover-").FullName;
        int port = FreePort.Next();
        string[] arguments = [port.ToString(CultureInfo.InvariantCulture), Path.Combine(folder, "control")];
        Process current = await ServingAsync(arguments);
        using CancellationTokenSource enough = new();
        ConcurrentDictionary<string, bool> served = [];
        Task<int>[] clients = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(() => AskAsync(port, served, enough.Token), TestContext.Current.CancellationToken))];

        for (int restart = 0; restart < 3; restart++)
        {
            await IsUnderLoadAsync(current, served);
            Process next = await ServingAsync(arguments);
            await current.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            Assert.Equal(0, current.ExitCode);
            current.Dispose();
            current = next;
        }

        await IsUnderLoadAsync(current, served);
        await enough.CancelAsync();
        int[] counts = await Task.WhenAll(clients); // A refused or reset connection would be an exception.

        Assert.All(counts, count => Assert.True(count > 0));
        Assert.Equal(4, served.Count);
        current.Kill();
        await current.WaitForExitAsync(TestContext.Current.CancellationToken);
        current.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    // One connection after the other: hears who serves, says something, and hears it again.
    private static async Task<int> AskAsync(int port, ConcurrentDictionary<string, bool> served, CancellationToken enough)
    {
        int count = 0;
        for (; !enough.IsCancellationRequested; count++)
        {
            using TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, port, CancellationToken.None);
            NetworkStream stream = client.GetStream();
            using StreamReader reader = new(stream);
            served.TryAdd((await reader.ReadLineAsync(CancellationToken.None))!, true);
            await stream.WriteAsync("said\n"u8.ToArray(), CancellationToken.None);
            Assert.Equal("said", await reader.ReadLineAsync(CancellationToken.None));
        }

        return count;
    }

    private static async Task IsUnderLoadAsync(Process process, ConcurrentDictionary<string, bool> served)
    {
        for (Stopwatch time = Stopwatch.StartNew(); !served.ContainsKey($"process {process.Id}");)
        {
            Assert.True(time.Elapsed < TimeSpan.FromSeconds(60), "it serves nobody");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<Process> ServingAsync(string[] arguments)
    {
        Process process = Start("SocketHandover", arguments);
        Assert.Contains("serves", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? "", StringComparison.Ordinal);
        return process;
    }

    private static Process Start(string sample, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Sample(sample), arguments) { RedirectStandardOutput = true })!;

    private static string Sample(string name) =>
        Path.Combine(Repository.Root, "artifacts/bin", name, Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), name);
}
