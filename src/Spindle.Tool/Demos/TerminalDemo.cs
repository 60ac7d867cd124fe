using System.Text;

namespace Spindle.Tool.Demos;

/// <summary>A shell on a terminal of its own.</summary>
internal sealed class TerminalDemo : IDemo
{
    public string Name => "terminal";

    public async Task<string> RunAsync(DemoContext context)
    {
        Shell shell = new();
        context.Reactor.SpawnProcess(shell, "/bin/sh", ["sh", "-c", "tty; read answer; echo \"[$answer]\""], ProcessEnvironment.Inherit, usePty: true);
        string said = await shell.Ended.WaitAsync(context.CancellationToken).ConfigureAwait(true);
        string[] lines = said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string? terminal = Array.Find(lines, line => line.StartsWith("/dev/", StringComparison.Ordinal)); // What is typed is shown too.
        Exchange.Check(terminal is not null, $"the shell has no terminal: {string.Join(" ", lines)}");
        Exchange.Check(lines[^1] == "[yes]", $"the shell did not read what was typed: {string.Join(" ", lines)}");
        return $"a line typed to a shell on {terminal}";
    }

    /// <summary>Types a line, and keeps what the terminal shows.</summary>
    private sealed class Shell : ProcessProtocol
    {
        private readonly StringBuilder _shown = new();
        private readonly TaskCompletionSource<string> _ended = new();

        private bool HasLine => _shown.ToString().Contains('\n', StringComparison.Ordinal);

        public Task<string> Ended => _ended.Task;

        public override void OutReceived(ReadOnlySpan<byte> data)
        {
            bool wasThere = HasLine;
            _shown.Append(Encoding.UTF8.GetString(data));
            if (!wasThere && HasLine)
            {
                Transport.Write("yes\n"u8); // Typed earlier it might be shown in the midst of the terminal's name.
            }
        }

        public override void ProcessEnded(Exception reason) => _ended.TrySetResult(_shown.ToString());
    }
}
