using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Children that do not come about, and children made off the loop.</content>
public abstract partial class ProcessContract
{
    [Theory, Clause("PROC-16", "PROC-19")]
    [InlineData("/no/such/program", null, Errno.ENOENT, "No such file")]
    [InlineData("no-such-program", null, Errno.ENOENT, "none of the directories of PATH")]
    [InlineData("/etc/passwd", null, Errno.EACCES, "Permission denied")]
    [InlineData("/bin/true", "/no/such/directory", Errno.ENOENT, "its directory /no/such/directory")]
    [InlineData("/bin/true", "/etc/passwd", Errno.ENOTDIR, "its directory /etc/passwd")]
    public void SpawnProcess_CannotRun_ThrowsAndLeavesNothing(string executable, string? path, int errno, string text) => Run(rig =>
    {
        int open = rig.Kernel.Ledger.Count;
        RecordingProcess protocol = new();

        SpawnException failure = Assert.Throws<SpawnException>(() => rig.Reactor.SpawnProcess(protocol, executable, env: Path, path: path));

        Assert.Equal((executable, errno), (failure.Executable, failure.Errno));
        Assert.Contains(text, failure.Message, StringComparison.Ordinal);
        Assert.Empty(protocol.Journal);
        Assert.Equal(open, rig.Kernel.Ledger.Count);
        return Task.CompletedTask;
    });

    [Fact, Clause("PROC-5", "PROC-19")]
    public void SpawnProcess_ScriptThatCannotRun_SaysWhy() => Run(async rig =>
    {
        using ScratchFolder folder = new();
        foreach ((string text, string why) in new[] { ("#!/no/such/interpreter", "the interpreter that it names"), ("echo no interpreter", "\"#!\"") })
        {
            // Written by a child: one that another test makes meanwhile would hold a file that is written here, and it were busy.
            string file = folder.File("script");
            await RunScript(rig, $"echo '{text}' > {file}; chmod +x {file}");
            SpawnException failure = Assert.Throws<SpawnException>(() => rig.Reactor.SpawnProcess(new RecordingProcess(), file));
            Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        }
    });

    [Fact, Clause("PROC-13", "PROC-16")]
    public void SpawnProcess_InheritedDescriptorIsClosed_ThrowsAndLeavesNothing() => Run(rig =>
    {
        int open = rig.Kernel.Ledger.Count;

        SpawnException failure = Assert.Throws<SpawnException>(
            () => Start(rig, new RecordingProcess(), "exit 0", new() { [0] = "w", [1] = DescriptorNumbers.Next() }));

        Assert.Equal(Errno.EBADF, failure.Errno);
        Assert.Contains("inherit", failure.Message, StringComparison.Ordinal);
        Assert.Equal(open, rig.Kernel.Ledger.Count);
        return Task.CompletedTask;
    });

    [Theory, Clause("PROC-16")]
    [InlineData(Operation.Pipe, Errno.EMFILE)]
    [InlineData(Operation.Pipe, Errno.ENFILE)]
    [InlineData(Operation.FileControl, Errno.EBADF)]
    [InlineData(Operation.Spawn, Errno.EAGAIN)]
    [InlineData(Operation.Spawn, Errno.ENOMEM)]
    [InlineData(Operation.PidFd, Errno.EMFILE)]
    [InlineData(Operation.PidFd, Errno.ENFILE)]
    [InlineData(Operation.PidFd, Errno.ENOSYS)]
    public void SpawnProcess_AnyCallFails_LeavesNothingButWhatWasGiven(Operation operation, int errno) => Run(async rig =>
    {
        Assert.Equal(0, rig.Kernel.Files.CreatePipe(out int read, out int write));
        int open = rig.Kernel.Ledger.Count;
        int calls = await CountCalls(rig, operation, write);
        for (int call = 1; call <= calls; call++)
        {
            RecordingProcess protocol = new();
            rig.Plan.Clear();
            rig.Plan.Add(new Fault(operation, rig.Plan.Count(operation) + call, FaultKind.Error, errno));

            SpindleException failure = Assert.ThrowsAny<SpindleException>(() => StartWith(rig, protocol, write));

            Assert.Equal(errno, failure.Errno);
            Assert.Empty(protocol.Journal);
            Assert.Equal(open, rig.Kernel.Ledger.Count);
            Assert.DoesNotContain(rig.Kernel.Ledger.Describe(), entry => entry.StartsWith("child", StringComparison.Ordinal));
            Assert.Empty(rig.Reactor.GetReaders());
        }

        // What was given is open and as it was.
        Assert.Equal(1, rig.Kernel.Files.Write(write, [42]));
        rig.Plan.Clear();
        await RunScript(rig, "exit 0");
        rig.Kernel.Files.Close(read);
        rig.Kernel.Files.Close(write);
    });

