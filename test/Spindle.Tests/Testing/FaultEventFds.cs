using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <inheritdoc cref="FaultKernel"/>
internal sealed class FaultEventFds(IEventFds inner, FaultPlan plan) : IEventFds
{
    public int Create()
    {
        Fault? fault = plan.Begin(Operation.EventFd);
        int result = fault is { IsMade: false } ? 0 : inner.Create();
        return plan.End(Operation.EventFd, -1, fault?.Result ?? result);
    }

    public int Signal(int fd)
    {
        Fault? fault = plan.Begin(Operation.EventFdWrite);
        int result = fault is { IsMade: false } ? 0 : inner.Signal(fd);
        return plan.End(Operation.EventFdWrite, fd, fault?.Result ?? result);
    }

    public int Drain(int fd)
    {
        Fault? fault = plan.Begin(Operation.EventFdRead);
        int result = fault is { IsMade: false } ? 0 : inner.Drain(fd);
        return plan.End(Operation.EventFdRead, fd, fault?.Result ?? result);
    }
}
