using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <inheritdoc cref="FaultKernel"/>
/// <remarks>A child whose making is to fail afterwards is made, and killed: a failed call leaves none.</remarks>
internal sealed class FaultProcesses(IProcesses inner, FaultPlan plan) : IProcesses
{
    public int Spawn(SpawnRequest request, out int pid)
    {
        pid = 0;
        Fault? fault = plan.Begin(Operation.Spawn);
        int result = fault is { IsMade: false } ? 0 : inner.Spawn(request, out pid);
        if (fault is not null && pid > 0)
        {
            inner.KillAndWait(pid);
            pid = 0;
        }

        return plan.End(Operation.Spawn, -1, fault?.Result ?? result);
    }

    public int OpenPidFd(int pid)
    {
        Fault? fault = plan.Begin(Operation.PidFd);
        int result = fault is { IsMade: false } ? 0 : inner.OpenPidFd(pid);
        return plan.End(Operation.PidFd, -1, fault?.Result ?? result);
    }

    public int Wait(int pid, int pidFd, out WaitStatus status)
    {
        status = default;
        Fault? fault = plan.Begin(Operation.Wait);
        int result = fault is { IsMade: false } ? 0 : inner.Wait(pid, pidFd, out status);
        return plan.End(Operation.Wait, pidFd, fault?.Result ?? result);
    }

    public void WaitForAll(IReadOnlyList<(int Pid, int PidFd)> children) => inner.WaitForAll(children);

    public void KillAndWait(int pid) => inner.KillAndWait(pid);

    public int Signal(int pidFd, int signal)
    {
        Fault? fault = plan.Begin(Operation.SignalChild);
        int result = fault is { IsMade: false } ? 0 : inner.Signal(pidFd, signal);
        return plan.End(Operation.SignalChild, pidFd, fault?.Result ?? result);
    }

    public int Probe(int pid)
    {
        Fault? fault = plan.Begin(Operation.Probe);
        int result = fault is { IsMade: false } ? 0 : inner.Probe(pid);
        return plan.End(Operation.Probe, -1, fault?.Result ?? result);
    }

    public int SignalGroup(int group, int signal)
    {
        Fault? fault = plan.Begin(Operation.SignalChild);
        int result = fault is { IsMade: false } ? 0 : inner.SignalGroup(group, signal);
        return plan.End(Operation.SignalChild, -1, fault?.Result ?? result);
    }
}