    [Fact, Clause("PROC-16")]
    public void SpawnProcess_ChildCannotBeWatched_IsKilledAndLeavesNothing() => Run(async rig =>
    {
        // Which call refuses depends on the selector; every one of the four registrations is tried.
        Operation operation = Kind == SelectorKind.Epoll ? Operation.EpollAdd : Operation.Statx;
        int errno = Kind == SelectorKind.Epoll ? Errno.ENOSPC : Errno.ENOMEM;
        int open = rig.Kernel.Ledger.Count;
        for (int call = 1; call <= 4; call++)
        {
            RecordingProcess protocol = new();
            rig.Plan.Add(new Fault(operation, rig.Plan.Count(operation) + call, FaultKind.Error, errno));

            SystemCallException failure = Assert.Throws<SystemCallException>(() => Start(rig, protocol, "exec sleep 60"));

            Assert.Equal(errno, failure.Errno);
            Assert.Empty(protocol.Journal);
            Assert.Equal(open, rig.Kernel.Ledger.Count);
            Assert.DoesNotContain(rig.Kernel.Ledger.Describe(), entry => entry.StartsWith("child", StringComparison.Ordinal));
        }

        await RunScript(rig, "exit 0");
    });

    [Theory, Clause("PROC-16", "PROC-51")]
    [InlineData(Operation.OpenTerminal, Errno.ENOENT)]
    [InlineData(Operation.OpenTerminal, Errno.EMFILE)]
    [InlineData(Operation.TerminalSize, Errno.EINVAL)]
    [InlineData(Operation.Spawn, Errno.EAGAIN)]
    [InlineData(Operation.PidFd, Errno.EMFILE)]
    public void SpawnProcess_TerminalFails_LeavesNothing(Operation operation, int errno) => Run(rig =>
    {
        int open = rig.Kernel.Ledger.Count;
        rig.Plan.FailNext(operation, errno);

        SpindleException failure = Assert.ThrowsAny<SpindleException>(
            () => Start(rig, new RecordingProcess(), "exit 0", usePty: true, options: new ProcessOptions { TerminalSize = new TerminalSize(80, 25) }));

        Assert.Equal(errno, failure.Errno);
        Assert.Equal(open, rig.Kernel.Ledger.Count);
        return Task.CompletedTask;
    });

    [Fact, Clause("PROC-16", "PROC-46")]
    public void SpawnProcess_GivenTerminalAndNoChild_LeavesTheTerminalOpen() => Run(rig =>
    {
        int master = rig.Kernel.Terminals.Open(out byte[] slave);
        PtyDescriptors pty = new(master, -1, System.Text.Encoding.ASCII.GetString(slave).TrimEnd('\0'));

        Assert.Throws<SpawnException>(() => rig.Reactor.SpawnProcess(new RecordingProcess(), "/no/such/program", usePty: true, options: new ProcessOptions { Pty = pty }));

        Assert.Equal(0, rig.Kernel.Terminals.SetSize(master, 80, 25));
        Assert.Equal(0, rig.Kernel.Files.Close(master));
        return Task.CompletedTask;
    });

    [Fact, Clause("PROC-1", "PROC-22", "I5")]
    public void SpawnProcessAsync_Program_RunsAndIsHeardOf() => Run(async rig =>
    {
        RecordingProcess protocol = new();

        Task<IProcessTransport> spawning = rig.Reactor.SpawnProcessAsync(protocol, Shell, ["sh", "-c", "echo out"], Path);
        Assert.False(spawning.IsCompleted);
        Assert.Empty(protocol.Journal);
        IProcessTransport transport = await rig.Until(spawning);

        Assert.Same(protocol.Transport, transport);
        await rig.Until(() => protocol.IsEnded);
        Assert.Equal("out\n", protocol.Output);
    });

    [Fact, Clause("PROC-16", "PROC-19")]
    public void SpawnProcessAsync_CannotRun_FailsTheTaskAndLeavesNothing() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        int open = rig.Kernel.Ledger.Count;

        SpawnException failure = await Assert.ThrowsAsync<SpawnException>(() => rig.Until(rig.Reactor.SpawnProcessAsync(protocol, "/no/such/program")));
        await Assert.ThrowsAsync<ArgumentException>(() => rig.Reactor.SpawnProcessAsync(protocol, "a\0b"));
        rig.Plan.FailNext(Operation.Pipe, Errno.EMFILE);
        await Assert.ThrowsAsync<SystemCallException>(() => rig.Reactor.SpawnProcessAsync(protocol, "/bin/true"));

