using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <inheritdoc cref="FaultKernel"/>
internal sealed class FaultEpolls(IEpolls inner, FaultPlan plan) : IEpolls
{
    public int Create()
    {
        Fault? fault = plan.Begin(Operation.EpollCreate);
        int result = fault is { IsMade: false } ? 0 : inner.Create();
        return plan.End(Operation.EpollCreate, -1, fault?.Result ?? result);
    }

    public int Control(int epoll, EpollOperation operation, int fd, uint mask, ulong data)
    {
        Operation name = operation switch
        {
            EpollOperation.Add => Operation.EpollAdd,
            EpollOperation.Modify => Operation.EpollModify,
            _ => Operation.EpollDelete,
        };
        Fault? fault = plan.Begin(name);

        // "No such registration" is true only of one that is gone.
        if (fault is { Value: Errno.ENOENT } && operation == EpollOperation.Modify)
        {
            _ = inner.Control(epoll, EpollOperation.Delete, fd, 0, 0);
        }

        int result = fault is { IsMade: false } ? 0 : inner.Control(epoll, operation, fd, mask, data);
        return plan.End(name, fd, fault?.Result ?? result);
    }

    public int Wait(int epoll, EpollEvents events, long timeoutNanoseconds)
    {
        timeoutNanoseconds = plan.BeginWait(timeoutNanoseconds);
        Fault? fault = plan.Begin(Operation.EpollWait);
        int result = fault is { IsMade: false } ? 0 : inner.Wait(epoll, events, timeoutNanoseconds);
        return plan.End(Operation.EpollWait, -1, fault?.Result ?? result);
    }
}
