using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Spindle.EndToEnd.Tests;

/// <summary>The command in a pipeline.</summary>
public sealed class StdioTests : IClassFixture<WebServer>
{
    private static readonly string Spindle = Path.Combine(Repository.Root, "spindle");

    private readonly WebServer _web;

    public StdioTests(WebServer web) => _web = web;

    [Fact]
    public void Relay_RequestToAWebServer_PrintsTheAnswer()
    {
        (int code, string output, string errors) = Bash($@"printf 'GET /small HTTP/1.0\r\n\r\n' | {Spindle} relay stdio: tcp:127.0.0.1:{_web.Port}");

        Assert.Equal((0, ""), (code, errors));
        Assert.StartsWith("HTTP/1.1 200 OK", output, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + WebServer.Small, output, StringComparison.Ordinal);
    }

    [Fact]
    public void Relay_LargeAnswerIntoAFile_IsWhole()
    {
        // nginx would cut a large answer off when the request's side ends, whoever asks.
        (int code, string output, _) = Bash($"""
            folder=$(mktemp -d); head -c {20 << 20} /dev/urandom > $folder/large
            {Spindle} relay stdio: exec:cat:$folder/large < /dev/null > $folder/answer && cmp $folder/large $folder/answer && rm -r $folder && echo same
            """);

        Assert.Equal(0, code);
        Assert.Equal("same\n", output);
    }

    [Fact]
    public void Relay_InputEnds_TheAnswerStillComes()
    {
        // The one behind says nothing before it has read all.
        (int code, string output, _) = Bash($"printf 'all of it' | {Spindle} relay stdio: 'exec:sh:-c:wc -c; sleep 0.2; echo later'");

        Assert.Equal((0, "9\nlater\n"), (code, output));
    }

    [Fact]
    public void Relay_NobodyThere_EndsWithOneAndOneLine()
    {
        using TcpListener closed = new(IPAddress.Loopback, 0);
        closed.Start();
        EndPoint nobody = closed.LocalEndpoint;
        closed.Stop();

        (int code, string output, string errors) = Bash($"echo hello | {Spindle} relay stdio: tcp:{nobody}");

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("refused", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void Echo_OfAPipeline_ComesBackAndEnds()
    {
        (int code, string output, string errors) = Bash($"seq 200000 | {Spindle} echo stdio: | tail -1");

        Assert.Equal((0, "200000\n", ""), (code, output, errors));
    }

    [Fact]
    public void Echo_OfAFile_ComesBackAndEnds()
    {
        (int code, string output, _) = Bash($"file=$(mktemp); seq 200000 > $file; {Spindle} echo stdio: < $file | cmp - $file && rm $file && echo same");

        Assert.Equal((0, "same\n"), (code, output));
    }

    [Fact]
    public void Echo_ReaderGoesAway_Ends()
    {
        (int code, string output, string errors) = Bash($"yes 2> /dev/null | timeout 60 {Spindle} echo stdio: | head -1; echo ${{PIPESTATUS[1]}}");

        Assert.Equal((0, "y\n0\n", ""), (code, output, errors));
    }

    [Fact]
    public void Echo_DiskIsFull_SaysSo()
    {
        (int code, _, string errors) = Bash($"echo hello | {Spindle} echo stdio: > /dev/full");

        Assert.Equal(1, code);
        Assert.Contains("No space left", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void Echo_OnASocket_HalfCloses()
    {
        (int code, string output, _) = Bash($"echo hello | socat -t 60 - 'EXEC:{Spindle} echo stdio\\:'");

        Assert.Equal((0, "hello\n"), (code, output));
    }

    [Fact]
    public void Terminal_Afterwards_IsBlockingAsBefore()
    {
        // In a terminal of script's, whose shell looks at the flags of its own standard input before and after.
        string folder = Directory.CreateTempSubdirectory("spindle-stdio-").FullName;
        string script = Path.Combine(folder, "in-a-terminal");
        File.WriteAllText(script, $"grep flags /proc/$$/fdinfo/0\n{Spindle} echo stdio:\ngrep flags /proc/$$/fdinfo/0\n");
        (int code, string output, _) = Bash($@"(sleep 1; printf 'typed\n\004'; sleep 1) | script -qec 'sh {script}' /dev/null");
        Directory.Delete(folder, recursive: true);

        Assert.Equal(0, code);
        string[] lines = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => line.StartsWith("flags", StringComparison.Ordinal))];
        Assert.Equal(2, lines.Length);
        Assert.Equal(lines[0], lines[1]);
        Assert.Equal(2, output.Split("typed\r\n").Length - 1); // The terminal's echo and ours.
    }

    private static (int Code, string Output, string Errors) Bash(string line)
    {
        ProcessStartInfo start = new("bash", ["-c", "set -o pipefail; " + line]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
