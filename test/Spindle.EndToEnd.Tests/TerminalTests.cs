using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Spindle.EndToEnd.Tests;

/// <summary>Shells on terminals, with somebody at the keyboard.</summary>
public sealed partial class TerminalTests
{
    private const char CtrlC = '\u0003';
    private const char CtrlZ = '\u001A';

    private static readonly string Spindle = Path.Combine(Repository.Root, "spindle");

    [Fact]
    public async Task Relay_ShellOverTcp_IsInteractive()
    {
        using SpindleProcess spindle = SpindleProcess.StartUnder("export TERM=dumb PS1='$ '", "relay", "tcp:0:127.0.0.1", "pty:/bin/bash:--norc:size=90x30");
        IPEndPoint address = await spindle.ListeningAsync();
        using Dialogue shell = new("socat", "-", $"TCP:{address}");

        await shell.SayAsync("stty size", "30 90");
        await shell.SayAsync("stty rows 50 cols 120; stty size", "50 120");
        await shell.SayAsync("tty", "/dev/pts/");
        // A key reaches the job only once the shell has given it the terminal: the job itself tells when that is.
        await shell.SayAsync("bash -c 'trap \"echo went-\"\"on\" CONT; echo star''ted; while :; do sleep 0.1; done'", "started");
        await shell.PressAsync(CtrlZ, "Stopped");
        await shell.SayAsync("fg", "went-on");
        await shell.PressAsync(CtrlZ, "Stopped");
        await shell.SayAsync("bg; jobs", "Running");
        await shell.SayAsync("kill %1; wait; echo done-$((1 + 1))", "done-2");
        await shell.SayAsync("sh -c 'echo star''ted; exec sleep 100'", "started");
        await shell.PressAsync(CtrlC, "^C");
        await shell.SayAsync("echo alive-$?-$((1 + 1))", "alive-130-2");
        await shell.SayAsync("exit 0", "exit");

        await shell.EndAsync();
    }

    [Fact]
    public async Task Relay_ClientGoesAway_HangsTheShellUp()
    {
        using SpindleProcess spindle = SpindleProcess.StartUnder("export TERM=dumb PS1='$ '", "relay", "tcp:0:127.0.0.1", "pty:/bin/bash:--norc");
        IPEndPoint address = await spindle.ListeningAsync();
        Process hungUp;
        using (Dialogue shell = new("socat", "-", $"TCP:{address}"))
        {
            string pid = Number().Match(await shell.SayAsync("echo pid-$$-", "-\r\n")).Groups[1].Value;
            hungUp = Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture));
        }

        using (hungUp)
        {
            await hungUp.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task Relay_TerminalOnATerminal_IsRawAndOfOneSizeAndThenAsItWas()
    {
        using Dialogue shell = Terminal();
        string terminal = Device().Match(await shell.SayAsync("echo at=$(tty)=", "=\r\n")).Value;
        string before = await ModeAsync(shell);
        await shell.SayAsync("stty rows 30 cols 90; echo set-$((1 + 1))", "set-2");

        await EnterAsync(shell);
        await shell.SayAsync("stty size", "30 90");
        Shell.Run("stty", "-F", terminal, "rows", "50", "cols", "120");
        await shell.SayAsync("until stty size | grep 120; do sleep 0.05; done", "50 120");
        await shell.SayAsync("sh -c 'echo star''ted; exec sleep 100'", "started");
        await shell.PressAsync(CtrlC, "^C"); // It ends what runs there, not the command here.
        await shell.SayAsync("echo there-$?-$((1 + 1))", "there-130-2");
        await shell.SayAsync("exit 7", Dialogue.Prompt);
        await shell.SayAsync("echo code-$?-", "code-7-");

        Assert.Equal(before, await ModeAsync(shell));
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    [InlineData("INT", 130)]
    [InlineData("QUIT", 131)]
    public async Task Signal_TerminalIsRaw_RestoresIt(string signal, int code)
    {
        using Dialogue shell = Terminal();
        string before = await ModeAsync(shell);

        await EnterAsync(shell);
        await shell.SayAsync($"kill -{signal} $PPID", Dialogue.Prompt);
        await shell.SayAsync("echo code-$?-", $"code-{code}-");

        Assert.Equal(before, await ModeAsync(shell));
    }

    [Fact]
    public async Task Stop_TerminalIsRaw_GivesItBackUntilItGoesOn()
    {
        using Dialogue shell = Terminal();
        string before = await ModeAsync(shell);
        await EnterAsync(shell);

        await shell.SayAsync("kill -TSTP $PPID", "Stopped");
        Assert.Equal(before, await ModeAsync(shell));
        await shell.SayAsync("fg", "relay");
        await shell.SayAsync("ps -o stat= -p $PPID", "+"); // Raw again: else the line would be shown twice.
        await shell.SayAsync("exit 0", Dialogue.Prompt);

        Assert.Equal(before, await ModeAsync(shell));
    }

    // A shell on a terminal of socat's, as one that a user sits at.
    private static Dialogue Terminal() => new("socat", "-", "EXEC:bash --norc,pty,setsid,ctty,stderr");

    // Within that one another, on a terminal of ours.
    private static async Task EnterAsync(Dialogue shell)
    {
        await shell.SayAsync($"{Spindle} relay stdio: pty:/bin/bash:--norc", "bash-");
        await shell.SayAsync("echo inner-$((1 + 1))", "inner-2");
    }

    private static async Task<string> ModeAsync(Dialogue shell) => Mode().Match(await shell.SayAsync("echo mode=$(stty -g)=", "=\r\n")).Value;

    [GeneratedRegex("/dev/pts/[0-9]+")]
    private static partial Regex Device();

    [GeneratedRegex("pid-([0-9]+)-")]
    private static partial Regex Number();

    [GeneratedRegex("mode=[0-9a-f:]+=")]
    private static partial Regex Mode();
}
