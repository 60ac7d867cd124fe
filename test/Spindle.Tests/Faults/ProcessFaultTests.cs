using Microsoft.Extensions.Logging;
using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Faults;

/// <summary>
/// Two children, one with pipes and one on a terminal, live once without a fault to see which system calls are made, and then
/// once for each of these and each way in which it can go wrong. Whatever happens: either the call throws and there is no
/// child, or its end is told once; nothing stays open, no child stays, and the next one lives.
/// </summary>
public sealed class ProcessFaultTests
{
    private const int ENOEXEC = 8;
    private const int ENAMETOOLONG = 36;

    private static readonly Dictionary<string, string> Path = new() { ["PATH"] = "/usr/bin:/bin" };

    private static readonly (Operation Operation, int[] Errnos, FaultKind Kind)[] Ways =
    [
        (Operation.Pipe, [Errno.EMFILE, Errno.ENFILE], FaultKind.Error),
        (Operation.FileControl, [Errno.EBADF, Errno.EPERM], FaultKind.Error),
        (Operation.Spawn, [Errno.EAGAIN, Errno.ENOMEM, Errno.ENOENT, Errno.EACCES, ENOEXEC, Errno.EBADF, Errno.EPERM], FaultKind.Error),
        (Operation.PidFd, [Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ESRCH, Errno.ENOSYS, Errno.EINVAL], FaultKind.Error),
        (Operation.Wait, [Errno.EINTR, Errno.EINVAL, Errno.EBADF], FaultKind.Error),
        (Operation.Wait, [Errno.ECHILD], FaultKind.ErrorAfter),
        (Operation.OpenTerminal, [Errno.EMFILE, Errno.ENFILE, Errno.ENOENT, Errno.ENOSPC, Errno.EAGAIN], FaultKind.Error),
        (Operation.TerminalSize, [Errno.EBADF, Errno.EINVAL], FaultKind.Error),
        (Operation.SignalChild, [Errno.EPERM, Errno.ESRCH, Errno.EINVAL], FaultKind.Error),
        (Operation.Statx, [Errno.EACCES, Errno.ENOMEM, ENAMETOOLONG, Errno.ENOENT], FaultKind.Error),
        (Operation.Read, [Errno.EAGAIN, Errno.EINTR, Errno.EIO, Errno.EBADF], FaultKind.Error),
        (Operation.Write, [Errno.EAGAIN, Errno.EINTR, Errno.EPIPE, Errno.EIO], FaultKind.Error),
        (Operation.WriteVector, [Errno.EAGAIN, Errno.EINTR, Errno.EPIPE, Errno.EIO], FaultKind.Error),
        (Operation.Read, [1], FaultKind.Limit),
        (Operation.Write, [1], FaultKind.Limit),
        (Operation.WriteVector, [1], FaultKind.Limit),
        (Operation.Close, [Errno.EIO, Errno.EINTR], FaultKind.ErrorAfter),
        (Operation.EpollAdd, [Errno.ENOMEM, Errno.ENOSPC, Errno.EPERM], FaultKind.Error),
        (Operation.EpollModify, [Errno.ENOMEM], FaultKind.Error),
        (Operation.EpollDelete, [Errno.ENOENT], FaultKind.ErrorAfter),
    ];

