using System.Diagnostics;

namespace Spindle.Tests.Support;

/// <summary>Runs one explicit test in a process of its own: what would end this process, or needs another environment.</summary>
internal static class ChildRun
{
    /// <summary>Runs a test.</summary>
    /// <returns>The exit code, and what was printed. Death by a signal is 128 and its number.</returns>
    public static (int ExitCode, string Output) Run(Type type, string method, params (string Name, string Value)[] environment) =>
        Run(WithDefaultSignals(Program), type, method, environment);

    /// <summary>Runs a test in what a command of the shell has left behind: <c>trap '' INT</c>, <c>ulimit -n 200</c>.</summary>
    /// <returns>As <see cref="Run(Type, string, ValueTuple{string, string}[])"/>.</returns>
    public static (int ExitCode, string Output) RunUnder(string shellCommand, Type type, string method, params (string Name, string Value)[] environment) =>
        Run(WithDefaultSignals("/bin/sh", "-c", $"{shellCommand}; exec \"$0\" \"$@\"", Program), type, method, environment);

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Spindle.Tests");

    // A job in the background of a shell ignores SIGINT, and its children inherit that.
    private static ProcessStartInfo WithDefaultSignals(params string[] command) => new("/usr/bin/env", ["--default-signal", .. command]);

    private static (int ExitCode, string Output) Run(ProcessStartInfo start, Type type, string method, (string Name, string Value)[] environment)
    {
        foreach (string argument in new[] { "--explicit", "only", "--filter-method", $"{type.FullName}.{method}", "--no-progress" })
        {
            start.ArgumentList.Add(argument);
        }

        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        bool hasEnded = process.WaitForExit(TimeSpan.FromMinutes(5));
        if (!hasEnded)
        {
            process.Kill(entireProcessTree: true);
        }

        string printed = output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult();
        Assert.True(hasEnded, $"The child did not end: {printed}");
        return (process.ExitCode, printed);
    }
}
