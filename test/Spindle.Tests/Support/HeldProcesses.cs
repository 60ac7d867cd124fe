using Spindle.Kernel;

namespace Spindle.Tests.Support;

/// <summary>A kernel's processes; a child is made only when the test lets it.</summary>
internal sealed class HeldProcesses(IProcesses real) : IProcesses
{
    private readonly ManualResetEventSlim _released = new();
    private readonly ManualResetEventSlim _made = new();

    /// <summary>Set once somebody wants to make a child.</summary>
    public ManualResetEventSlim Entered { get; } = new();

    /// <summary>Lets it be made, and waits until it is.</summary>
    public void Release()
    {
        _released.Set();
        Wait.For(_made, "The child's making");
    }

    public int Spawn(SpawnRequest request, out int pid)
    {
        Entered.Set();
        Wait.For(_released, "The release");
        int result = real.Spawn(request, out pid);
        _made.Set();
        return result;
    }

    public int OpenPidFd(int pid) => real.OpenPidFd(pid);

    int IProcesses.Wait(int pid, int pidFd, out WaitStatus status) => real.Wait(pid, pidFd, out status);

    public void WaitForAll(IReadOnlyList<(int Pid, int PidFd)> children) => real.WaitForAll(children);

    public void KillAndWait(int pid) => real.KillAndWait(pid);

    public int Signal(int pidFd, int signal) => real.Signal(pidFd, signal);

    public int Probe(int pid) => real.Probe(pid);

    public int SignalGroup(int group, int signal) => real.SignalGroup(group, signal);
}
