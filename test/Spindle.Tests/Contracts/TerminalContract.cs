using System.Text;
using Microsoft.Extensions.Logging;
using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Stdio;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <summary>What <see cref="Terminal"/> does on every selector.</summary>
public abstract class TerminalContract
{
    private const int SIGCONT = 18;
    private const int SIGTSTP = 20;
    private const int SIGWINCH = 28;

    private protected abstract SelectorKind Kind { get; }

    private void Run(Func<ReactorRig, int, int, Task> test) => ReactorRig.Run(Kind, async rig =>
    {
        int master = rig.Kernel.Terminals.Open(out byte[] name);
        Assert.True(master >= 0);
        int slave = rig.Kernel.Files.Open(Encoding.ASCII.GetString(name).TrimEnd('\0'), writable: true);
        Assert.True(slave >= 0);
        try
        {
            await test(rig, master, slave);
        }
        finally
        {
            _ = rig.Kernel.Files.Close(slave);
            _ = rig.Kernel.Files.Close(master);
        }
    });

    [Fact]
    public void EnterRawMode_BytesTyped_ComeAsTheyAre() => Run(async (rig, master, slave) =>
    {
        TerminalMode before = ModeOf(rig, slave);
        using Terminal terminal = new(slave, rig.Reactor);
        IDisposable raw = terminal.EnterRawMode();
        RecordingProtocol protocol = new();
        StandardIO io = new(protocol, rig.Kernel.Files.Duplicate(slave), rig.Kernel.Files.Duplicate(slave), rig.Reactor);

        _ = rig.Kernel.Files.Write(master, "a\u0003\u0004\r\u001A"u8); // Neither a signal nor an end nor a line.
        await rig.Until(() => protocol.ReceivedCount == 5);
        io.Write("b\n"u8);
        await rig.Until(() => io.IsDisconnecting || Peek(rig, master) == "b\n"); // No echo, and no carriage return.

        Assert.Equal("a\u0003\u0004\r\u001A"u8, protocol.Received);
        raw.Dispose();
        Assert.Equal(before, ModeOf(rig, slave));
        io.LoseConnection();
        await rig.Until(() => protocol.LostCount == 1);
    });

    [Fact]
    public void EnterRawMode_Twice_EndsWithTheFirst() => Run((rig, _, slave) =>
    {
        TerminalMode before = ModeOf(rig, slave);
        using (Terminal terminal = new(slave, rig.Reactor))
        {
            terminal.EnterRawMode();
            IDisposable second = terminal.EnterRawMode();

            second.Dispose();
            second.Dispose();
            Assert.Equal(before.ToRaw(), ModeOf(rig, slave));
        }

        Assert.Equal(before, ModeOf(rig, slave));
        return Task.CompletedTask;
    });

    [Fact]
    public void Dispose_DescriptorClosedBefore_RestoresTheMode() => Run((rig, _, slave) =>
    {
        TerminalMode before = ModeOf(rig, slave);
        int other = rig.Kernel.Files.Duplicate(slave);
        Terminal terminal = new(other, rig.Reactor);
        terminal.EnterRawMode();
        _ = rig.Kernel.Files.Close(other);

        terminal.Dispose();

        Assert.Equal(before, ModeOf(rig, slave));
        return Task.CompletedTask;
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EnterRawMode_Refused_LeavesTheMode(bool isNoDescriptorLeft) => Run((rig, _, slave) =>
    {
        TerminalMode before = ModeOf(rig, slave);
        using Terminal terminal = new(slave, rig.Reactor);
        if (isNoDescriptorLeft)
        {
            rig.Plan.FailNext(Operation.Duplicate, Errno.EMFILE);
        }
        else
        {
            rig.Plan.Add(new Fault(Operation.TerminalMode, rig.Plan.Count(Operation.TerminalMode) + 2, FaultKind.Error, Errno.EIO));
        }

        Assert.Equal(isNoDescriptorLeft ? Errno.EMFILE : Errno.EIO, Assert.Throws<SystemCallException>(terminal.EnterRawMode).Errno);

        Assert.Equal(before, ModeOf(rig, slave));
        return Task.CompletedTask;
    });

    [Fact]
    public void SizeChanged_Signal_IsToldOnTheReactorUntilTheEnd() => Run(async (rig, master, slave) =>
    {
        ScriptedSignals signals = new();
        rig.Kernel.Signals = signals;
        List<TerminalSize> sizes = [];
        Terminal terminal = new(slave, rig.Reactor);
        terminal.SizeChanged += (_, _) => sizes.Add(terminal.Size);
        terminal.SizeChanged += (_, _) => throw new InvalidOperationException("a handler's");
        Assert.Equal(new TerminalSize(0, 0), terminal.Size);
        Assert.Equal(0, rig.Kernel.Terminals.SetSize(master, 100, 40));

        signals.Deliver(SIGWINCH);

        Assert.Empty(sizes); // Not within the signal.
        await rig.Until(() => sizes.Count == 1);
        Assert.Equal(new TerminalSize(columns: 100, rows: 40), sizes[0]);
        await rig.NextTurn();
        Assert.Equal(LogLevel.Error, rig.TakeError().Level);
        signals.Deliver(SIGWINCH);
        terminal.Dispose();
        Assert.Empty(signals.Subscribed);
        await rig.NextTurn();
        Assert.Single(sizes);
    });

    [Fact]
    public void EnterRawMode_ProcessIsStopped_IsLeftMeanwhile() => Run((rig, _, slave) =>
    {
        ScriptedSignals signals = new();
        rig.Kernel.Signals = signals;
        TerminalMode before = ModeOf(rig, slave);
        TerminalMode? stopped = null;
        signals.OnStop = () => stopped = ModeOf(rig, slave);
        using Terminal terminal = new(slave, rig.Reactor);
        terminal.EnterRawMode();

        signals.Deliver(SIGTSTP);
        Assert.Equal(before, stopped);
        signals.Deliver(SIGCONT);

        Assert.Equal(before.ToRaw(), ModeOf(rig, slave));
        return Task.CompletedTask;
    });

    [Fact]
    public void Constructor_NoTerminal_SaysSo() => Run((rig, _, slave) =>
    {
        Assert.Equal(0, rig.Kernel.Files.CreatePipe(out int read, out int write));

        Assert.Contains("no terminal", Assert.Throws<ArgumentException>(() => new Terminal(read, rig.Reactor)).Message, StringComparison.Ordinal);
        Assert.False(Terminal.IsTerminal(read, rig.Reactor));
        Assert.True(Terminal.IsTerminal(slave, rig.Reactor));
        Assert.False(Terminal.IsTerminal(9_999, rig.Reactor));

        _ = rig.Kernel.Files.Close(read);
        _ = rig.Kernel.Files.Close(write);
        return Task.CompletedTask;
    });

    private static TerminalMode ModeOf(ReactorRig rig, int fd)
    {
        rig.Plan.IsSuspended = true;
        Assert.Equal(0, rig.Kernel.Terminals.GetMode(fd, out TerminalMode mode));
        rig.Plan.IsSuspended = false;
        return mode;
    }

    private static string Peek(ReactorRig rig, int master)
    {
        byte[] buffer = new byte[100];
        int count = rig.Kernel.Files.Read(master, buffer);
        return count > 0 ? Encoding.ASCII.GetString(buffer, 0, count) : "";
    }
}
