using Spindle.Kernel;
using Spindle.Processes;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Programs that are run for their result, and the supervisor on real ones.</content>
public abstract partial class ProcessContract
{
    [Fact, Clause("UTIL-1")]
    public void GetProcessOutput_Program_GivesItsOutputWhateverItsExitCode() => Run(async rig =>
    {
        byte[] output = await rig.Until(rig.Reactor.GetProcessOutput(Shell, ["-c", "echo \"$0 $X\"; pwd; exit 3"], new Dictionary<string, string> { ["X"] = "x" }, "/"));

        Assert.Equal("/bin/sh x\n/\n"u8, output);
    });

    [Fact, Clause("UTIL-1")]
    public void GetProcessOutput_ErrorOutput_FailsAtOnceAndTellsTheEndLater() => Run(async rig =>
    {
        using ScratchFolder folder = new();
        string script = $"echo out; echo bad >&2; until [ -e {folder.File("go")} ]; do sleep 0.05; done; exit 4";
        Task<byte[]> call = rig.Reactor.GetProcessOutput(Shell, ["-c", script], Path);

        ProcessErrorOutputException failure = await Assert.ThrowsAsync<ProcessErrorOutputException>(() => rig.Until(call));

        Assert.Equal("bad\n"u8.ToArray(), failure.ErrorOutput);
        Assert.IsAssignableFrom<IOException>(failure);
        Assert.False(failure.Ended.IsCompleted);
        File.WriteAllText(folder.File("go"), "");
        Exception reason = await rig.Until(failure.Ended);
        Assert.Equal(4, Assert.IsType<ProcessTerminatedException>(reason).ExitCode);
    });

    [Fact, Clause("UTIL-1")]
    public void GetProcessOutput_ErrorsToo_MixesThemIn() => Run(async rig =>
        Assert.Equal("bad\n", System.Text.Encoding.UTF8.GetString(await rig.Until(rig.Reactor.GetProcessOutput(Shell, ["-c", "echo bad >&2"], errorToo: true)))));

    [Fact, Clause("UTIL-1", "I6")]
    public void GetProcessOutput_TooMuch_KillsItAndFails() => Run(async rig =>
    {
        SpindleException failure = await Assert.ThrowsAsync<SpindleException>(() => rig.Until(rig.Reactor.GetProcessOutput("cat", ["/dev/zero"], maxOutput: 100_000)));

        Assert.Contains("100000 bytes", failure.Message, StringComparison.Ordinal);
    });

    [Fact, Clause("UTIL-2")]
    public void GetProcessValue_Ends_GivesTheCodeOrNull() => Run(async rig =>
    {
        Assert.Equal(0, await rig.Until(rig.Reactor.GetProcessValue("true")));
        Assert.Equal(23, await rig.Until(rig.Reactor.GetProcessValue(Shell, ["-c", "echo much; echo more >&2; exit 23"])));
        Assert.Null(await rig.Until(rig.Reactor.GetProcessValue(Shell, ["-c", "kill -9 $$"])));
        Assert.Equal(0, await rig.Until(rig.Reactor.GetProcessValue("cat"))); // Its input ends at once.
    });

    [Fact, Clause("UTIL-2")]
    public void GetProcessOutputAndValue_Program_GivesAllOfIt() => Run(async rig =>
    {
        ProcessResult result = await rig.Until(rig.Reactor.GetProcessOutputAndValue(Shell, ["-c", "cat; echo err >&2; exit 5"], Path, stdinBytes: "in"u8.ToArray()));

        Assert.Equal(("in", "err\n", 5), (result.OutputText, result.ErrorText, result.ExitCode));
        ProcessResult none = await rig.Until(rig.Reactor.GetProcessOutputAndValue("true"));
        Assert.Equal(("", "", 0), (none.OutputText, none.ErrorText, none.ExitCode));
    });

    [Fact, Clause("UTIL-2")]
    public void GetProcessOutputAndValue_Signal_FailsWithTheOutputs() => Run(async rig =>
    {
        ProcessSignalException failure = await Assert.ThrowsAsync<ProcessSignalException>(
            () => rig.Until(rig.Reactor.GetProcessOutputAndValue(Shell, ["-c", "echo out; echo err >&2; kill -9 $$"])));

        Assert.Equal("out\n"u8.ToArray(), failure.Output);
        Assert.Equal("err\n"u8.ToArray(), failure.ErrorOutput);
        Assert.Equal(9, failure.Signal);
    });

    [Fact, Clause("UTIL-1", "UTIL-2", "PROC-19")]
    public void Calls_CannotRun_FailTheTask() => Run(async rig =>
    {
        await Assert.ThrowsAsync<SpawnException>(() => rig.Reactor.GetProcessOutput("/no/such/program"));
        await Assert.ThrowsAsync<SpawnException>(() => rig.Reactor.GetProcessValue("/no/such/program"));
        await Assert.ThrowsAsync<ArgumentException>(() => rig.Reactor.GetProcessOutputAndValue("a\0b"));
        rig.Plan.FailNext(Operation.PidFd, Errno.EMFILE);
        await Assert.ThrowsAsync<SystemCallException>(() => rig.Reactor.GetProcessValue("true"));
    });

