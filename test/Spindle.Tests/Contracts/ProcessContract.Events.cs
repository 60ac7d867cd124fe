using Spindle.Kernel;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>What the protocol hears, and when.</content>
public abstract partial class ProcessContract
{
    [Fact, Clause("PROC-22", "PROC-23", "PROC-24")]
    public void Events_Usual_ComeInTheirOrder() => Run(async rig =>
    {
        RecordingProcess protocol = await RunScript(rig, "echo out; echo err >&2");

        Assert.Equal("made", protocol.Journal[0]);
        Assert.Equal("ended", protocol.Journal[^1]);
        Assert.All(["exited", "ended", "lost 0", "lost 1", "lost 2", "data 1", "data 2"], what => Assert.Equal(1, protocol.Count(what)));
        Assert.True(protocol.Journal.IndexOf("data 1") < protocol.Journal.IndexOf("lost 1"));
        Assert.True(protocol.Journal.IndexOf("data 2") < protocol.Journal.IndexOf("lost 2"));
        Assert.Equal(("out\n", "err\n"), (protocol.Output, protocol.Errors));
        Assert.Same(protocol.ExitReason, protocol.EndReason);
    });

    [Fact, Clause("PROC-23")]
    public void ChildDataReceived_Much_ComesInChunksOf8192() => Run(async rig =>
    {
        RecordingProcess protocol = await RunScript(rig, "head -c 1000000 /dev/zero");

        Assert.Equal(1_000_000, protocol.Bytes(1).Length);
        Assert.Equal(8_192, protocol.ChunkSizes.Max());
    });

    [Fact, Clause("PROC-23")]
    public void Echo_ThroughCat_ComesBackWhole() => Run(async rig =>
    {
        byte[] sent = Payload.Make(1 << 20, 3);
        RecordingProcess protocol = new();
        rig.Reactor.SpawnProcess(protocol, "/bin/cat");

        protocol.Transport.Write(sent);
        protocol.Transport.CloseStdin();

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal(sent, protocol.Bytes(1));
        Assert.IsType<ProcessDoneException>(protocol.EndReason);
    });

    [Fact, Clause("PROC-24")]
    public void ProcessExited_GrandchildHoldsThePipes_DoesNotWaitForIt() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        Start(rig, protocol, "sleep 60 & echo $!; exit 3");

        await rig.Until(() => protocol.IsExited && protocol.Output.EndsWith('\n'));
        await rig.NextTurn();

