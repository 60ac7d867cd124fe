using System.Globalization;
using System.Text;
using Spindle.Kernel;
using Spindle.Tests.Support;

namespace Spindle.Tests.Kernel;

public sealed class LinuxProcessesTests : LedgerCheckedTest
{
    private const int SIGTERM = 15;
    private const int SIGKILL = 9;

    private IProcesses Processes => Kernel.Processes;

    [Fact, Clause("PROC-2")]
    public void Spawn_BytesOfAnyKind_ReachTheChildAsTheyAre()
    {
        byte[] odd = [0xFF, 0xFE, (byte)'z', 0];
        string output = RunShell("printf '%s|%s' \"$1\" \"$X\" | od -An -tx1", [Bytes("sh"), odd], [Bytes("PATH=/bin:/usr/bin"), [(byte)'X', (byte)'=', 0x80, 0]]);

        Assert.Equal("ff fe 7a 7c 80", output.Trim());
    }

    [Fact, Clause("PROC-14")]
    public void Spawn_Descriptors_AreExactlyThoseOfTheMap()
    {
        int inherited = DuplicateToOwnNumber(OpenRegularFile());
        Assert.Equal(0, Kernel.Files.SetCloseOnExec(inherited, isCloseOnExec: false)); // The child must not get it all the same.

        string[] listed = Lines(RunShell("ls /proc/self/fd"));

        Assert.Equal(["0", "1"], listed); // The directory that ls reads, and its output.
    }