    public static TheoryData<SelectorKind, Operation, FaultKind> Cases()
    {
        TheoryData<SelectorKind, Operation, FaultKind> cases = [];
        foreach (SelectorKind kind in Enum.GetValues<SelectorKind>())
        {
            foreach ((Operation operation, _, FaultKind how) in Ways)
            {
                bool isOfEpoll = operation is Operation.EpollAdd or Operation.EpollModify or Operation.EpollDelete;
                if (!isOfEpoll || kind == SelectorKind.Epoll)
                {
                    cases.Add(kind, operation, how);
                }
            }
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases)), Clause("PROC-16", "PROC-33", "I2", "I7")]
    public void Children_OneCallFails_EveryEndIsToldOnceAndNothingIsLeft(SelectorKind kind, Operation operation, FaultKind how)
    {
        int calls = CountCalls(kind, operation);
        int[] errnos = Ways.Single(way => way.Operation == operation && way.Kind == how).Errnos;
        int fired = 0;
        for (int call = 1; call <= Math.Min(calls, 15); call++)
        {
            foreach (int errno in errnos)
            {
                Fault fault = new(operation, call, how, errno);
                try
                {
                    fired += Play(kind, fault);
                }
                catch (Exception failure)
                {
                    throw new InvalidOperationException($"{kind}: {fault}: {failure.Message}", failure);
                }
            }
        }

        // Some calls are made only when the kernel has no room just then.
        for (int again = 0; fired == 0 && again < 20; again++)
        {
            fired += Play(kind, new Fault(operation, 1, how, errnos[0]));
        }

        Assert.True(fired > 0, $"No fault of {operation} has happened in {calls} calls.");
    }

    private static int CountCalls(SelectorKind kind, Operation operation)
    {
        int calls = 0;
        ReactorRig.Run(kind, async rig =>
        {
            int before = rig.Plan.Count(operation);
            await LiveTwice(rig);
            calls = rig.Plan.Count(operation) - before;
        });
        return calls;
    }

    private static int Play(SelectorKind kind, Fault fault)
    {
        ReactorRig rig = new(kind);
        int fired = 0;
        rig.Open();
        rig.Loop.RunUntilComplete(async () =>
        {
            rig.Reactor.StartRunning();
            rig.Plan.Add(fault with { Call = rig.Plan.Count(fault.Operation) + fault.Call });
            await LiveTwice(rig);
            fired = rig.Plan.Fired;
            rig.Plan.Clear();
            RecordingProcess next = new();
            rig.Reactor.SpawnProcess(next, "/bin/true");
            await rig.Until(() => next.IsEnded);
            await rig.StopAsync();
        });
        rig.Close();
        Assert.Empty(rig.Kernel.Ledger.Describe());
        Assert.All(rig.TakeErrors(), record => Assert.True(record.Level <= LogLevel.Warning || record.Exception is SpindleException, $"{record.Text}: {record.Exception}"));
        return fired;
    }

    private static async Task LiveTwice(ReactorRig rig)
    {
        await Live(rig, usePty: false);
        await Live(rig, usePty: true);
    }

    // Much goes in, much comes out, and at the end it is killed.
    private static async Task Live(ReactorRig rig, bool usePty)
    {
        RecordingProcess process = new();
        try
        {
            ProcessOptions? options = usePty ? new ProcessOptions { TerminalSize = new TerminalSize(80, 25) } : null;
            rig.Reactor.SpawnProcess(process, "sh", ["sh", "-c", usePty ? "stty raw -echo; echo ready; exec cat" : "exec cat"], Path, usePty: usePty, options: options);
        }
        catch (SpindleException)
        {
            Assert.Empty(process.Journal);
            return;
        }

        await rig.Until(() => !usePty || process.Output.Length > 0 || process.IsEnded);
        int before = process.Bytes(1).Length;
        process.Transport.Write(new byte[10_000]); // At once.
        for (int i = 0; i < 5; i++)
        {
            process.Transport.Write(new byte[3_600]); // In several segments.
        }

        await rig.Until(() => process.Bytes(1).Length >= before + 28_000 || process.IsExited || process.Journal.Any(entry => entry.StartsWith("lost", StringComparison.Ordinal)));
        End(process);
        await rig.Until(() => process.IsEnded);
        Assert.Equal((1, 1, 1), (process.Count("made"), process.Count("exited"), process.Count("ended")));
        Assert.Equal("ended", process.Journal[^1]);
        Assert.All(Enumerable.Range(0, 3), fd => Assert.Equal(usePty ? 0 : 1, process.Count($"lost {fd}")));
    }

    private static void End(RecordingProcess process)
    {
        try
        {
            process.Transport.SignalProcess("KILL");
        }
        catch (ProcessExitedAlreadyException) when (process.IsExited)
        {
            // As it should be.
        }
        catch (SpindleException)
        {
            NativeCalls.Kill(process.Transport.Pid!.Value, 9); // The fault.
        }

        process.Transport.LoseConnection();
    }
}