    [Theory, Clause("UTIL-1", "UTIL-2")]
    [InlineData(true)]
    [InlineData(false)]
    public void Calls_Cancelled_KillTheProcessThenCancelTheTask(bool isElsewhere) => Run(async rig =>
    {
        using CancellationTokenSource cancellation = new();
        Task<int?> call = rig.Reactor.GetProcessValue("sleep", ["60"], cancellationToken: cancellation.Token);
        Task<int?> before = rig.Reactor.GetProcessValue("sleep", ["60"], cancellationToken: new CancellationToken(canceled: true));
        Assert.True(before.IsCanceled);

        if (isElsewhere)
        {
            OffThread.Run(cancellation.Cancel);
        }
        else
        {
            cancellation.Cancel();
        }

        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.Until(call));
        Assert.Equal(cancellation.Token, cancelled.CancellationToken);
        Assert.DoesNotContain(rig.Kernel.Ledger.Describe(), entry => entry.StartsWith("child", StringComparison.Ordinal));
    });

    [Fact, Clause("UTIL-2")]
    public void Calls_ReactorStops_FailTheTask() => Run(async rig =>
    {
        TrackedThreads threads = new(new LinuxKernel());
        Task<int?> call = rig.Reactor.GetProcessValue("sleep", ["60"]);
        string child = rig.Kernel.Ledger.Describe().Single(entry => entry.StartsWith("child ", StringComparison.Ordinal));
        rig.Kernel.WorkerThreads = threads;

        await rig.StopAsync();

        await Assert.ThrowsAnyAsync<ConnectionLostException>(() => rig.Until(call));
        NativeCalls.Kill(int.Parse(child["child ".Length..], System.Globalization.CultureInfo.InvariantCulture), SIGKILL);
        Wait.For(threads.Ended, "The end of the child");
    });

    [Fact]
    public void Supervisor_RealProcess_IsStartedAgainAndStopped() => Run(async rig =>
    {
        ProcessSupervisor supervisor = new(rig.Reactor, rig.Reactor) { MinRestartDelay = TimeSpan.Zero, MaxRestartDelay = TimeSpan.Zero, KillTime = TimeSpan.FromMilliseconds(20) };
        supervisor.AddProcess("stubborn", [Shell, "-c", "trap '' TERM; echo up; while :; do sleep 0.01; done"], Path);
        supervisor.Start();
        int first = supervisor.PidOf("stubborn")!.Value;

        NativeCalls.Kill(first, SIGKILL);
        await rig.Until(() => supervisor.PidOf("stubborn") is { } pid && pid != first);
        Task stopping = supervisor.StopAsync();
        await rig.Until(() => stopping.IsCompleted);

        Assert.Null(supervisor.PidOf("stubborn"));
    });

    [Fact, Clause("I7", "I8", "PROC-31", "PROC-33")]
    public void ManyChildren_BesideManyConnections_LoseNoExitAndLeaveNothing() => Run(async rig =>
    {
        const int Children = 200;
        const int Connections = 50;
        RecordingFactory servers = new(() =>
        {
            RecordingProtocol echo = new("echo");
            echo.OnData = data => echo.Transport.Write(data);
            return echo;
        });
        RecordingFactory clients = new(() =>
        {
            RecordingProtocol client = new("client");
            client.OnMade = () => client.Transport.Write([1]);
            client.OnData = data => client.Transport.Write(data); // For ever.
            return client;
        });
        IListeningPort port = rig.Listen(servers);
        for (int i = 0; i < Connections; i++)
        {
            rig.Connect(port, clients);
        }

        await rig.Until(() => clients.Built.Count == Connections);
        List<RecordingProcess> children = [];
        for (int i = 0; i < Children; i++)
        {
            RecordingProcess child = new();
            rig.Reactor.SpawnProcess(child, Shell, ["sh", "-c", $"echo {i}; exit {i % 256}"]);
            children.Add(child);
            if (i % 20 == 19)
            {
                await rig.Until(() => children.Count(each => !each.IsEnded) < 20);
            }
        }

        await rig.Until(() => children.All(child => child.IsEnded));
        for (int i = 0; i < Children; i++)
        {
            Assert.Equal($"{i}\n", children[i].Output);
            Assert.Equal(i % 256, children[i].EndReason is ProcessTerminatedException end ? end.ExitCode : 0);
            Assert.Equal((1, 1), (children[i].Count("exited"), children[i].Count("ended")));
        }

        Assert.DoesNotContain(rig.Kernel.Ledger.Describe(), entry => entry.StartsWith("child", StringComparison.Ordinal) || entry.EndsWith("pipe2", StringComparison.Ordinal));
        Assert.All(clients.Built, client => Assert.Equal((1, 0), (client.MadeCount, client.LostCount)));
    });
}
