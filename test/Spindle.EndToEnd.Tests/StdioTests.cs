using System.Diagnostics;
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
        using Socket taken = FreePort.TakeWithoutListening();

        (int code, string output, string errors) = Bash($"echo hello | {Spindle} relay stdio: tcp:{taken.LocalEndPoint}");

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

    [Theory]
    [InlineData("echo", "<&-", 2, "it was closed when the process was started")]
    [InlineData("echo", ">&-", 2, "it was closed when the process was started")]
    [InlineData("echo", "<&- >&-", 2, "it was closed when the process was started")]
    [InlineData("echo", "<&- >&- 2>&-", 2, "")]
    [InlineData("echo", "< /", 2, "it is a directory")]
    [InlineData("echo", "0> /dev/null", 2, "not open for reading")]
    [InlineData("echo", "1< /dev/null", 2, "not open for writing")]
    [InlineData("echo", "< /dev/null > /dev/null", 0, "")]
    [InlineData("echo", "2>&-", 0, "")]
    [InlineData("relay", "<&-", 2, "it was closed when the process was started")]
    [InlineData("relay", "2>&-", 0, "")]
    public void Descriptors_ClosedOrOdd_EndItWithAWord(string command, string redirections, int code, string word)
    {
        (int ended, _, string errors) = Bash($"timeout 60 {Spindle} {command} stdio: {(command == "relay" ? "exec:cat" : "")} {redirections}");

        Assert.Equal(code, ended);
        Assert.Contains(word, errors, StringComparison.Ordinal);
        Assert.True(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length <= 1, errors);
    }

    [Fact]
    public void Relay_ProgramFails_GivesItsOutputAndExitCode()
    {
        (int code, string output, string errors) = Bash($"seq 100000 | {Spindle} relay stdio: 'exec:sh:-c:cat; exit 3' | tail -1; exit ${{PIPESTATUS[1]}}");

        Assert.Equal((3, "100000\n", ""), (code, output, errors));
    }

    [Fact]
    public void Relay_ProgramIsKilled_EndsWithOne()
    {
        (int code, _, string errors) = Bash($"{Spindle} relay stdio: 'exec:sh:-c:kill -9 $$' < /dev/null");

        Assert.Equal(1, code);
        Assert.Contains("cut off", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Relay_LinesToAShellOnATerminal_EndWithTheInput()
    {
        (int code, string output, _) = Bash($"printf 'stty -echo\\necho $((40 + 2))\\n' | timeout 60 {Spindle} relay stdio: pty:/bin/sh");

        Assert.Equal(0, code);
        Assert.Contains("42\r\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Relay_ToStandardIO_ServesOneClientAndEnds(int loops)
    {
        (int code, string output, string errors) = Bash($$"""
            folder=$(mktemp -d); mkfifo $folder/in $folder/err
            {{Spindle}} relay tcp:0:127.0.0.1 stdio: --loops {{loops}} < $folder/in > $folder/out 2> $folder/err & relay=$!
            exec 5> $folder/in 6< $folder/err
            read -r listening address <&6
            (seq 100000; sleep 0.2) | socat -t 60 - TCP:${address#tcp:} > $folder/client & client=$!
            seq 100000 >&5; exec 5>&-
            wait $client && wait $relay && seq 100000 | cmp - $folder/out && seq 100000 | cmp - $folder/client && echo $listening && rm -r $folder
            """);

        Assert.Equal((0, "listening\n", ""), (code, output, errors));
    }

    [Fact]
    public void Relay_StandardIOOnBothSides_IsRefused()
    {
        (int code, _, string errors) = Bash($"{Spindle} relay stdio: stdio: < /dev/null");

        Assert.Equal(2, code);
        Assert.Contains("one side", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Relay_SerialLine_CarriesBytes()
    {
        // A line of socat's that repeats what it hears; it has no end, so the relay is ended.
        (int code, string output, _) = Bash($$"""
            folder=$(mktemp -d)
            socat PTY,raw,echo=0,link=$folder/line EXEC:cat & line=$!
            until [ -e $folder/line ]; do sleep 0.05; done
            mkfifo $folder/in; exec 5<> $folder/in; echo hello >&5
            {{Spindle}} relay stdio: serial:$folder/line:baudrate=115200 < $folder/in > $folder/out & relay=$!
            until grep -q hello $folder/out; do sleep 0.05; done
            stty -F $folder/line speed
            kill $line; wait $relay; echo code $?; cat $folder/out; rm -r $folder
            """);

        Assert.Equal((0, "115200\ncode 0\nhello\n"), (code, output));
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
