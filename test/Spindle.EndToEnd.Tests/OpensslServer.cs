using System.Diagnostics;
using System.Globalization;

namespace Spindle.EndToEnd.Tests;

/// <summary>openssl s_server, which answers each line with its reverse.</summary>
internal sealed class OpensslServer : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;

    private OpensslServer(Process process, int port, Task<string> output)
    {
        _process = process;
        Port = port;
        _output = output;
    }

    public int Port { get; }

    public static async Task<OpensslServer> StartAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("bash", ["-c", "exec openssl s_server -accept 127.0.0.1:0 -rev \"$@\" 2>&1", "openssl", .. arguments]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        Process process = Process.Start(start)!;
        for (string? line; (line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30))) is not null;)
        {
            if (line.StartsWith("ACCEPT", StringComparison.Ordinal))
            {
                return new OpensslServer(process, int.Parse(line[(line.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture), process.StandardOutput.ReadToEndAsync());
            }
        }

        throw new InvalidOperationException("openssl s_server ended.");
    }

    /// <summary>Ends it.</summary>
    /// <returns>What it said.</returns>
    public async Task<string> EndAsync()
    {
        Shell.Run("kill", _process.Id.ToString(CultureInfo.InvariantCulture));
        return await _output.WaitAsync(TimeSpan.FromSeconds(30));
    }

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
