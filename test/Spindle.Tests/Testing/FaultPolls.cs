using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <inheritdoc cref="FaultKernel"/>
internal sealed class FaultPolls(IPolls inner, FaultPlan plan) : IPolls
{
    public int Wait(Span<PollFd> fds, long timeoutNanoseconds)
    {
        timeoutNanoseconds = plan.BeginWait(timeoutNanoseconds);
        Fault? fault = plan.Begin(Operation.Poll);
        int result = fault is { IsMade: false } ? 0 : inner.Wait(fds, timeoutNanoseconds);
        return plan.End(Operation.Poll, -1, fault?.Result ?? result);
    }
}
