using System.Diagnostics;
using System.Net;

namespace Spindle.EndToEnd.Tests;

/// <summary>The spindle command as a user runs it: ./spindle with arguments.</summary>
internal sealed class SpindleProcess : IDisposable
{
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
    public long ResidentBytes => long.Parse(
        File.ReadLines($"/proc/{Id}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture) * 1024;

    public static SpindleProcess Start(params string[] arguments)
    {
        ProcessStartInfo start = new(Path.Combine(Repository.Root, "spindle"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        return new SpindleProcess(Process.Start(start)!);
    }

    /// <summary>Waits for the line that says where it listens.</summary>
    public async Task<IPEndPoint> ListeningAsync()
    {
        const string Prefix = "listening tcp:";
        string? line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);
        Assert.True(line is not null, $"it ended instead of listening: {(line is null ? await _errors : "")}");
        Assert.StartsWith(Prefix, line, StringComparison.Ordinal);
        return IPEndPoint.Parse(line![Prefix.Length..]);
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> EndAsync()
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        return (_process.ExitCode, await output, await _errors);
    }

    public void Signal(string name) => Shell.Run("kill", $"-{name}", Id.ToString(System.Globalization.CultureInfo.InvariantCulture));

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
