using System.Diagnostics;
using System.Net;

namespace Spindle.EndToEnd.Tests;

/// <summary>The spindle command as a user runs it: ./spindle with arguments.</summary>
internal sealed class SpindleProcess : IDisposable
{
    // A shell has its background jobs ignore SIGINT; what they start inherits that, these tests as well.
    private const string HearsInterrupts = "--default-signal=INT";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private SpindleProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    /// <summary>Resident memory in bytes, as the kernel counts it.</summary>
    public long ResidentBytes => long.Parse(StatusOf("VmRSS:"), System.Globalization.CultureInfo.InvariantCulture) * 1024;

    /// <summary>How many descriptors it has open.</summary>
    public int Descriptors => Directory.GetFileSystemEntries($"/proc/{Id}/fd").Length;

    /// <summary>The names of its threads; not of those that come or go meanwhile.</summary>
    public IReadOnlyList<string> ThreadNames
    {
        get
        {
            List<string> names = [];
            foreach (string thread in Directory.GetDirectories($"/proc/{Id}/task"))
            {
                try
                {
                    names.Add(File.ReadAllText(Path.Combine(thread, "comm")).TrimEnd());
                }
                catch (IOException)
                {
                    // It has ended.
                }
            }

            return names;
        }
    }

    /// <summary>Time that it has had a processor, in its own code and in the kernel.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static SpindleProcess Start(params string[] arguments) =>
        Start(new ProcessStartInfo("env", [HearsInterrupts, Path.Combine(Repository.Root, "spindle"), .. arguments]));

    /// <summary>Starts it in what a command of the shell has left behind: <c>ulimit -n 200</c>.</summary>
    public static SpindleProcess StartUnder(string shellCommand, params string[] arguments) =>
        Start(new ProcessStartInfo("/bin/sh", ["-c", $"{shellCommand}; exec env {HearsInterrupts} \"$0\" \"$@\"", Path.Combine(Repository.Root, "spindle"), .. arguments]));

    /// <summary>Waits for the line that says where it listens.</summary>
    public async Task<IPEndPoint> ListeningAsync()
    {
        const string Prefix = "listening tcp:"; // Or ssl, or udp.
        string line = await FirstLineAsync();
        Assert.Matches("^listening (tcp|ssl|udp):", line);
        return IPEndPoint.Parse(line[Prefix.Length..]);
    }

    /// <summary>Waits for a line.</summary>
    public async Task<string> FirstLineAsync()
    {
        string? line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);
        Assert.True(line is not null, $"it ended instead of listening: {(line is null ? await _errors : "")}");
        return line!;
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> EndAsync()
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        return (_process.ExitCode, await output, await _errors);
    }

    public void Signal(string name) => Shell.Run("kill", $"-{name}", Id.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static SpindleProcess Start(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.WorkingDirectory = "/";
        return new SpindleProcess(Process.Start(start)!);
    }

    private string StatusOf(string name) =>
        File.ReadLines($"/proc/{Id}/status").Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1];

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
