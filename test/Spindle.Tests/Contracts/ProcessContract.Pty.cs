using Spindle.Kernel;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Children on terminals.</content>
public abstract partial class ProcessContract
{
    [Fact, Clause("PROC-46", "PROC-47")]
    public void Pty_Child_HasATerminalAndNothingElse() => Run(async rig =>
    {
        RecordingProcess protocol = new();

        Start(rig, protocol, "tty; ls /proc/self/fd | tr '\\n' ' '; echo; echo err >&2; echo ctty >/dev/tty", usePty: true);

        await rig.Until(() => protocol.IsEnded);
        string[] lines = Lines(protocol.Output);
        Assert.StartsWith("/dev/pts/", lines[0], StringComparison.Ordinal);
        Assert.Equal(["0 1 2 3", "err", "ctty"], lines[1..]);
        Assert.Equal("made", protocol.Journal[0]);
        Assert.Equal(["data 1"], protocol.Journal.Where(entry => entry.StartsWith("data", StringComparison.Ordinal)).Distinct()); // Before or after "exited".
        Assert.DoesNotContain(protocol.Journal, entry => entry.StartsWith("lost", StringComparison.Ordinal));
        Assert.Equal(1, protocol.Count("ended"));
        Assert.IsType<ProcessDoneException>(protocol.EndReason);
    });

    [Fact, Clause("PROC-47")]
    public void Pty_Write_GoesToTheTerminalAndIsEchoed() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        IProcessTransport transport = Start(rig, protocol, "read x; echo \"got $x\"", usePty: true);

