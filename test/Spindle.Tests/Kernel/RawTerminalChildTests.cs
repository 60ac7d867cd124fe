using System.Text;
using Spindle.Kernel;
using Spindle.Tests.Support;

namespace Spindle.Tests.Kernel;

/// <summary>The mode of a terminal after the end of the process that had made it raw. The explicit tests are what the others run in a child.</summary>
public sealed class RawTerminalChildTests
{
    private const string Path = "SPINDLE_TEST_TERMINAL";
    private const int SIGHUP = 1;
    private const int SIGTERM = 15;
    private const int SIGUSR1 = 10;

    [Theory]
    [InlineData(nameof(ChildLeaves), 0)]
    [InlineData(nameof(ChildThrowsInAThread), 128 + 6)]
    [InlineData(nameof(ChildIsTerminated), 128 + SIGTERM)]
    [InlineData(nameof(ChildIsHungUp), 128 + SIGHUP)]
    [InlineData(nameof(ChildDiesOfASignalThatItHandled), 128 + SIGTERM)]
    public void Mode_AfterTheEnd_IsAsItWasBefore(string end, int exitCode)
    {
        LinuxKernel kernel = new();
        int master = kernel.Terminals.Open(out byte[] name);
        string path = Encoding.ASCII.GetString(name).TrimEnd('\0');
        int slave = kernel.Files.Open(path, writable: true);
        Assert.Equal(0, kernel.Terminals.GetMode(slave, out TerminalMode before));

        (int code, string output) = ChildRun.Run(typeof(RawTerminalChildTests), end, (Path, path));

        Assert.True(exitCode == code, $"Exit code {code}: {output}");
        Assert.Equal(0, kernel.Terminals.GetMode(slave, out TerminalMode after));
        Assert.Equal(0, kernel.Terminals.GetSize(slave, out int columns, out _));
        _ = kernel.Files.Close(slave);
        _ = kernel.Files.Close(master);
        Assert.Equal(1, columns); // The child was there.
        Assert.Equal(before, after);
    }

    [Fact(Explicit = true), Trait("Run", "InAChild")]
    public void ChildLeaves() => EnterRawMode();

    [Fact(Explicit = true), Trait("Run", "InAChild")]
    public void ChildThrowsInAThread()
    {
        EnterRawMode();
        new Thread(() => throw new InvalidOperationException("nobody catches this")).Start();
        WaitForTheEnd();
    }

    [Fact(Explicit = true), Trait("Run", "InAChild")]
    public void ChildIsTerminated()
    {
        EnterRawMode();
        NativeCalls.Raise(SIGTERM);
        WaitForTheEnd();
    }

    [Fact(Explicit = true), Trait("Run", "InAChild")]
    public void ChildIsHungUp()
    {
        EnterRawMode();
        NativeCalls.Raise(SIGHUP);
        WaitForTheEnd();
    }

    [Fact(Explicit = true), Trait("Run", "InAChild")]
    public void ChildDiesOfASignalThatItHandled()
    {
        EnterRawMode();
        LinuxSignals signals = new();
        using ManualResetEventSlim heard = new();
        signals.Subscribe(SIGUSR1, heard.Set);
        NativeCalls.Raise(SIGUSR1);
        Wait.For(heard, "The signal");
        signals.DieOf(SIGTERM);
    }

    private static void EnterRawMode()
    {
        LinuxKernel kernel = new();
        int terminal = kernel.Files.Open(Environment.GetEnvironmentVariable(Path)!, writable: true);
        Assert.Equal(0, kernel.Terminals.SetSize(terminal, 1, 1));
        Assert.Equal(0, RawTerminal.Enter(kernel, terminal, out _));
        Assert.Equal(0, kernel.Terminals.GetMode(terminal, out TerminalMode raw));
        Assert.Equal(raw.ToRaw(), raw);
    }

    private static void WaitForTheEnd()
    {
        using ManualResetEventSlim never = new();
        Wait.For(never, "The end of the process");
    }
}
