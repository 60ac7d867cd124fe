using System.Diagnostics;

namespace Spindle.EndToEnd.Tests;

/// <summary>Runs programs of the system.</summary>
internal static class Shell
{
    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed; it must have ended well.</returns>
    public static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {errors.Result}");
        return output;
    }

    /// <summary>Runs a line of bash to its end, however it ends.</summary>
    /// <returns>What it printed, errors too.</returns>
    public static string Try(string line)
    {
        using Process process = Process.Start(new ProcessStartInfo("bash", ["-c", $"exec 2>&1; {line}"]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    /// <summary>Runs a line of bash to its end.</summary>
    public static string Bash(string line) => Run("bash", "-c", "set -o pipefail; " + line);
}
