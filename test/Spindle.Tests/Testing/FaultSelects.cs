using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <inheritdoc cref="FaultKernel"/>
internal sealed class FaultSelects(ISelects inner, FaultPlan plan) : ISelects
{
    public int Wait(int count, Span<ulong> read, Span<ulong> write, long timeoutNanoseconds)
    {
        timeoutNanoseconds = plan.BeginWait(timeoutNanoseconds);
        Fault? fault = plan.Begin(Operation.Select);
        int result = fault is { IsMade: false } ? 0 : inner.Wait(count, read, write, timeoutNanoseconds);
        return plan.End(Operation.Select, -1, fault?.Result ?? result);
    }
}
