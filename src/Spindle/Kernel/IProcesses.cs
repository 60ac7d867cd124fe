namespace Spindle.Kernel;

/// <summary>Child processes: posix_spawn(3), pidfd_open(2) and waitid(2).</summary>
/// <remarks>No call waits for "any child": children that others have made are left alone (PROC-31).</remarks>
internal interface IProcesses
{
    /// <summary>Makes a child that runs another program. Blocks for about half a millisecond, until the program is loaded.</summary>
    /// <param name="request">What to run, and how.</param>
    /// <param name="pid">The child's number; zero if there is none.</param>
    /// <returns>Zero, or -errno: then there is no child, not even a dead one.</returns>
    int Spawn(SpawnRequest request, out int pid);

    /// <summary>A descriptor for a child, close-on-exec. It is readable once the child has ended.</summary>
    /// <returns>The descriptor, or -errno: ESRCH if somebody else has waited for the child already.</returns>
    int OpenPidFd(int pid);

    /// <summary>Looks whether a child has ended and, if so, takes its status. Does not block.</summary>
    /// <param name="pid">The child.</param>
    /// <param name="pidFd">Its descriptor, or -1 to go by the number.</param>
    /// <param name="status">Its status, if it has ended.</param>
    /// <returns>
    /// One if it has ended, zero if it runs, or -errno: ECHILD if somebody else has waited for it and the kernel does not
    /// tell its status any more (before Linux 6.15).
    /// </returns>
    int Wait(int pid, int pidFd, out WaitStatus status);

    /// <summary>Waits until every one of some children has ended, and closes their descriptors. Blocks until then.</summary>
    void WaitForAll(IReadOnlyList<(int Pid, int PidFd)> children);

    /// <summary>Kills a child and waits for its end: for one that cannot be kept.</summary>
    void KillAndWait(int pid);

    /// <summary>pidfd_send_signal(2): reaches this child and no other process, whatever has become of its number.</summary>
    /// <returns>Zero, or -errno: ESRCH if somebody else has waited for the child.</returns>
    int Signal(int pidFd, int signal);

    /// <summary>kill(2) with no signal: whether there is such a process.</summary>
    /// <returns>Zero, or -errno: ESRCH if there is none, EPERM if it is somebody else's.</returns>
    int Probe(int pid);

    /// <summary>kill(2) for a process group.</summary>
    /// <returns>Zero, or -errno.</returns>
    int SignalGroup(int group, int signal);
}
