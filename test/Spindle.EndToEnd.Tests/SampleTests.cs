namespace Spindle.EndToEnd.Tests;

/// <summary>The samples that come to an end by themselves.</summary>
public sealed class SampleTests
{
    [Fact]
    public void TestingOnAClock_Run_FindsAllWell()
    {
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

        string output = Shell.Bash($"'{Repository.Root}/artifacts/bin/TestingOnAClock/{configuration}/TestingOnAClock'");

        Assert.Equal("All is well.", output.Trim());
    }
}
