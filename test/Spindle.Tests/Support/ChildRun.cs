using System.Diagnostics;

namespace Spindle.Tests.Support;

/// <summary>Runs one explicit test in a process of its own: what would end this process, or needs another environment.</summary>
internal static class ChildRun
{
    /// <summary>Runs a test.</summary>
    /// <returns>The exit code, and what was printed. Death by a signal is 128 and its number.</returns>
    public static (int ExitCode, string Output) Run(Type type, string method, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "Spindle.Tests"))
        {
            ArgumentList = { "--explicit", "only", "--filter-method", $"{type.FullName}.{method}", "--no-progress" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)), $"The child did not end: {output}");
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }
}
