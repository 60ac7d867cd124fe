using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <inheritdoc cref="IProcesses"/>
/// <remarks>
/// posix_spawn(3) and not fork(2): managed code cannot run between fork and exec, and fork copies the page tables of a
/// large heap. glibc blocks every signal meanwhile, so that none is lost in a child that is not yet itself (PROC-20).
/// </remarks>
internal sealed unsafe partial class LinuxProcesses(DescriptorLedger ledger) : IProcesses
{
    private const int SYS_pidfd_send_signal = 424; // These two have one number on every architecture.
    private const int SYS_pidfd_open = 434;
    private const int P_PID = 1;
    private const int P_PIDFD = 3;
    private const int WNOHANG = 1;
    private const int WEXITED = 4;
    private const int SIGKILL = 9;
    private const short POLLIN = 1;
    private const int SigInfoSize = 128;
    private const nuint PIDFD_GET_INFO = 0xC040FF0B; // _IOWR(0xFF, 11, 64 bytes).
    private const ulong PIDFD_INFO_EXIT = 8;

    private static readonly Lazy<ChildGate?> Gate = new(ChildGate.TryMake);

    private readonly ConcurrentDictionary<int, int> _early = new(); // Descriptors of children that were held until there was one.

    public int Spawn(SpawnRequest request, out int pid)
    {
        int made = 0;
        int pidFd = -1;
        int result = ChildGate.IsNeeded && Gate.Value is { } gate
            ? gate.Spawn(() => SpawnWith(request, gate, out made), out pidFd)
            : SpawnWith(request, gate: null, out made);
        pid = made;
        if (pid > 0)
        {
            ledger.ChildMade(pid);
        }

        if (pid > 0 && pidFd >= 0)
        {
            _early[pid] = pidFd;
        }
        else if (pidFd >= 0)
        {
            _ = close(pidFd); // The child could not run its program, and is gone.
        }

        return result;
    }

    public int OpenPidFd(int pid) =>
        ledger.Opened(_early.TryRemove(pid, out int early) ? early : Errno.OrResult(syscall(SYS_pidfd_open, pid, 0, 0, 0)), "pidfd_open");

    public int Wait(int pid, int pidFd, out WaitStatus status)
    {
        int result = WaitOnce(pidFd >= 0 ? P_PIDFD : P_PID, pidFd >= 0 ? pidFd : pid, WNOHANG, out status);
        if (result == -Errno.ECHILD && pidFd >= 0 && TryGetExitInfo(pidFd, out status))
        {
            result = 1;
        }

        if (result is 1 or -Errno.ECHILD)
        {
            ledger.ChildGone(pid);
        }

        return result;
    }

    public void WaitForAll(IReadOnlyList<(int Pid, int PidFd)> children)
    {
        List<(int Pid, int PidFd)> left = [.. children];
        while (left.Count > 0)
        {
            PollFd[] asked = [.. left.Select(static child => new PollFd { Fd = child.PidFd, Asked = POLLIN })];
            fixed (PollFd* first = asked)
            {
                _ = poll(first, (nuint)asked.Length, -1);
            }

            // One that cannot be waited for is nobody's any more.
            left.RemoveAll(child =>
            {
                bool isOver = Wait(child.Pid, child.PidFd, out _) is not (0 or -Errno.EINTR);
                if (isOver)
                {
                    ledger.Closed(child.PidFd);
                    _ = close(child.PidFd);
                }

                return isOver;
            });
        }
    }

    public void KillAndWait(int pid)
    {
        // Its number cannot be anyone else's: nobody has waited for it. (The runtime does so when it is process 1; then
        // the number may be free, but it was given to our child a moment ago, and numbers are given in a circle.)
        if (_early.TryRemove(pid, out int early))
        {
            _ = close(early);
        }

        _ = kill(pid, SIGKILL);
        while (WaitOnce(P_PID, pid, options: 0, out _) == -Errno.EINTR)
        {
        }

        ledger.ChildGone(pid);
    }

    public int Signal(int pidFd, int signal) => Errno.OrResult(syscall(SYS_pidfd_send_signal, pidFd, signal, 0, 0));

    public int Probe(int pid) => Errno.OrResult(kill(pid, 0));

    public int SignalGroup(int group, int signal) => Errno.OrResult(kill(-group, signal));

    private int SpawnWith(SpawnRequest request, ChildGate? gate, out int pid)
    {
        int made = 0;
        int result = request.UserId is null && request.GroupId is null
            ? SpawnAs(request, gate, out made)
            : ThreadCredentials.RunAs(request.UserId, request.GroupId, () => SpawnAs(request, gate, out made));
        pid = made;
        return result;
    }

    private static int WaitOnce(int idType, int id, int options, out WaitStatus status)
    {
        // siginfo_t of a 64-bit Linux: si_code at 8, si_pid at 16, si_status at 24.
        byte* info = stackalloc byte[SigInfoSize];
        new Span<byte>(info, SigInfoSize).Clear();
        int result = Errno.OrResult(waitid(idType, id, info, WEXITED | options));
        bool isOver = result == 0 && *(int*)(info + 16) != 0;
        status = isOver ? WaitStatus.FromSigInfo(*(int*)(info + 8), *(int*)(info + 24)) : default;
        return isOver ? 1 : result;
    }

    // The runtime waits for every child when it is process 1. The kernel still tells how ours ended, from Linux 6.15 on.
    private static bool TryGetExitInfo(int pidFd, out WaitStatus status)
    {
        byte* info = stackalloc byte[64];
        new Span<byte>(info, 64).Clear();
        *(ulong*)info = PIDFD_INFO_EXIT;
        bool isKnown = ioctl(pidFd, PIDFD_GET_INFO, info) == 0 && (*(ulong*)info & PIDFD_INFO_EXIT) != 0;
        status = isKnown ? new WaitStatus(*(int*)(info + 60)) : default;
        return isKnown;
    }

    [LibraryImport("libc")]
    private static partial nint syscall(nint number, nint first, nint second, nint third, nint fourth);

    [LibraryImport("libc")]
    private static partial int waitid(int idType, int id, byte* info, int options);

    [LibraryImport("libc")]
    private static partial int poll(PollFd* fds, nuint count, int timeout);

    [LibraryImport("libc")]
    private static partial int close(int fd);

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc")]
    private static partial int ioctl(int fd, nuint request, void* argument);
}
