using Spindle.Kernel;

namespace Spindle.Tests.Support;

/// <summary>A kernel's processes; somebody waits for each child before anyone else can.</summary>
internal sealed class StolenProcesses(IProcesses real) : IProcesses
{
    public int Spawn(SpawnRequest request, out int pid)
    {
        int result = real.Spawn(request, out pid);
        if (result == 0)
        {
            NativeCalls.WaitFor(pid);
        }

        return result;
    }

    public int OpenPidFd(int pid) => real.OpenPidFd(pid);

    public int Wait(int pid, int pidFd, out WaitStatus status) => real.Wait(pid, pidFd, out status);

    public void WaitForAll(IReadOnlyList<(int Pid, int PidFd)> children) => real.WaitForAll(children);

    public void KillAndWait(int pid) => real.KillAndWait(pid);

    public int Signal(int pidFd, int signal) => real.Signal(pidFd, signal);

    public int Probe(int pid) => real.Probe(pid);

    public int SignalGroup(int group, int signal) => real.SignalGroup(group, signal);
}
