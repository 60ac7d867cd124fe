using System.Text;
using Spindle.Kernel;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>What a child is given.</content>
public abstract partial class ProcessContract
{
    [Fact, Clause("PROC-1", "PROC-22", "PROC-26")]
    public void SpawnProcess_Returns_WithTheChildMade() => Run(async rig =>
    {
        RecordingProcess protocol = new();

        IProcessTransport transport = Start(rig, protocol, "exec sleep 60");

        Assert.Same(transport, protocol.Transport);
        Assert.Equal(["made"], protocol.Journal);
        Assert.True(Directory.Exists($"/proc/{transport.Pid}"));
        await Kill(rig, protocol);
    });

    [Fact, Clause("PROC-2")]
    public void SpawnProcess_Arguments_ReachTheChildAsTheyAre() => Run(async rig =>
    {
        string[] odd = ["", " a  b ", "\"'$x`", "é€😀", "-n", "\n"];
        RecordingProcess protocol = new();

        rig.Reactor.SpawnProcess(protocol, "/usr/bin/printf", ["printf", "%s|", .. odd]);

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal(string.Concat(odd.Select(each => each + "|")), protocol.Output);
    });

    [Fact, Clause("PROC-2")]
    public void SpawnProcess_ArgumentBytes_ReachTheChildAsTheyAre() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        ReadOnlyMemory<byte>[] arguments = ["printf"u8.ToArray(), "%s"u8.ToArray(), new byte[] { 0xFF, 1, 0xC0 }];

