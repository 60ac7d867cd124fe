using System.Diagnostics;

namespace Spindle.EndToEnd.Tests;

/// <summary>A real web server, nginx, with a small and a large file.</summary>
public sealed class WebServer : IDisposable
{
    public const string Small = "small but complete\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spindle-web-");
    private readonly Process _process;

    public WebServer()
    {
        Port = FreePort.Next();
        File.WriteAllText(Path.Combine(_folder.FullName, "small"), Small);
        byte[] large = new byte[20 << 20];
        Random.Shared.NextBytes(large);
        File.WriteAllBytes(Path.Combine(_folder.FullName, "large"), large);
        Shell.Run("chmod", "-R", "a+rX", _folder.FullName); // Its workers are another user's.
        string settings = Path.Combine(_folder.FullName, "nginx.conf");
        File.WriteAllText(settings, $$"""
            daemon off;
            pid {{_folder.FullName}}/pid;
            error_log stderr error;
            events { worker_connections 1024; }
            http {
                access_log off;
                server { listen 127.0.0.1:{{Port}}; root {{_folder.FullName}}; }
            }
            """);
        _process = Process.Start(new ProcessStartInfo("/usr/sbin/nginx", ["-c", settings]))!;
        WaitUntilItListens();
    }

    public int Port { get; }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private void WaitUntilItListens() => Shell.Run("curl", "-sS", "--retry", "100", "--retry-connrefused", "--retry-delay", "0", "--retry-max-time", "30", "-o", "/dev/null", $"http://127.0.0.1:{Port}/small");
}