    [Theory, Clause("PROC-14")]
    [InlineData(1, true)]
    [InlineData(2, false)] // With so many gaps all is closed in the child.
    public void Spawn_ManyDescriptors_AreExactlyThoseOfTheMap(int step, bool areLeftToTheExec)
    {
        PipeEnds output = CreatePipe();
        int file = OpenRegularFile();
        int last = DuplicateToOwnNumber(file);
        List<int> many = [];
        for (int i = 0; i < (step * 140); i++)
        {
            int number = i % step == 0 ? DuplicateToOwnNumber(file) : ClosedNumber();
            many.AddRange(i % step == 0 ? [number] : []);
        }

        int changed = many[^100];
        Assert.Equal(0, Kernel.Files.SetCloseOnExec(changed, isCloseOnExec: false));
        int stranger = many[^50]; // Closed behind our back, and the number given to somebody's that survives an exec.
        NativeCalls.DuplicateTo(output.Read, stranger);
        Assert.Equal(0, Kernel.Files.SetCloseOnExec(stranger, isCloseOnExec: false));
        int unlisted = ClosedNumber();
        NativeCalls.DuplicateTo(file, unlisted);
        Assert.Equal(0, Kernel.Files.SetCloseOnExec(unlisted, isCloseOnExec: false));
        DuplicateToOwnNumber(file);

        // The highest number of the map lies right below them, so that what is copied out of the way lies on some of them.
        int pid = Spawn(Request("ls /proc/$$/fd", new() { [1] = output.Write, [2] = output.Write, [last] = output.Write }) with { HoldsLoop = true });

        Finish(pid);
        Kernel.Files.Close(unlisted);
        Assert.Equal([1, 2, last], Lines(ReadAll(output)).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).Order());
        Assert.Equal(areLeftToTheExec, NativeCalls.IsCloseOnExec(changed));
    }

    [Fact, Clause("PROC-13", "PROC-14")]
    public void Spawn_MapSwapsNumbers_GivesEachItsOwn()
    {
        // Low numbers belong to the process; a swap of two numbers of our own needs a map up to there.
        (int first, int second) = (DuplicateToOwnNumber(OpenRegularFile()), DuplicateToOwnNumber(OpenDirectory()));
        PipeEnds output = CreatePipe();
        Dictionary<int, int> map = new() { [1] = output.Write, [2] = output.Write, [first] = second, [second] = first, [first + 100] = first };

        int pid = Spawn(Request("readlink /proc/$$/fd/* 2>/dev/null", map));

        Finish(pid);
        string[] targets = Lines(ReadAll(output));
        Assert.Equal(5, targets.Length);
        Assert.Equal(1, targets.Count(target => target == "/"));
        Assert.Equal(2, targets.Count(target => target == typeof(LedgerCheckedTest).Assembly.Location));
        Assert.All([first, second], fd => Assert.True(NativeCalls.IsCloseOnExec(fd))); // The parent's stay as they are.
    }

    [Fact, Clause("PROC-13", "PROC-14")]
    public void Spawn_StaysUnderItsNumber_SurvivesTheExec()
    {
        PipeEnds output = CreatePipe();
        int high = DuplicateToOwnNumber(output.Write);
        Assert.True(NativeCalls.IsCloseOnExec(high));

        int pid = Spawn(Request($"echo here > /proc/self/fd/{high}", new() { [high] = high }));

        Finish(pid);
        Assert.True(NativeCalls.IsCloseOnExec(high)); // The parent's stays as it is.
        Assert.Equal("here\n", ReadAll(output, high));
    }

    [Fact, Clause("PROC-18")]
    public void Spawn_Signals_AreNeitherIgnoredNorBlocked()
    {
        string[] masks = Lines(RunShell("grep -E '^Sig(Ign|Blk)' /proc/self/status"));

        Assert.Equal(["SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000"], masks.Order());
    }

    [Fact, Clause("PROC-7")]
    public void Spawn_UserAndGroup_AreTheChildsOnly()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Equal(-Errno.EPERM, Processes.Spawn(Request("", []) with { UserId = 65_534 }, out _));
            return;
        }

        string status = RunShell("grep -E '^(Uid|Gid|Groups|CapEff|CapPrm)' /proc/self/status; cat /etc/shadow", user: 65_534, group: 1);

        Assert.Contains("Uid:\t65534\t65534\t65534\t65534", status, StringComparison.Ordinal);
        Assert.Contains("Gid:\t1\t1\t1\t1", status, StringComparison.Ordinal);
        Assert.Contains("CapPrm:\t0000000000000000", status, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t0000000000000000", status, StringComparison.Ordinal);
        Assert.Contains("Permission denied", status, StringComparison.Ordinal);

        // Another test's child may be spawned meanwhile, by a thread that is that user until it ends.
        Assert.True(SpinWait.SpinUntil(() => Directory.GetDirectories("/proc/self/task").All(IsRoot), OffThread.Patience));
    }

    [Fact, Clause("PROC-7")]
    public void Spawn_UserOnly_HasTheGroupsOfThatUserAndTheEffectiveGroup()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Equal(-Errno.EPERM, Processes.Spawn(Request("", []) with { UserId = 1 }, out _));
            return;
        }

        // A user of Debian's that is in a group beside its own; root's groups must not be handed on.
        string status = RunShell("grep -E '^(Uid|Gid|Groups)' /proc/self/status", user: 1);

        Assert.Contains("Uid:\t1\t1\t1\t1", status, StringComparison.Ordinal);
        Assert.Contains("Gid:\t0\t0\t0\t0", status, StringComparison.Ordinal);
        Assert.Contains("Groups:\t0", status, StringComparison.Ordinal);
    }

    [Fact, Clause("PROC-7")]
    public void Spawn_GroupOnly_StaysTheEffectiveUser()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Equal(-Errno.EPERM, Processes.Spawn(Request("", []) with { GroupId = 65_534 }, out _));
            return;
        }

        string status = RunShell("grep -E '^(Uid|Gid)' /proc/self/status", group: 65_534);

        Assert.Contains("Uid:\t0\t0\t0\t0", status, StringComparison.Ordinal);
        Assert.Contains("Gid:\t65534\t65534\t65534\t65534", status, StringComparison.Ordinal);
    }

    [Theory, Clause("PROC-19")]
    [InlineData("/no/such/program", Errno.ENOENT)]
    [InlineData("/etc/passwd", Errno.EACCES)]
    [InlineData("/", Errno.EACCES)]
    public void Spawn_CannotRun_IsAnErrorAndLeavesNothing(string path, int errno)
    {
        SpawnRequest request = Request("", []) with { Path = Bytes(path) };

        Assert.Equal(-errno, Processes.Spawn(request, out int pid));
        Assert.Equal(0, pid);
    }

    [Fact, Clause("PROC-6", "PROC-19")]
    public void Spawn_NoSuchDirectory_IsAnError() =>
        Assert.Equal(-Errno.ENOENT, Processes.Spawn(Request("", []) with { Directory = Bytes("/no/such/directory") }, out _));

    [Fact, Clause("PROC-13")]
    public void Spawn_SourceIsClosed_IsAnError() =>
        Assert.Equal(-Errno.EBADF, Processes.Spawn(Request("", new() { [0] = ClosedNumber() }), out _));

    [Fact, Clause("PROC-25")]
    public void Wait_Running_SaysSoThenTellsTheSignal()
    {
        int pid = Spawn(Request("exec sleep 60", []));
        int pidFd = Own(Processes.OpenPidFd(pid));
        Assert.True(NativeCalls.IsCloseOnExec(pidFd));
        Assert.Equal(0, Processes.Wait(pid, pidFd, out _));
        Assert.Contains($"child {pid.ToString(CultureInfo.InvariantCulture)}", Kernel.Ledger.Describe());

        Assert.Equal(0, Processes.Signal(pidFd, SIGTERM));

        WaitReadable(pidFd);
        Assert.Equal(1, Processes.Wait(pid, pidFd, out WaitStatus status));
        Assert.Equal((null, SIGTERM, SIGTERM), (status.ExitCode, status.Signal, status.Raw));
        Assert.Equal(-Errno.ESRCH, Processes.Signal(pidFd, SIGTERM));
    }

    [Theory, Clause("PROC-25")]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(255)]
    public void Wait_Exited_TellsTheCode(int code)
    {
        int pid = Spawn(Request($"exit {code}", []));
        int pidFd = Own(Processes.OpenPidFd(pid));
        WaitReadable(pidFd);

        Assert.Equal(1, Processes.Wait(pid, pidFd, out WaitStatus status));

        Assert.Equal((code, null, code << 8), (status.ExitCode, status.Signal, status.Raw));
    }

    [Fact, Clause("PROC-33")]
    public void Wait_SomebodyElseHasWaited_StillTellsTheStatus()
    {
        int pid = Spawn(Request("exit 7", []));
        int pidFd = Own(Processes.OpenPidFd(pid));
        WaitReadable(pidFd);
        NativeCalls.WaitFor(pid);

        int result = Processes.Wait(pid, pidFd, out WaitStatus status);

        // Linux tells it since 6.15; an older one leaves the end without a status.
        if (result == 1)
        {
            Assert.Equal(7, status.ExitCode);
        }
        else
        {
            Assert.Equal(-Errno.ECHILD, result);
        }
    }

    [Fact]
    public void KillAndWait_Running_IsGone()
    {
        int pid = Spawn(Request("exec sleep 60", []));

        Processes.KillAndWait(pid);

        Assert.False(Directory.Exists($"/proc/{pid}"));
    }

    [Fact]
    public void SignalGroup_LeaderOfAGroup_EndsAllOfIt()
    {
        PipeEnds output = CreatePipe();
        int pid = Spawn(Request("sleep 60 & sleep 60 & echo ready; wait", new() { [1] = output.Write }) with { ProcessGroup = 0 });
        CloseOwn(output.Write);
        WaitReadable(output.Read);
        Assert.Equal(6, Kernel.Files.Read(output.Read, new byte[16]));

        Assert.Equal(0, Processes.SignalGroup(pid, SIGKILL));

        WaitReadable(output.Read); // All who could write are gone.
        Assert.Equal(0, Kernel.Files.Read(output.Read, new byte[16]));
        Finish(pid);
    }

    [Fact, Clause("PROC-46")]
    public void Spawn_Terminal_IsTheControllingOneWithItsSize()
    {
        int master = Own(Kernel.Terminals.Open(out byte[] slave));
        Assert.True(NativeCalls.IsCloseOnExec(master));
        Assert.True(NativeCalls.IsNonBlocking(master));
        Assert.Equal(0, Kernel.Terminals.SetSize(master, columns: 99, rows: 33));
        SpawnRequest request = Request("tty; stty size; ls /proc/self/fd | tr '\\n' ' '; echo; echo hi >/dev/tty", []) with { Terminal = slave, IsSessionLeader = true };

        int pid = Spawn(request);

        Finish(pid);
        StringBuilder output = new();
        byte[] buffer = new byte[1_024];
        int read;
        while ((read = ReadWhenReady(master, buffer)) > 0) // The kernel hands a terminal's output on a moment later.
        {
            output.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        Assert.Equal(-Errno.EIO, read); // The end of a terminal.
        Assert.Equal([Encoding.ASCII.GetString(slave).TrimEnd('\0'), "33 99", "0 1 2 3", "hi"], Lines(output.ToString()).Select(line => line.Trim()));
    }

    private static bool IsRoot(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "status")).Contains("Uid:\t0\t0\t0\t0", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true; // A thread that has ended.
        }
    }

    private static SpawnRequest Request(string script, Dictionary<int, int> map) => new()
    {
        Path = Bytes("/bin/sh"),
        Arguments = [Bytes("sh"), Bytes("-c"), Bytes(script)],
        Environment = [Bytes("PATH=/bin:/usr/bin"), Bytes("LANG=C")],
        Descriptors = map,
    };

    private string RunShell(string script, byte[][]? arguments = null, byte[][]? environment = null, uint? user = null, uint? group = null)
    {
        PipeEnds output = CreatePipe();
        SpawnRequest request = Request(script, new() { [1] = output.Write }) with { UserId = user, GroupId = group };
        request = arguments is null ? request : request with { Arguments = [.. request.Arguments, .. arguments] };
        request = environment is null ? request : request with { Environment = environment };
        request = user is null ? request : request with { Descriptors = new Dictionary<int, int> { [1] = output.Write, [2] = output.Write } };
        Finish(Spawn(request));
        return ReadAll(output);
    }

    private int Spawn(SpawnRequest request)
    {
        Assert.Equal(0, Processes.Spawn(request, out int pid));
        Assert.True(pid > 0);
        return pid;
    }

    private void Finish(int pid)
    {
        int pidFd = Processes.OpenPidFd(pid);
        WaitReadable(pidFd);
        Assert.Equal(1, Processes.Wait(pid, pidFd, out _));
        Assert.Equal(0, Kernel.Files.Close(pidFd));
    }

    private void WaitReadable(int fd)
    {
        const short POLLIN = 1;
        PollFd[] asked = [new PollFd { Fd = fd, Asked = POLLIN }];
        int ready;
        while ((ready = Kernel.Polls.Wait(asked, 60_000_000_000)) == -Errno.EINTR)
        {
        }

        Assert.Equal(1, ready);
    }

    private int ReadWhenReady(int fd, byte[] buffer)
    {
        WaitReadable(fd);
        return Kernel.Files.Read(fd, buffer);
    }

    private string ReadAll(PipeEnds pipe, int? also = null)
    {
        CloseOwn(pipe.Write);
        if (also is { } other)
        {
            CloseOwn(other);
        }

        byte[] buffer = new byte[65_536];
        return Encoding.UTF8.GetString(buffer, 0, Kernel.Files.Read(pipe.Read, buffer));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static byte[] Bytes(string text) => [.. Encoding.UTF8.GetBytes(text), 0];
}