        rig.Reactor.SpawnProcess(protocol, "/usr/bin/printf", options: new ProcessOptions { ArgumentBytes = arguments });

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal(new byte[] { 0xFF, 1, 0xC0 }, protocol.Bytes(1));
    });

    [Fact, Clause("PROC-1", "PROC-2")]
    public void SpawnProcess_NoArguments_HasItsNameAlone() => Run(async rig =>
    {
        RecordingProcess protocol = new();

        rig.Reactor.SpawnProcess(protocol, "/bin/cat").Write([42]);
        await rig.Until(() => protocol.Bytes(1).Length == 1);
        byte[] commandLine = File.ReadAllBytes($"/proc/{protocol.Transport.Pid}/cmdline");
        protocol.Transport.CloseStdin();

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal("/bin/cat\0"u8, commandLine);
    });

    [Fact, Clause("PROC-3")]
    public void SpawnProcess_EnvironmentIsNotGiven_IsEmpty() => Run(async rig =>
        Assert.Equal("", (await Environment(rig, default)).Output));

    [Fact, Clause("PROC-3")]
    public void SpawnProcess_EnvironmentIsNull_IsTheParents() => Run(async rig =>
    {
        System.Environment.SetEnvironmentVariable("SPINDLE_TEST_INHERITED", "yes it is");

        string[] variables = Lines((await Environment(rig, null)).Output);

        Assert.Contains("SPINDLE_TEST_INHERITED=yes it is", variables);
        Assert.Contains(variables, variable => variable.StartsWith("PATH=", StringComparison.Ordinal));
    });

    [Fact, Clause("PROC-3")]
    public void SpawnProcess_EnvironmentIsADictionary_IsExactlyThat() => Run(async rig =>
    {
        Dictionary<string, string> variables = new() { ["A"] = "1=2", ["É"] = "€" };

        Assert.Equal(["A=1=2", "É=€"], Lines((await Environment(rig, variables)).Output).Order());
    });

    [Fact, Clause("PROC-3")]
    public void SpawnProcess_EnvironmentIsBytes_IsExactlyThat() => Run(async rig =>
    {
        ReadOnlyMemory<byte>[] variables = [new byte[] { (byte)'A', (byte)'=', 0xFF }];

        RecordingProcess protocol = await Environment(rig, ProcessEnvironment.FromBytes(variables));

        Assert.Equal([(byte)'A', (byte)'=', 0xFF, (byte)'\n'], protocol.Bytes(1));
    });

    [Fact, Clause("PROC-4")]
    public void SpawnProcess_NoSlash_IsSearchedInThePathOfTheChild() => Run(async rig =>
    {
        using ScratchFolder folder = new();
        folder.Link("spindle-tool", "/bin/echo");
        Directory.CreateDirectory(folder.File("also/spindle-tool")); // A directory is no program.
        Dictionary<string, string> env = new() { ["PATH"] = $"/no/such/place:{folder.File("also")}:{folder.Path}" };
        RecordingProcess protocol = new();

        rig.Reactor.SpawnProcess(protocol, "spindle-tool", ["tool", "found"], env);

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal("found\n", protocol.Output);
        SpawnException failure = Assert.Throws<SpawnException>(() => rig.Reactor.SpawnProcess(new RecordingProcess(), "spindle-tool", env: null));
        Assert.Equal(Errno.ENOENT, failure.Errno);
        Assert.Contains("none of the directories of PATH", failure.Message, StringComparison.Ordinal);
    });

    [Fact, Clause("PROC-4")]
    public void SpawnProcess_NoPath_IsSearchedInTheDefaultOne() => Run(async rig =>
    {
        RecordingProcess protocol = new();

        rig.Reactor.SpawnProcess(protocol, "true");

        await rig.Until(() => protocol.IsEnded);
        Assert.IsType<ProcessDoneException>(protocol.EndReason);
    });

    [Fact, Clause("PROC-4")]
    public void SpawnProcess_NotExecutableInAnEarlierDirectory_TakesTheLater() => Run(async rig =>
    {
        using ScratchFolder folder = new();
        Directory.CreateDirectory(folder.File("first"));
        File.WriteAllText(folder.File("first/spindle-tool"), "no program");
        folder.Link("spindle-tool", "/bin/echo");
        RecordingProcess protocol = new();

        rig.Reactor.SpawnProcess(protocol, "spindle-tool", ["tool", "later"], new Dictionary<string, string> { ["PATH"] = $"{folder.File("first")}:{folder.Path}" });

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal("later\n", protocol.Output);
    });

    [Fact, Clause("PROC-5")]
    public void SpawnProcess_Script_RunsThroughItsInterpreter() => Run(async rig =>
    {
        RecordingProcess protocol = new();

        rig.Reactor.SpawnProcess(protocol, "/usr/bin/ldd", ["ignored", "--version"]); // It begins with "#! /bin/bash".

        await rig.Until(() => protocol.IsEnded);
        Assert.StartsWith("ldd (", protocol.Output, StringComparison.Ordinal);
    });

    [Fact, Clause("PROC-6", "PROC-4")]
    public void SpawnProcess_Path_IsTheChildsDirectory() => Run(async rig =>
    {
        using ScratchFolder folder = new();
        folder.Link("here", "/bin/pwd");
        string before = Directory.GetCurrentDirectory();
        foreach ((string executable, string path) in new[] { ("./here", ""), ("here", ".") })
        {
            RecordingProcess protocol = new();
            rig.Reactor.SpawnProcess(protocol, executable, ["pwd", "-P"], new Dictionary<string, string> { ["PATH"] = path }, folder.Path);
            await rig.Until(() => protocol.IsEnded);
            Assert.Equal(folder.Path + "\n", protocol.Output);
        }

        Assert.Equal(before, Directory.GetCurrentDirectory());
    });

    [Theory, Clause("PROC-6")]
    [InlineData(null)]
    [InlineData("")]
    public void SpawnProcess_NoPath_IsInTheDirectoryOfThisProcess(string? path) => Run(async rig =>
    {
        RecordingProcess protocol = new();
        rig.Reactor.SpawnProcess(protocol, "/bin/pwd", ["pwd", "-P"], path: path);
        await rig.Until(() => protocol.IsEnded);
        Assert.Equal(Directory.GetCurrentDirectory() + "\n", protocol.Output);
    });

    [Fact, Clause("PROC-7")]
    public void SpawnProcess_UserAndGroup_AreTheChilds() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        if (!System.Environment.IsPrivilegedProcess)
        {
            SpawnException refused = Assert.Throws<SpawnException>(() => rig.Reactor.SpawnProcess(protocol, "id", uid: 65_534));
            Assert.Contains("needs root", refused.Message, StringComparison.Ordinal);
            return;
        }

        rig.Reactor.SpawnProcess(protocol, "id", ["id"], uid: 65_534, gid: 1);

        await rig.Until(() => protocol.IsEnded);
        Assert.Contains("uid=65534", protocol.Output, StringComparison.Ordinal);
        Assert.Contains("gid=1", protocol.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("(root)", protocol.Output, StringComparison.Ordinal);
    });

    [Fact, Clause("PROC-8", "PROC-10")]
    public void SpawnProcess_TextThatNoChildCanHave_ThrowsBeforeAnythingIsMade() => Run(rig =>
    {
        AsyncSelectorReactor reactor = rig.Reactor;
        int calls = rig.Plan.Calls.Count;
        RecordingProcess protocol = new();
        Action[] wrong =
        [
            () => reactor.SpawnProcess(protocol, "a\0b"),
            () => reactor.SpawnProcess(protocol, ""),
            () => reactor.SpawnProcess(protocol, "cat", ["a\0b"]),
            () => reactor.SpawnProcess(protocol, "cat", ["\uD800"]),
            () => reactor.SpawnProcess(protocol, "cat", [null!]),
            () => reactor.SpawnProcess(protocol, "cat", path: "a\0b"),
            () => reactor.SpawnProcess(protocol, "cat", env: new Dictionary<string, string> { ["a\0"] = "b" }),
            () => reactor.SpawnProcess(protocol, "cat", env: new Dictionary<string, string> { ["a"] = "b\0" }),
            () => reactor.SpawnProcess(protocol, "cat", env: new Dictionary<string, string> { ["a"] = null! }),
            () => reactor.SpawnProcess(protocol, "cat", env: new Dictionary<string, string> { ["a=b"] = "c" }),
            () => reactor.SpawnProcess(protocol, "cat", env: new Dictionary<string, string> { [""] = "c" }),
            () => reactor.SpawnProcess(protocol, "cat", env: ProcessEnvironment.FromBytes([new byte[] { 65, 0 }])),
            () => reactor.SpawnProcess(protocol, "cat", options: new ProcessOptions { ArgumentBytes = [new byte[] { 0 }] }),
        ];

        Assert.All(wrong, call => Assert.ThrowsAny<ArgumentException>(call));
        ArgumentException surrogate = Assert.Throws<ArgumentException>(() => reactor.SpawnProcess(protocol, "cat", env: new Dictionary<string, string> { ["\uDC00"] = "" }));
        Assert.Contains("UTF-8", surrogate.Message, StringComparison.Ordinal);
        Assert.Equal(calls, rig.Plan.Calls.Count);
        Assert.Empty(protocol.Journal);
        return Task.CompletedTask;
    });

    [Fact, Clause("PROC-11", "PROC-12", "PROC-17")]
    public void SpawnProcess_ParametersThatDoNotGoTogether_Throws() => Run(rig =>
    {
        AsyncSelectorReactor reactor = rig.Reactor;
        RecordingProcess protocol = new();
        Dictionary<int, ChildDescriptor> pipe = new() { [1] = "r" };
        Action[] wrong =
        [
            () => reactor.SpawnProcess(protocol, "cat", usePty: true, childFDs: pipe),
            () => reactor.SpawnProcess(null, "cat", usePty: true),
            () => reactor.SpawnProcess(null, "cat"),
            () => reactor.SpawnProcess(null, "cat", childFDs: pipe),
            () => reactor.SpawnProcess(protocol, "cat", childFDs: new Dictionary<int, ChildDescriptor> { [1] = "x" }),
            () => reactor.SpawnProcess(protocol, "cat", childFDs: new Dictionary<int, ChildDescriptor> { [1] = -1 }),
            () => reactor.SpawnProcess(protocol, "cat", childFDs: new Dictionary<int, ChildDescriptor> { [1] = default }),
            () => reactor.SpawnProcess(protocol, "cat", childFDs: new Dictionary<int, ChildDescriptor> { [-1] = "r" }),
            () => reactor.SpawnProcess(protocol, "cat", uid: uint.MaxValue),
            () => reactor.SpawnProcess(protocol, "cat", gid: uint.MaxValue),
            () => reactor.SpawnProcess(protocol, "cat", options: new ProcessOptions { TerminalSize = new TerminalSize(80, 25) }),
            () => reactor.SpawnProcess(protocol, "cat", options: new ProcessOptions { Pty = new PtyDescriptors(0, 1) }),
            () => reactor.SpawnProcess(protocol, "cat", options: new ProcessOptions { NewSession = true, ProcessGroup = 0 }),
            () => reactor.SpawnProcess(protocol, "cat", options: new ProcessOptions { ProcessGroup = -1 }),
        ];

        Assert.All(wrong, call => Assert.ThrowsAny<ArgumentException>(call));
        Assert.ThrowsAny<ArgumentException>(() => new TerminalSize(-1, 1));
        Assert.ThrowsAny<ArgumentException>(() => new TerminalSize(1, 65_536));
        return Task.CompletedTask;
    });

    [Fact, Clause("PROC-17")]
    public void SpawnProcess_NoProtocolAndNoPipe_RunsAndIsReaped() => Run(async rig =>
    {
        IProcessTransport transport = rig.Reactor.SpawnProcess(null, "true", childFDs: new Dictionary<int, ChildDescriptor>());

        await rig.Until(() => transport.Pid == null);
        Assert.Equal("PipeProcess pid=none status=0", transport.ToString());
    });

    [Fact, Clause("PROC-12")]
    public void SpawnProcess_MapOfDescriptors_MakesThePipesThatItNames() => Run(async rig =>
    {
        RecordingProcess protocol = new();
        Dictionary<int, ChildDescriptor> map = new() { [0] = "w", [1] = "r", [2] = "r", [3] = "w", [4] = "r", [7] = "r" };

        IProcessTransport transport = Start(rig, protocol, "cat <&3 >&4; echo seven >&7; echo one; echo two >&2", map);
        transport.WriteToChild(3, "three"u8);
        transport.CloseChildFD(3);

        await rig.Until(() => protocol.IsEnded);
        Assert.Equal(("one\n", "two\n", "three", "seven\n"), (protocol.Output, protocol.Errors, protocol.Text(4), protocol.Text(7)));
        Assert.All(map.Keys, fd => Assert.Equal(1, protocol.Count($"lost {fd}")));
    });

    [Fact, Clause("PROC-13", "PROC-14")]
    public void SpawnProcess_InheritedDescriptors_AreTheParentsAndStayOpenThere() => Run(async rig =>
    {
        Assert.Equal(0, rig.Kernel.Files.CreatePipe(out int read, out int write));
        RecordingProcess protocol = new();

        Start(rig, protocol, "echo one >&3; echo two >&4", new() { [1] = "r", [3] = write, [4] = write });

        await rig.Until(() => protocol.IsEnded);
        byte[] buffer = new byte[64];
        Assert.Equal("one\ntwo\n", Encoding.ASCII.GetString(buffer, 0, rig.Kernel.Files.Read(read, buffer)));
        Assert.Equal(-Errno.EAGAIN, rig.Kernel.Files.Read(read, buffer)); // Still open here, and still non-blocking.
        rig.Kernel.Files.Close(read);
        rig.Kernel.Files.Close(write);
    });

    [Fact, Clause("PROC-14")]
    public void SpawnProcess_Child_HasExactlyTheMappedDescriptors() => Run(async rig =>
    {
        Pair connection = await rig.ConnectPair(); // Descriptors that the child must not get.

        RecordingProcess protocol = await RunScript(rig, "ls /proc/self/fd", new() { [0] = "w", [1] = "r", [2] = "r", [5] = "r" });

        Assert.Equal(["0", "1", "2", "3", "5"], Lines(protocol.Output)); // 3 is the directory that ls reads.
        connection.Client.Transport.LoseConnection();
    });

    [Fact, Clause("PROC-18", "PROC-20")]
    public void SpawnProcess_Child_HasEverySignalAsAtTheBeginning() => Run(async rig =>
    {
        RecordingProcess protocol = await RunScript(rig, "grep -E '^Sig(Ign|Blk)' /proc/self/status");

        Assert.All(Lines(protocol.Output), mask => Assert.EndsWith("\t0000000000000000", mask, StringComparison.Ordinal));
    });

    [Fact, Clause("PROC-20")]
    public void SignalProcess_AtOnce_IsNotLost() => Run(async rig =>
    {
        for (int i = 0; i < 20; i++)
        {
            RecordingProcess protocol = new();
            Start(rig, protocol, "exec sleep 60").SignalProcess(i % 2 == 0 ? "TERM" : "INT");
            await rig.Until(() => protocol.IsEnded);
            Assert.Equal(i % 2 == 0 ? SIGTERM : 2, Assert.IsType<ProcessTerminatedException>(protocol.ExitReason).Signal);
        }
    });

    [Fact, Clause("PROC-12")]
    public void SpawnProcess_Pipes_BlockInTheChildAndNotHere() => Run(async rig =>
    {
        // A program that fills its standard output waits; with O_NONBLOCK it would fail with EAGAIN.
        RecordingProcess protocol = await RunScript(rig, "head -c 300000 /dev/zero; echo $? >&2");

        Assert.Equal((300_000, "0\n"), (protocol.Bytes(1).Length, protocol.Errors));
    });

    [Fact]
    public void SpawnProcess_ProcessGroupAndSession_AreAsAsked() => Run(async rig =>
    {
        const string Script = "echo $$ $(cut -d' ' -f5,6 /proc/$$/stat)"; // Its pid, process group and session.
        (ProcessOptions? Options, bool Leads, bool IsSession)[] cases =
        [
            (null, false, false),
            (new ProcessOptions { ProcessGroup = 0 }, true, false),
            (new ProcessOptions { NewSession = true }, true, true),
        ];
        foreach ((ProcessOptions? options, bool leads, bool isSession) in cases)
        {
            RecordingProcess protocol = new();
            Start(rig, protocol, Script, options: options);
            await rig.Until(() => protocol.IsEnded);
            string[] numbers = protocol.Output.Split(' ', '\n');
            Assert.Equal((leads, isSession), (numbers[1] == numbers[0], numbers[2] == numbers[0]));
        }
    });

    [Fact, Clause("PROC-1")]
    public void SpawnProcess_AnotherThread_Throws() => Run(rig =>
    {
        OffThread.Run(() =>
        {
            Assert.Throws<InvalidOperationException>(() => rig.Reactor.SpawnProcess(new RecordingProcess(), "true"));
            Assert.Throws<InvalidOperationException>(() => { _ = rig.Reactor.SpawnProcessAsync(new RecordingProcess(), "true"); });
        });
        return Task.CompletedTask;
    });

    private static async Task<RecordingProcess> Environment(ReactorRig rig, ProcessEnvironment env)
    {
        RecordingProcess protocol = new();
        rig.Reactor.SpawnProcess(protocol, "/usr/bin/env", ["env"], env);
        await rig.Until(() => protocol.IsEnded);
        return protocol;
    }
}
