namespace Spindle.EndToEnd.Tests;

/// <summary>spindle demo, seen by a person and by a pipe.</summary>
public sealed class DemoTests
{
    [Theory]
    [InlineData("epoll")]
    [InlineData("poll")]
    [InlineData("select")]
    public async Task Demo_ToAPipe_PrintsPlainColumnsAndExitsWith0(string selector)
    {
        using SpindleProcess spindle = SpindleProcess.Start("demo", "--selector", selector);
        (int exitCode, string output, string errors) = await spindle.EndAsync();

        Assert.True(exitCode == 0, output);
        Assert.Empty(errors);
        Assert.DoesNotContain('\e', output);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("transport ", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("TCP over IPv4", StringComparison.Ordinal) && line.Contains(" worked ", StringComparison.Ordinal));
        Assert.All(lines.Skip(1), line => Assert.Matches(@" (worked|not here)\s+\d+\.\d *$", line));
    }

    [Fact]
    public void Demo_OnATerminal_DrawsATable() =>
        Assert.Contains("│", Shell.Run("script", "-qec", $"{Path.Combine(Repository.Root, "spindle")} demo", "/dev/null"), StringComparison.Ordinal);

    [Fact]
    public void Demo_NobodyReadsToTheEnd_EndsQuietly() =>
        Assert.Equal("", Shell.Bash($"{Path.Combine(Repository.Root, "spindle")} demo 2>&1 >/dev/null | head -c 1; {Path.Combine(Repository.Root, "spindle")} demo 2>&1 | head -n 1 | grep -v ^transport || true"));

    [Theory]
    [InlineData("demo")]
    [InlineData("echo tcp:0:127.0.0.1")]
    public void Output_CannotBeWritten_ExitsWith1AndOneLine(string arguments)
    {
        string said = Shell.Bash($"{Path.Combine(Repository.Root, "spindle")} {arguments} 2>&1 >/dev/full || echo $?");

        Assert.Equal("spindle: standard output cannot be written to: No space left on device\n1\n", said);
    }
}