        transport.Write("hello\n"u8);

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal(["hello", "got hello"], Lines(protocol.Output));
    });

    [Fact]
    public void Pty_Size_IsThatOfTheOptionsAndFollows() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        ProcessOptions options = new() { TerminalSize = new TerminalSize(columns: 99, rows: 33) };
        IProcessTransport transport = Start(rig, protocol, "stty size; trap 'stty size; exit 3' WINCH; echo ready; while :; do sleep 0.05; done", usePty: true, options: options);
        await rig.Until(() => protocol.Output.Contains("ready", StringComparison.Ordinal));

        transport.ResizeTerminal(new TerminalSize(columns: 120, rows: 50));

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal(["33 99", "ready", "50 120"], Lines(protocol.Output));
        Assert.Equal(3, Assert.IsType<ProcessTerminatedException>(protocol.EndReason).ExitCode);
        transport.ResizeTerminal(new TerminalSize(1, 1)); // After the end: nothing.
    });

    [Fact]
    public void ResizeTerminal_NoTerminalOrRefused_Throws() => Run(async rig =>
    {
        RecordingProcess pipes = new();
        RecordingProcess terminal = new();
        Start(rig, pipes, "exec sleep 60");
        Start(rig, terminal, "exec sleep 60", usePty: true);
        Assert.Throws<NotSupportedException>(() => pipes.Transport.ResizeTerminal(new TerminalSize(80, 25)));
        rig.Plan.FailNext(Operation.TerminalSize, Errno.EINVAL);

        Assert.Equal(Errno.EINVAL, Assert.Throws<SystemCallException>(() => terminal.Transport.ResizeTerminal(new TerminalSize(80, 25))).Errno);

        await Kill(rig, pipes);
        await Kill(rig, terminal);
    });

    [Theory, Clause("PROC-46")]
    [InlineData(true)]
    [InlineData(false)]
    public void Pty_GivenDescriptors_AreUsed(bool isNamed) => Run(async rig =>
    {
        int master = rig.Kernel.Terminals.Open(out byte[] name);
        Assert.True(master >= 0);
        string slaveName = System.Text.Encoding.ASCII.GetString(name).TrimEnd('\0');
        int slave = rig.Kernel.Files.Open(slaveName, writable: true);
        RecordingProcess protocol = new();
        ProcessOptions options = new() { Pty = new PtyDescriptors(master, slave, isNamed ? slaveName : null) };

        Start(rig, protocol, "tty; ls /proc/self/fd | tr '\\n' ' '; echo hi >/dev/tty", usePty: true, options: options);

        await rig.Until(() => protocol.IsExited && protocol.Output.EndsWith("hi\r\n", StringComparison.Ordinal));
        Assert.Equal([slaveName, "0 1 2 3 hi"], Lines(protocol.Output));
        await rig.NextTurn();
        Assert.False(protocol.IsEnded); // The slave side is open here: the terminal has not ended.
        Assert.Equal(0, rig.Kernel.Files.Close(slave));
        await rig.Until(() => protocol.IsEnded);
        Assert.DoesNotContain(rig.Kernel.Ledger.Describe(), entry => entry.EndsWith("posix_openpt", StringComparison.Ordinal)); // The transport has closed it.
    });

    [Fact, Clause("PROC-48")]
    public void Pty_SingleDescriptors_AreNotThere() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        IProcessTransport transport = Start(rig, protocol, "read x; echo \"got $x\"", usePty: true);

        transport.CloseStdin();
        transport.CloseStdout();
        transport.CloseStderr();
        Assert.Throws<NotSupportedException>(() => transport.CloseChildFD(0));
        Assert.Throws<NotSupportedException>(() => transport.WriteToChild(0, "x"u8));

        transport.Write("still here\n"u8);
        await rig.Until(() => protocol.IsEnded);
        Assert.EndsWith("got still here\r\n", protocol.Output, StringComparison.Ordinal);
    });

    [Fact, Clause("PROC-49", "PROC-41")]
    public void Pty_LoseConnection_HangsTheChildUp() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        IProcessTransport transport = Start(rig, protocol, "exec sleep 60", usePty: true);
        Assert.Equal($"PtyProcess pid={transport.Pid} status=running", transport.ToString());

        transport.LoseConnection();

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal(1, Assert.IsType<ProcessTerminatedException>(protocol.EndReason).Signal); // SIGHUP.
    });

    [Fact, Clause("PROC-50")]
    public void Pty_Exited_EndsWithTheTerminalOnly() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        Start(rig, protocol, "trap '' HUP; sleep 60 & echo $!; exit 0", usePty: true);

        await rig.Until(() => protocol.IsExited && protocol.Output.EndsWith('\n'));
        await rig.NextTurn();

        Assert.False(protocol.IsEnded);
        NativeCalls.Kill(int.Parse(protocol.Output, System.Globalization.CultureInfo.InvariantCulture), SIGKILL);
        await rig.Until(() => protocol.IsEnded);
    });

    [Fact, Clause("PROC-50")]
    public void Pty_KilledChild_EndsTheTerminalWithEio() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        Start(rig, protocol, "echo ready; exec sleep 60", usePty: true);
        await rig.Until(() => protocol.Output == "ready\r\n");

        protocol.Transport.SignalProcess("KILL");

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal(9, Assert.IsType<ProcessTerminatedException>(protocol.EndReason).Signal);
        Assert.Contains(rig.Plan.Calls, call => call.Operation == Operation.Read && call.Result == -Errno.EIO);
    });

    [Fact, Clause("PROC-40")]
    public void Pty_Producers_AreTheTerminals() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        PushProducer producer = new();
        IProcessTransport transport = Start(rig, protocol, "stty raw -echo; echo ready; head -c 500000 | wc -c", usePty: true);
        await rig.Until(() => protocol.Output == "ready\n");

        transport.PauseProducing();
        transport.RegisterProducer(producer, streaming: true);
        transport.Write(new byte[500_000]);
        Assert.Equal(["pause"], producer.Journal);
        transport.UnregisterProducer();
        await rig.NextTurn();
        await rig.Until(() => protocol.IsExited);
        Assert.Equal("ready\n", protocol.Output);
        transport.ResumeProducing();

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal("ready\n500000\n", protocol.Output);
    });

    [Fact, Clause("CORE-42", "I2")]
    public void Pty_ReactorStops_EndsTheProtocol() => Run(async rig =>
    {
        TrackedThreads threads = new(new LinuxKernel());
        RecordingProcess protocol = new();
        Start(rig, protocol, "trap '' HUP; echo ready; exec sleep 60", usePty: true);
        await rig.Until(() => protocol.Output == "ready\r\n");
        int pid = protocol.Transport.Pid!.Value;
        rig.Kernel.WorkerThreads = threads;

        await rig.StopAsync();

        Assert.Equal((0, 1), (protocol.Count("exited"), protocol.Count("ended")));
        NativeCalls.Kill(pid, SIGKILL);
        Wait.For(threads.Ended, "The end of the child");
    });
}