        Assert.Equal(Errno.ENOENT, failure.Errno);
        Assert.Empty(protocol.Journal);
        Assert.Equal(open, rig.Kernel.Ledger.Count);
    });

    [Fact, Clause("PROC-16", "I7")]
    public void SpawnProcessAsync_NoThread_FailsTheTaskAndLeavesNothing() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        int open = rig.Kernel.Ledger.Count;
        IWorkerThreads real = rig.Kernel.WorkerThreads;
        rig.Kernel.WorkerThreads = new ScarceThreads(real);

        await Assert.ThrowsAsync<InsufficientMemoryException>(() => rig.Reactor.SpawnProcessAsync(protocol, "/bin/true"));

        Assert.Empty(protocol.Journal);
        Assert.Equal(open, rig.Kernel.Ledger.Count);
    });

    [Fact, Clause("PROC-1", "I5")]
    public void SpawnProcessAsync_OneHangs_TheOthersAreMade() => Run(async rig =>
    {
        HeldProcesses held = new(rig.Kernel.Processes);
        IProcesses real = rig.Kernel.Processes;
        rig.Kernel.Processes = held;
        RecordingProcess first = new();
        RecordingProcess second = new();
        Task<IProcessTransport> hanging = rig.Reactor.SpawnProcessAsync(first, Shell, ["sh", "-c", "exit 0"], Path);
        Wait.For(held.Entered, "The spawning");
        rig.Kernel.Processes = real;

        await rig.Until(rig.Reactor.SpawnProcessAsync(second, Shell, ["sh", "-c", "exit 0"], Path));

        Assert.False(hanging.IsCompleted);
        held.Release();
        await rig.Until(hanging);
        await rig.Until(() => first.IsEnded && second.IsEnded);
    });

    [Fact, Clause("PROC-22")]
    public void SpawnProcessAsync_CallersContext_IsThatOfMakeConnection() => Run(async rig =>
    {
        AsyncLocal<string> ambient = new();
        string? seen = null;
        RecordingProcess protocol = new() { OnMade = () => seen = ambient.Value };
        ambient.Value = "the caller's";
        Task<IProcessTransport> spawning = rig.Reactor.SpawnProcessAsync(protocol, "/bin/true");
        ambient.Value = "another";

        await rig.Until(spawning);

        Assert.Equal("the caller's", seen);
        await rig.Until(() => protocol.IsEnded);
    });

    [Fact, Clause("PROC-1", "I2")]
    public void SpawnProcessAsync_ReactorStops_FailsTheTaskWithoutAnotherTurn() => Run(async rig =>
    {
        HeldProcesses held = new(rig.Kernel.Processes);
        rig.Kernel.Processes = held;
        Task<IProcessTransport> spawning = rig.Reactor.SpawnProcessAsync(new RecordingProcess(), Shell, ["sh", "-c", "exec sleep 60"], Path);
        Wait.For(held.Entered, "The spawning");

        await rig.StopAsync();

        Assert.Contains("the reactor was stopped", Assert.IsType<SpawnException>(spawning.Exception!.InnerException).Message, StringComparison.Ordinal); // The loop may end now.
        held.Release();
        await rig.Until(() => !rig.Kernel.Ledger.Describe().Any(entry => entry.StartsWith("child", StringComparison.Ordinal) || entry.EndsWith("pipe2", StringComparison.Ordinal)));
    });

    [Fact, Clause("PROC-16", "I7")]
    public void SpawnProcess_ReactorIsDisposed_RunsNothing()
    {
        ReactorRig rig = new(Kind);
        rig.Run(_ => Task.CompletedTask);
        int spawns = rig.Plan.Calls.Count;

        Assert.Throws<ObjectDisposedException>(() => rig.Reactor.SpawnProcess(new RecordingProcess(), "/bin/true"));

        Assert.Equal(spawns, rig.Plan.Calls.Count);
    }

    [Theory, Clause("I2", "I7")]
    [InlineData(true)]
    [InlineData(false)]
    public void SpawnProcessAsync_ReactorStopsMeanwhile_FailsTheTaskAndKillsTheChild(bool isMadeBefore) => Run(async rig =>
    {
        HeldProcesses held = new(rig.Kernel.Processes);
        rig.Kernel.Processes = held;
        RecordingProcess protocol = new();
        Task<IProcessTransport> spawning = rig.Reactor.SpawnProcessAsync(protocol, Shell, ["sh", "-c", "exec sleep 60"], Path);
        Wait.For(held.Entered, "The spawning");

        if (isMadeBefore)
        {
            held.Release();
            await rig.StopAsync();
        }
        else
        {
            await rig.StopAsync();
            held.Release();
        }

        await Assert.ThrowsAsync<SpawnException>(() => rig.Until(spawning));
        await rig.Until(() => rig.Kernel.Ledger.Describe().All(entry => !entry.StartsWith("child", StringComparison.Ordinal)));
        Assert.Empty(protocol.Journal);
    });

    private static async Task<int> CountCalls(ReactorRig rig, Operation operation, int write)
    {
        int before = rig.Plan.Count(operation);
        RecordingProcess protocol = new();
        IProcessTransport transport = StartWith(rig, protocol, write);
        int calls = rig.Plan.Count(operation) - before;
        transport.LoseConnection();
        await rig.Until(() => protocol.IsEnded);
        return calls;
    }

    private static IProcessTransport StartWith(ReactorRig rig, RecordingProcess protocol, int given) =>
        Start(rig, protocol, "exit 0", new() { [0] = "w", [1] = "r", [2] = "r", [3] = given });
}
