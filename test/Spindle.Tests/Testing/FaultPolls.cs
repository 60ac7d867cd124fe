using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <inheritdoc cref="FaultKernel"/>
internal sealed class FaultPolls(IPolls inner, FaultPlan plan) : IPolls
{
    public int Wait(Span<PollFd> fds, long timeoutNanoseconds)
    {
        timeoutNanoseconds = plan.BeginWait(timeoutNanoseconds);
        int result = plan.Begin(Operation.Poll)?.Result ?? inner.Wait(fds, timeoutNanoseconds);
        return plan.End(Operation.Poll, -1, result);
    }
}
