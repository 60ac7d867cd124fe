using System.Diagnostics;
using System.Runtime.InteropServices;
using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Processes;

/// <summary>Children of process 1 of a container, where the runtime waits for all children. The explicit test is what the other runs in one.</summary>
public sealed class ProcessOneChildTests
{
    private const int Count = 100; // 86 of 500 were lost before.
    private const int AtOnce = 10;

    [Fact, Clause("PROC-31")]
    public void Spawn_RuntimeWaitsForAll_EveryStatusIsKnown()
    {
        Assert.SkipUnless(CanUnshare(), "It takes the right to make a PID namespace.");
        Assert.SkipUnless(ChildGate.TryMake() is not null, "It takes the children of threads in /proc.");

        (int exitCode, string output) = ChildRun.RunUnder(
            "exec unshare --pid --fork --mount-proc \"$0\" \"$@\"", typeof(ProcessOneChildTests), nameof(ChildMakesManyChildren));

        Assert.True(exitCode == 0, $"Exit code {exitCode}: {output}");
    }

    [Fact(Explicit = true), Trait("Run", "InAChild")]
    public void ChildMakesManyChildren()
    {
        Assert.Equal(1, Environment.ProcessId);
        using PosixSignalRegistration taken = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, static _ => { });
        Assert.True(ChildGate.IsNeeded);
        ReactorRig.Run(SelectorKind.Epoll, async rig =>
        {
            rig.Patience = TimeSpan.FromSeconds(50);
            int unknown = 0;
            for (int made = 0; made < Count; made += AtOnce)
            {
                RecordingProcess[] group = [.. Enumerable.Range(0, AtOnce).Select(_ => new RecordingProcess())];
                foreach (RecordingProcess each in group)
                {
                    rig.Reactor.SpawnProcess(each, "/bin/sh", ["sh", "-c", "exit 7"], ProcessEnvironment.Inherit, uid: each == group[0] ? 1u : null);
                }

                await rig.Until(() => group.All(each => each.IsEnded));
                unknown += group.Count(each => (each.EndReason as ProcessTerminatedException)?.ExitCode != 7);
            }

            Assert.Equal(0, unknown);
            Assert.Throws<SpawnException>(() => rig.Reactor.SpawnProcess(new RecordingProcess(), "/no/such/program"));
            RecordingProcess terminal = new();
            rig.Reactor.SpawnProcess(terminal, "/bin/sh", ["sh", "-c", "tty; ls /proc/self/fd | tr '\\n' ' '"], ProcessEnvironment.Inherit, usePty: true);
            await rig.Until(() => terminal.IsEnded);
            Assert.Matches("^/dev/pts/[0-9]+\r\n0 1 2 3 $", terminal.Output);
        });
    }

    private static bool CanUnshare()
    {
        using Process process = Process.Start(new ProcessStartInfo("unshare", ["--pid", "--fork", "--mount-proc", "true"]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
