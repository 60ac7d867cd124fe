using System.Diagnostics;
using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Unix;

/// <summary>As many open descriptors at the end as at the start, by the kernel's own list, in processes of their own.</summary>
public sealed class DescriptorPassingTests
{
    private const int Many = 100_000;

    [Fact, Clause("UNIX-17", "UNIX-19", "I7")]
    public void SendFileDescriptor_ManyWithAbortsInBetween_LeavesNoneOpen() => AssertPasses(nameof(ChildPassesMany), "ulimit -n 1024");

    [Fact(Explicit = true), Trait("Run", "InAChild")]
    public void ChildPassesMany() => ReactorRig.Run(SelectorKind.Epoll, async rig =>
    {
        rig.Patience = TimeSpan.FromSeconds(50);
        using UnixRig unix = new(rig);
        using TestPipe pipe = new(rig);
        DescriptorFlood flood = new(unix, pipe, new Random(20_26));
        await flood.Pass(1_000); // What the runtime opens once is open then.
        int open = CountOpen();

        await flood.Pass(Many);

        await rig.Until(() => CountOpen() <= open); // The runtime has files open for a moment.
        Assert.InRange(flood.Connections, 100, Many / 10);
        Assert.InRange(flood.Received, Many / 2, Many + 10_000);
        pipe.Write.Dispose();
        pipe.AssertNobodyWrites();
    });

    [Fact, Clause("UNIX-24", "I7")]
    public void Descriptors_TooManyForTheProcess_AreAllClosedAndTheConnectionEnds() => AssertPasses(nameof(ChildHasRoomForTen), "ulimit -n 256");

    [Fact(Explicit = true), Trait("Run", "InAChild")]
    public void ChildHasRoomForTen() => ReactorRig.Run(SelectorKind.Epoll, async rig =>
    {
        rig.Patience = TimeSpan.FromSeconds(50);
        using UnixRig unix = new(rig);
        RecordingFactory servers = new(() => new DescriptorProtocol("server"));
        unix.Listen(servers);
        const string Script = "import socket,sys\ns=socket.socket(socket.AF_UNIX);s.connect(sys.argv[1])\ns.recv(1);socket.send_fds(s,[b'x'],[0]*40);s.recv(1)";
        using (Process first = Process.Start("/usr/bin/python3", ["-c", Script, unix.Socket]))
        {
            // The same with room for all of them: what the runtime opens once is open then.
            DescriptorProtocol whole = await Serve(rig, servers, count: 1);
            whole.Transport.Write("!"u8);
            await rig.Until(() => whole.ReceivedCount == 1);
            Assert.Equal(40, whole.Descriptors.Count);
            whole.Descriptors.ForEach(handle => handle.Dispose());
            whole.Transport.LoseConnection();
            await rig.Until(() => whole.LostCount == 1);
            await first.WaitForExitAsync();
        }

        using Process second = Process.Start("/usr/bin/python3", ["-c", Script, unix.Socket]);
        DescriptorProtocol server = await Serve(rig, servers, count: 2);
        int open = CountOpen();
        LinuxFiles files = (LinuxFiles)new LinuxKernel().Files;
        List<int> filling = [];
        for (int fd; (fd = files.Duplicate(0)) >= 0;)
        {
            filling.Add(fd);
        }

        filling.TakeLast(10).ToList().ForEach(fd => files.Close(fd));
        filling.RemoveRange(filling.Count - 10, 10);
        server.Transport.Write("!"u8);
        await rig.Until(() => server.LostCount == 1);
        filling.ForEach(fd => files.Close(fd));

        Assert.Equal(Errno.EMFILE, Assert.IsType<ConnectionLostException>(server.Reason).Errno);
        Assert.Empty(server.Descriptors);
        await rig.Until(() => CountOpen() <= open - 1); // The connection is closed.
        await second.WaitForExitAsync();
    });

    private static async Task<DescriptorProtocol> Serve(ReactorRig rig, RecordingFactory servers, int count)
    {
        await rig.Until(() => servers.Built.Count == count);
        return (DescriptorProtocol)servers.Built[^1];
    }

    private static int CountOpen() => Directory.GetFiles("/proc/self/fd").Length;

    private static void AssertPasses(string child, string shellCommand)
    {
        (int exitCode, string output) = ChildRun.RunUnder(shellCommand, typeof(DescriptorPassingTests), child);

        Assert.True(exitCode == 0, $"Exit code {exitCode}: {output}");
    }
}
