using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <inheritdoc cref="FaultKernel"/>
internal sealed class FaultEventFds(IEventFds inner, FaultPlan plan) : IEventFds
{
    public int Create()
    {
        int result = plan.Begin(Operation.EventFd)?.Result ?? inner.Create();
        return plan.End(Operation.EventFd, -1, result);
    }

    public int Signal(int fd)
    {
        int result = plan.Begin(Operation.EventFdWrite)?.Result ?? inner.Signal(fd);
        return plan.End(Operation.EventFdWrite, fd, result);
    }

    public int Drain(int fd)
    {
        int result = plan.Begin(Operation.EventFdRead)?.Result ?? inner.Drain(fd);
        return plan.End(Operation.EventFdRead, fd, result);
    }
}
