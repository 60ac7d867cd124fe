using System.Buffers;
using Spindle.Kernel;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>What the protocol can do with its process.</content>
public abstract partial class ProcessContract
{
    [Fact, Clause("PROC-37")]
    public void Write_PiecesAndSequences_ReachStandardInput() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        IProcessTransport transport = rig.Reactor.SpawnProcess(protocol, "/bin/cat");

        transport.Write("one "u8);
        SequencePiece first = new("two "u8.ToArray(), 0);
        SequencePiece last = first.Append("three"u8.ToArray());
        transport.Write(new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length));
        transport.WriteToChild(0, " four"u8);
        transport.CloseStdin();

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal("one two three four", protocol.Output);
    });

    [Fact, Clause("PROC-37", "PROC-40")]
    public void Write_NoStandardInput_IsLostSilently() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        PushProducer producer = new();
        IProcessTransport transport = Start(rig, protocol, "echo out", new() { [1] = "r" });

        transport.Write("nobody"u8);
        transport.Write(new ReadOnlySequence<byte>("nobody"u8.ToArray()));
        transport.RegisterProducer(producer, streaming: true);
        transport.UnregisterProducer();

        Assert.Equal(["stop"], producer.Journal);
        await rig.Until(() => protocol.IsEnded);
        Assert.Equal("out\n", protocol.Output);
    });

    [Fact, Clause("PROC-37")]
    public void WriteToChild_NoSuchPipe_Throws() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        IProcessTransport transport = Start(rig, protocol, "cat >/dev/null; exec sleep 60");
        Assert.Throws<KeyNotFoundException>(() => transport.WriteToChild(5, "x"u8));
        Assert.Throws<KeyNotFoundException>(() => transport.WriteToChild(1, "x"u8)); // One that we read.

        transport.CloseStdin();
        await rig.Until(() => protocol.Count("lost 0") == 1);

        Assert.Throws<KeyNotFoundException>(() => transport.WriteToChild(0, "x"u8));
        await Kill(rig, protocol);
    });

    [Theory, Clause("PROC-38")]
    [InlineData(1)]
    [InlineData(2)]
    public void CloseOutput_ChildWritesOn_GetsABrokenPipe(int childFD) => Run(async rig =>
    {
        RecordingProcess protocol = new();
        IProcessTransport transport = Start(rig, protocol, $"read x; exec cat /dev/zero >&{childFD}");

        if (childFD == 1)
        {
            transport.CloseStdout();
        }
        else
        {
            transport.CloseStderr();
        }

        Assert.Equal(0, protocol.Count($"lost {childFD}")); // Not within the call.
        await rig.Until(() => protocol.Count($"lost {childFD}") == 1);
        transport.Write("go\n"u8);
        await rig.Until(() => protocol.IsEnded);
        Assert.Equal(13, Assert.IsType<ProcessTerminatedException>(protocol.EndReason).Signal); // SIGPIPE.
    });

    [Fact, Clause("PROC-38", "PROC-44")]
    public void CloseStdin_DataWaits_IsSentFirstAndTheEndIsMadeBlocking() => Run(async rig =>
    {
        byte[] sent = Payload.Make(500_000, 1);
        RecordingProcess protocol = new();
        IProcessTransport transport = Start(rig, protocol, "read x <&3; exec cat", new() { [0] = "w", [1] = "r", [3] = "w" });
        transport.Write(sent);
        transport.CloseStdin();
        await rig.NextTurn();
        Assert.Equal(0, protocol.Count("lost 0"));
        int controls = rig.Plan.Count(Operation.FileControl);

        transport.WriteToChild(3, "\n"u8);

        await rig.Until(() => protocol.Count("lost 0") == 1);
        Assert.Equal(controls + 1, rig.Plan.Count(Operation.FileControl));
        transport.CloseChildFD(3);
        await rig.Until(() => protocol.IsEnded);
        Assert.Equal(sent, protocol.Bytes(1));
    });

    [Fact, Clause("PROC-38")]
    public void CloseChildFD_Unknown_IsIgnored() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        IProcessTransport transport = Start(rig, protocol, "exit 0", new() { [1] = "r" });

        transport.CloseChildFD(77);
        transport.CloseStdin();

        await rig.Until(() => protocol.IsEnded);
        transport.CloseStdout();
        transport.LoseConnection();
    });

    [Fact, Clause("PROC-39")]
    public void LoseConnection_ChildRuns_ClosesThePipesAndDoesNotKill() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        IProcessTransport transport = Start(rig, protocol, "trap '' PIPE; read x <&5; exit 8", new() { [0] = "w", [1] = "r", [2] = "r", [5] = "w" });

        transport.LoseConnection();

        await rig.Until(() => protocol.Journal.Count(entry => entry.StartsWith("lost", StringComparison.Ordinal)) == 3);
        Assert.False(protocol.IsExited);
        transport.WriteToChild(5, "\n"u8);
        transport.CloseChildFD(5);
        await rig.Until(() => protocol.IsEnded);
        Assert.Equal(8, Assert.IsType<ProcessTerminatedException>(protocol.EndReason).ExitCode);
    });

    [Fact, Clause("PROC-39")]
    public void StopProducing_IsLoseConnection() => Run(async rig =>
    {
        RecordingProcess protocol = new();

        rig.Reactor.SpawnProcess(protocol, "/bin/cat").StopProducing();

        await rig.Until(() => protocol.IsEnded);
        Assert.IsType<ProcessDoneException>(protocol.EndReason);
    });

    [Fact, Clause("PROC-40", "FD-55")]
    public void PauseProducing_AllPipes_BringNothingUntilResumed() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        protocol.OnMade = () => protocol.Transport.PauseProducing();
        IProcessTransport transport = Start(rig, protocol, "echo out; echo err >&2; read x; echo more");
        await rig.NextTurn();
        Assert.Equal(["made"], protocol.Journal);

        transport.ResumeProducing();
        await rig.Until(() => protocol.Output == "out\n" && protocol.Errors == "err\n");
        transport.PauseProducing();
        transport.Write("\n"u8);
        await rig.Until(() => protocol.IsExited);
        Assert.Equal("out\n", protocol.Output);
        Assert.False(protocol.IsEnded);
        transport.ResumeProducing();

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal("out\nmore\n", protocol.Output);
    });

    [Fact, Clause("PROC-40", "FD-55")]
    public void PauseProducing_WithinChildDataReceived_BringsNoSecondChunk() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        protocol.OnData = (_, _) => protocol.Transport.PauseProducing();
        Start(rig, protocol, "head -c 60000 /dev/zero");
        await rig.Until(() => protocol.IsExited);

        int chunks = 0;
        while (!protocol.IsEnded)
        {
            int now = protocol.ChunkSizes.Count;
            Assert.Equal(++chunks, now);
            protocol.Transport.ResumeProducing();
            await rig.Until(() => protocol.IsEnded || protocol.ChunkSizes.Count > now);
            if (protocol.Bytes(1).Length == 60_000)
            {
                protocol.Transport.ResumeProducing();
                await rig.Until(() => protocol.IsEnded);
            }
        }

        Assert.Equal(60_000, protocol.Bytes(1).Length);
    });

    [Fact, Clause("PROC-40")]
    public void RegisterProducer_StandardInputIsFull_IsPausedAndResumed() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        PushProducer producer = new();
        IProcessTransport transport = Start(rig, protocol, "read x <&3; exec cat >/dev/null", new() { [0] = "w", [3] = "w" });
        transport.RegisterProducer(producer, streaming: true);
        Assert.Throws<InvalidOperationException>(() => transport.RegisterProducer(new PushProducer(), streaming: true));

        transport.Write(new byte[500_000]);
        Assert.Equal(["pause"], producer.Journal);
        transport.WriteToChild(3, "\n"u8);
        await rig.Until(() => producer.Journal.Count == 2);
        Assert.Equal(["pause", "resume"], producer.Journal);

        transport.UnregisterProducer();
        transport.LoseConnection();
        transport.CloseChildFD(3);
        await rig.Until(() => protocol.IsEnded);
        Assert.Equal(["pause", "resume"], producer.Journal);
    });

    [Theory, Clause("PROC-42")]
    [InlineData("HUP", 1)]
    [InlineData("INT", 2)]
    [InlineData("KILL", 9)]
    [InlineData("TERM", 15)]
    public void SignalProcess_Name_SendsThatSignal(string name, int number) => Run(async rig =>
    {
        RecordingProcess protocol = new();
        IProcessTransport transport = Start(rig, protocol, "exec sleep 60");

        transport.SignalProcess(name);

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal(number, Assert.IsType<ProcessTerminatedException>(protocol.EndReason).Signal);
    });

    [Fact, Clause("PROC-42")]
    public void SignalProcess_StopAndNumbers_AreSent() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        IProcessTransport transport = Start(rig, protocol, "trap 'echo usr1' USR1; echo ready; while :; do read x; done");
        await rig.Until(() => protocol.Output == "ready\n");

        transport.SignalProcess(0);
        transport.SignalProcess("STOP");
        transport.SignalProcess(NativeCalls.SIGUSR1);
        transport.SignalProcess(18); // SIGCONT.

        await rig.Until(() => protocol.Output == "ready\nusr1\n");
        await Kill(rig, protocol);
    });

    [Fact, Clause("PROC-42")]
    public void SignalProcess_NoSuchSignal_Throws() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        IProcessTransport transport = Start(rig, protocol, "exec sleep 60");

        Assert.Throws<ArgumentException>(() => transport.SignalProcess("SIGKILL"));
        Assert.Throws<ArgumentException>(() => transport.SignalProcess("nonsense"));
        Assert.Throws<ArgumentOutOfRangeException>(() => transport.SignalProcess(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => transport.SignalProcess(65));

        await Kill(rig, protocol);
    });

    [Fact, Clause("PROC-42")]
    public void SignalProcess_Exited_Throws() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        Exception? then = null;
        protocol.OnExited = _ => then = Record.Exception(() => protocol.Transport.SignalProcess("KILL"));
        Start(rig, protocol, "exit 0");

        await rig.Until(() => protocol.IsEnded);

        Assert.IsType<ProcessExitedAlreadyException>(then);
        Assert.Throws<ProcessExitedAlreadyException>(() => protocol.Transport.SignalProcess(SIGTERM));
    });

    [Fact, Clause("PROC-42")]
    public void SignalProcess_GoneBehindOurBack_Throws() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        IProcessTransport transport = Start(rig, protocol, "exit 0");
        NativeCalls.AwaitEnd(transport.Pid!.Value);
        transport.SignalProcess("TERM"); // A zombie takes signals, as ever.
        NativeCalls.WaitFor(transport.Pid.Value);

        Assert.Throws<ProcessExitedAlreadyException>(() => transport.SignalProcess("TERM"));

        await rig.Until(() => protocol.IsEnded);
    });

    [Fact, Clause("PROC-42")]
    public void SignalProcess_SystemRefuses_Throws() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        IProcessTransport transport = Start(rig, protocol, "exec sleep 60");
        rig.Plan.FailNext(Operation.SignalChild, Errno.EPERM);

        SystemCallException refused = Assert.Throws<SystemCallException>(() => transport.SignalProcess("TERM"));

        Assert.Equal(("pidfd_send_signal", Errno.EPERM), (refused.Call, refused.Errno));
        await Kill(rig, protocol);
    });

    [Fact, Clause("PROC-42")]
    public void SignalProcessGroup_Leader_ReachesItsChildren() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        IProcessTransport transport = Start(rig, protocol, "sleep 60 & echo ready; wait", options: new ProcessOptions { ProcessGroup = 0 });
        await rig.Until(() => protocol.Output == "ready\n");

        transport.SignalProcessGroup(SIGKILL);

        await rig.Until(() => protocol.IsEnded); // The sleeper held the pipes.
        Assert.Throws<ProcessExitedAlreadyException>(() => transport.SignalProcessGroup(SIGKILL));
        RecordingProcess other = new();
        Start(rig, other, "exec sleep 60");
        Assert.Throws<InvalidOperationException>(() => other.Transport.SignalProcessGroup(SIGKILL));
        await Kill(rig, other);
    });

    [Fact, Clause("PROC-43")]
    public void ReaderClosed_NothingIsWritten_IsNoticed() => Run(async rig =>
    {
        RecordingProcess protocol = new();

        Start(rig, protocol, "exec <&-; echo closed; exec sleep 60");

        await rig.Until(() => protocol.Count("lost 0") == 1);
        Assert.False(protocol.IsExited);
        await Kill(rig, protocol);
    });

    [Fact, Clause("PROC-43", "PROC-45")]
    public void ReaderClosed_DataWaits_IsNoticed() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        IProcessTransport transport = Start(rig, protocol, "read x <&3; exec <&-; exec sleep 60", new() { [0] = "w", [3] = "w" });
        transport.Write(new byte[300_000]);
        await rig.NextTurn();
        Assert.Equal(0, protocol.Count("lost 0"));

        transport.WriteToChild(3, "\n"u8);

        await rig.Until(() => protocol.Count("lost 0") == 1);
        transport.Write("nobody"u8);
        transport.CloseChildFD(3);
        await Kill(rig, protocol);
    });

    [Theory, Clause("PROC-45", "FDESC-2", "FDESC-3")]
    [InlineData(Errno.EAGAIN)]
    [InlineData(Errno.EINTR)]
    public void Pipes_TryAgain_IsTriedAgain(int errno) => Run(async rig =>
    {
        RecordingProcess protocol = new();
        IProcessTransport transport = rig.Reactor.SpawnProcess(protocol, "/bin/cat");
        rig.Plan.FailNext(Operation.Write, errno, times: 2);
        rig.Plan.FailNext(Operation.Read, errno, times: 2);

        transport.Write("data"u8);
        transport.CloseStdin();

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal("data", protocol.Output);
        Assert.Equal(4, rig.Plan.Fired);
    });

    [Theory, Clause("PROC-45", "FDESC-2", "FDESC-3")]
    [InlineData(Operation.Read, 1)]
    [InlineData(Operation.Write, 0)]
    public void Pipes_AnyOtherError_ClosesThatPipe(Operation operation, int childFD) => Run(async rig =>
    {
        RecordingProcess protocol = new();
        IProcessTransport transport = Start(rig, protocol, "echo out; read x; exit 0", new() { [0] = "w", [1] = "r" });
        rig.Plan.FailNext(operation, Errno.EIO);

        transport.Write("data\n"u8);

        await rig.Until(() => protocol.Count($"lost {childFD}") == 1);
        await rig.Until(() => protocol.IsEnded);
    });

    [Fact, Clause("FD-67")]
    public void Transport_Ended_TakesEverythingSilently() => Run(async rig =>
    {
        RecordingProcess protocol = await RunScript(rig, "exit 0");
        IProcessTransport transport = protocol.Transport;
        PushProducer producer = new();

        transport.Write("x"u8);
        transport.CloseStdin();
        transport.CloseStdout();
        transport.CloseStderr();
        transport.CloseChildFD(1);
        transport.PauseProducing();
        transport.ResumeProducing();
        transport.LoseConnection();
        transport.StopProducing();
        transport.UnregisterProducer();
        transport.RegisterProducer(producer, streaming: true);

        await rig.NextTurn();
        Assert.Equal("ended", protocol.Journal[^1]);
        Assert.Equal(["stop"], producer.Journal);
    });

    [Fact, Clause("PROC-1", "I4")]
    public void Transport_AnotherThread_Throws() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        IProcessTransport transport = rig.Reactor.SpawnProcess(protocol, "/bin/cat");
        Action[] calls =
        [
            () => transport.Write("x"u8), () => transport.WriteToChild(0, "x"u8), transport.CloseStdin, transport.CloseStdout, transport.CloseStderr,
            transport.LoseConnection, transport.PauseProducing, transport.ResumeProducing, transport.UnregisterProducer,
            () => transport.RegisterProducer(new PushProducer(), streaming: true), () => transport.CloseChildFD(0), () => transport.SignalProcess("KILL"),
        ];

        OffThread.Run(() => Assert.All(calls, call => Assert.Throws<InvalidOperationException>(call)));

        transport.CloseStdin();
        await rig.Until(() => protocol.IsEnded);
    });
}