        Assert.False(protocol.IsEnded);
        Assert.Equal(3, Assert.IsType<ProcessTerminatedException>(protocol.ExitReason).ExitCode);
        NativeCalls.Kill(int.Parse(protocol.Output, System.Globalization.CultureInfo.InvariantCulture), SIGKILL);
        await rig.Until(() => protocol.IsEnded);
    });

    [Fact, Clause("PROC-24", "PROC-35", "PROC-50")]
    public void ProcessExited_ChildClosesItsPipesFirst_ComesLater() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        Start(rig, protocol, "exec <&- >&- 2>&-; read x <&5; exit 4", new() { [0] = "w", [1] = "r", [2] = "r", [5] = "w" });
        await rig.Until(() => protocol.Count("lost 1") == 1 && protocol.Count("lost 2") == 1 && protocol.Count("lost 0") == 1);
        Assert.False(protocol.IsExited);

        protocol.Transport.WriteToChild(5, "\n"u8);

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal(4, Assert.IsType<ProcessTerminatedException>(protocol.ExitReason).ExitCode);
    });

    [Theory, Clause("PROC-25")]
    [InlineData("exit 0", 0, null, 0)]
    [InlineData("exit 23", 23, null, 23 << 8)]
    [InlineData("kill -9 $$", null, 9, 9)]
    [InlineData("ulimit -c 0; kill -TERM $$", null, 15, 15)]
    public void Reason_End_TellsHow(string script, int? exitCode, int? signal, int status) => Run(async rig =>
    {
        RecordingProcess protocol = await RunScript(rig, script);

        if (exitCode == 0)
        {
            ProcessDoneException done = Assert.IsType<ProcessDoneException>(protocol.EndReason);
            Assert.Equal((0, 0), (done.ExitCode, done.Status));
            Assert.IsAssignableFrom<ConnectionDoneException>(done);
            return;
        }

        ProcessTerminatedException end = Assert.IsType<ProcessTerminatedException>(protocol.EndReason);
        Assert.Equal((exitCode, signal, status), (end.ExitCode, end.Signal, end.Status));
        Assert.IsAssignableFrom<ConnectionLostException>(end);
    });

    [Fact, Clause("PROC-26", "PROC-41")]
    public void Pid_Exited_IsGoneBeforeItIsTold() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        int? pidThen = -1;
        protocol.OnExited = _ => pidThen = protocol.Transport.Pid;
        IProcessTransport transport = Start(rig, protocol, "exit 2");
        Assert.Equal($"PipeProcess pid={transport.Pid} status=running", transport.ToString());

        await rig.Until(() => protocol.IsEnded);

        Assert.Null(pidThen);
        Assert.Equal("PipeProcess pid=none status=512", transport.ToString());
    });

    [Fact, Clause("PROC-27", "PROC-28")]
    public void ProcessEnded_Throws_IsLoggedAndTheChildIsGone() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        InvalidOperationException failure = new("the user's");
        IReadOnlyList<string> then = [];
        protocol.OnEnded = _ =>
        {
            then = rig.Kernel.Ledger.Describe();
            throw failure;
        };

        Start(rig, protocol, "exit 0");

        await rig.Until(() => protocol.IsEnded);
        Assert.DoesNotContain(then, entry => entry.StartsWith("child", StringComparison.Ordinal) || entry.EndsWith("pidfd_open", StringComparison.Ordinal));
        LogRecord record = rig.TakeError();
        Assert.Same(failure, record.Exception);
        Assert.StartsWith("[process,", record.Text, StringComparison.Ordinal);
    });

    [Fact, Clause("PROC-28", "I3")]
    public void Callbacks_Throw_AreLoggedAndTheSequenceGoesOn() => Run(async rig =>
    {
        InvalidOperationException failure = new("the user's");
        RecordingProcess protocol = new()
        {
            OnMade = () => throw failure,
            OnPipeLost = _ => throw failure,
            OnExited = _ => throw failure,
            OnEnded = _ => throw failure,
        };

        Start(rig, protocol, "echo out");

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal("out\n", protocol.Output);
        IReadOnlyList<LogRecord> records = rig.TakeErrors();
        Assert.Equal(6, records.Count); // Made, three pipes, exited, ended.
        Assert.All(records, record => Assert.Same(failure, record.Exception));
    });

    [Fact, Clause("PROC-28", "I3")]
    public void ChildDataReceived_Throws_ClosesThatPipeOnly() => Run(async rig =>
    {
        InvalidOperationException failure = new("the user's");
        RecordingProcess protocol = new();
        protocol.OnData = (fd, _) =>
        {
            if (fd == 1)
            {
                throw failure;
            }
        };
        Start(rig, protocol, "echo out; read line; echo \"$line\" >&2");
        await rig.Until(() => protocol.Count("lost 1") == 1);

        protocol.Transport.Write("still there\n"u8);

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal("still there\n", protocol.Errors);
        Assert.Same(failure, rig.TakeError().Exception);
    });

    [Fact, Clause("PROC-30", "PROC-22")]
    public void ProcessExited_GoneAtOnce_IsToldInALaterTurn() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        protocol.OnMade = () => NativeCalls.AwaitEnd(protocol.Transport.Pid!.Value);

        Start(rig, protocol, "exit 0", new() { [1] = "r" });

        Assert.Equal(["made"], protocol.Journal);
        await rig.Until(() => protocol.IsEnded);
    });

    [Fact, Clause("PROC-36")]
    public void SpawnProcess_BeforeTheReactorRuns_IsReapedThen()
    {
        ReactorRig rig = new(Kind);
        rig.Open();
        RecordingProcess protocol = new() { OnEnded = _ => rig.Reactor.Stop() };
        Start(rig, protocol, "echo early");
        NativeCalls.AwaitEnd(protocol.Transport.Pid!.Value);
        Assert.Equal(["made"], protocol.Journal);

        rig.Reactor.Run(installSignalHandlers: false);

        Assert.Equal("early\n", protocol.Output);
        Assert.True(protocol.IsEnded);
        rig.Close();
        Assert.Empty(rig.Kernel.Ledger.Describe());
    }

    [Fact, Clause("PROC-31", "I8")]
    public void Reaping_OthersChildren_AreLeftAlone() => Run(async rig =>
    {
        // The runtime's own, and one that nobody has told the runtime of either.
        using System.Diagnostics.Process foreign = System.Diagnostics.Process.Start("/bin/sh", ["-c", "exit 9"]);
        Assert.Equal(0, new LinuxProcesses(new DescriptorLedger()).Spawn(
            new SpawnRequest { Path = "/bin/true\0"u8.ToArray(), Arguments = ["true\0"u8.ToArray()], Environment = [], Descriptors = new Dictionary<int, int>() }, out int stranger));
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(i, (await RunScript(rig, $"exit {i}")).EndReason is ProcessTerminatedException end ? end.ExitCode : 0);
        }

        Assert.True(foreign.WaitForExit(60_000));
        Assert.Equal(9, foreign.ExitCode);
        NativeCalls.WaitFor(stranger); // Fails if somebody has waited for it.
    });

    [Fact, Clause("PROC-31", "PROC-34", "I8")]
    public void Reaping_BesideTheRuntimes_LosesNoExit() => Run(async rig =>
    {
        List<RecordingProcess> ours = [];
        List<System.Diagnostics.Process> theirs = [];
        for (int i = 0; i < 30; i++)
        {
            RecordingProcess protocol = new();
            Start(rig, protocol, $"exit {i}");
            ours.Add(protocol);
            theirs.Add(System.Diagnostics.Process.Start("/bin/sh", ["-c", $"exit {i}"]));
        }

        await rig.Until(() => ours.All(protocol => protocol.IsEnded));
        for (int i = 0; i < ours.Count; i++)
        {
            Assert.Equal(i, ours[i].EndReason is ProcessTerminatedException end ? end.ExitCode : 0);
            Assert.True(theirs[i].WaitForExit(60_000));
            Assert.Equal(i, theirs[i].ExitCode);
            theirs[i].Dispose();
        }
    });

    [Fact, Clause("PROC-33")]
    public void Reaping_SomebodyElseWasFirst_StillTellsTheEnd() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        Start(rig, protocol, "exit 7");
        NativeCalls.WaitFor(protocol.Transport.Pid!.Value);

        await rig.Until(() => protocol.IsEnded);

        // Linux tells the status since 6.15, an older one does not; the end is told by both.
        Assert.Contains(Assert.IsType<ProcessTerminatedException>(protocol.EndReason).ExitCode, new int?[] { 7, null });
    });

    [Fact, Clause("PROC-33")]
    public void Reaping_StatusIsGone_TellsAnEndWithoutOne() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        rig.Plan.AddNext(Operation.Wait, FaultKind.ErrorAfter, Errno.ECHILD);

        Start(rig, protocol, "exit 7");

        await rig.Until(() => protocol.IsEnded);
        ProcessTerminatedException end = Assert.IsType<ProcessTerminatedException>(protocol.EndReason);
        Assert.Equal((null, null, null), (end.ExitCode, end.Signal, end.Status));
        Assert.Contains("unknown", end.Message, StringComparison.Ordinal);
        Assert.EndsWith("status=unknown", protocol.Transport.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, protocol.Count("exited"));
    });

    [Theory, Clause("PROC-33")]
    [InlineData(false)]
    [InlineData(true)]
    public void Reaping_SomebodyElseWasFasterThanTheCall_TellsOutputAndEnd(bool isStopped) => Run(async rig =>
    {
        // As process 1 the runtime does so, for a child that is done before it can be watched.
        rig.Kernel.Processes = new StolenProcesses(rig.Kernel.Processes);
        RecordingProcess protocol = new();

        Start(rig, protocol, "echo out; exit 7");

        Assert.Equal(["made"], protocol.Journal);
        if (isStopped)
        {
            await rig.StopAsync();
        }

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal("out\n", protocol.Output); // Was ready, and so came before the shutdown.
        Assert.Null(Assert.IsType<ProcessTerminatedException>(protocol.EndReason).Status);
        Assert.Equal((1, 1), (protocol.Count("exited"), protocol.Count("ended")));
        Assert.Throws<ProcessExitedAlreadyException>(() => protocol.Transport.SignalProcess("TERM"));
    });

    [Fact, Clause("PROC-33")]
    public void Reaping_NoDescriptorAtFirst_IsWatchedAllTheSame() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        rig.Plan.FailNext(Operation.PidFd, Errno.ESRCH);

        IProcessTransport transport = Start(rig, protocol, "read x; exit 7", new() { [0] = "w" });
        await rig.NextTurn();
        Assert.False(protocol.IsExited);
        transport.Write("\n"u8);

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal(7, Assert.IsType<ProcessTerminatedException>(protocol.EndReason).ExitCode);
    });

    [Theory, Clause("PROC-33")]
    [InlineData(Errno.EMFILE, 1)]
    [InlineData(Errno.ESRCH, 2)]
    public void Reaping_NoDescriptorAtAll_KillsTheChildAndTellsItsEnd(int errno, int times) => Run(async rig =>
    {
        RecordingProcess protocol = new();
        rig.Plan.FailNext(Operation.PidFd, Errno.ESRCH);
        rig.Plan.Add(new Fault(Operation.PidFd, rig.Plan.Count(Operation.PidFd) + 2, FaultKind.Error, errno, times));

        Start(rig, protocol, "exec sleep 60");

        await rig.Until(() => protocol.IsEnded);
        Assert.Null(Assert.IsType<ProcessTerminatedException>(protocol.EndReason).Status);
        Assert.Equal(errno, Assert.IsType<SystemCallException>(rig.TakeError().Exception).Errno);
    });

    [Theory, Clause("PROC-33")]
    [InlineData(Errno.EINVAL)]
    [InlineData(Errno.EBADF)]
    public void Reaping_DescriptorDoesNotDo_IsLoggedAndGoesByTheNumber(int errno) => Run(async rig =>
    {
        RecordingProcess protocol = new();
        rig.Plan.FailNext(Operation.Wait, errno);

        Start(rig, protocol, "exit 7");

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal(7, Assert.IsType<ProcessTerminatedException>(protocol.EndReason).ExitCode);
        Assert.Equal(errno, Assert.IsType<SystemCallException>(rig.TakeError().Exception).Errno);
    });

    [Fact, Clause("PROC-33")]
    public void Reaping_Interrupted_TriesAgain() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        rig.Plan.FailNext(Operation.Wait, Errno.EINTR, times: 3);

        Start(rig, protocol, "exit 7");

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal(7, Assert.IsType<ProcessTerminatedException>(protocol.EndReason).ExitCode);
    });

    [Fact, Clause("FD-20", "PROC-34", "PROC-35")]
    public void RemoveAll_ChildRuns_StillHearsOfItsEnd() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        Start(rig, protocol, "read x; exit 5", new() { [0] = "w" });
        IReadOnlyList<IFileDescriptor> removed = rig.Reactor.RemoveAll();
        Assert.Single(removed); // The pipe, not what watches the process.
        Assert.Empty(rig.Reactor.GetReaders());

        protocol.Transport.Write("\n"u8);

        await rig.Until(() => protocol.IsExited);
        Assert.Equal(5, Assert.IsType<ProcessTerminatedException>(protocol.ExitReason).ExitCode);
        protocol.Transport.CloseStdin();
        await rig.Until(() => protocol.IsEnded);
    });

    [Fact, Clause("CORE-42", "I2", "I7")]
    public void Stop_ChildRuns_EndsTheProtocolAndLeavesNoZombie() => Run(async rig =>
    {
        TrackedThreads threads = new(new LinuxKernel());
        RecordingProcess protocol = new();
        Start(rig, protocol, "exec sleep 60");
        int pid = protocol.Transport.Pid!.Value;
        rig.Kernel.WorkerThreads = threads;

        await rig.StopAsync();

        Assert.Equal(1, protocol.Count("ended"));
        Assert.Equal(0, protocol.Count("exited"));
        Assert.All(["lost 0", "lost 1", "lost 2"], what => Assert.Equal(1, protocol.Count(what)));
        Assert.IsType<ConnectionLostException>(protocol.EndReason);
        Assert.Throws<ProcessExitedAlreadyException>(() => protocol.Transport.SignalProcess("TERM"));
        Assert.True(Directory.Exists($"/proc/{pid}")); // It lives on, as in the original.
        NativeCalls.Kill(pid, SIGKILL);
        Wait.For(threads.Ended, "The end of the thread that waits for the child");
        Assert.False(Directory.Exists($"/proc/{pid}"));
    });

    [Fact, Clause("CORE-42", "I2")]
    public void Stop_ChildIsGoneButNotReaped_TellsItsEnd() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        Start(rig, protocol, "exit 6");
        NativeCalls.AwaitEnd(protocol.Transport.Pid!.Value);

        await rig.StopAsync();

        Assert.Equal(6, Assert.IsType<ProcessTerminatedException>(protocol.EndReason).ExitCode);
        Assert.Equal((1, 1), (protocol.Count("exited"), protocol.Count("ended")));
    });
}
