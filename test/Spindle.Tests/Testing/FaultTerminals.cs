using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <inheritdoc cref="FaultKernel"/>
internal sealed class FaultTerminals(ITerminals inner, FaultPlan plan) : ITerminals
{
    public int Open(out byte[] slave)
    {
        slave = [];
        Fault? fault = plan.Begin(Operation.OpenTerminal);
        int result = fault is { IsMade: false } ? 0 : inner.Open(out slave);
        return plan.End(Operation.OpenTerminal, -1, fault?.Result ?? result);
    }

    public int SetSize(int fd, int columns, int rows)
    {
        Fault? fault = plan.Begin(Operation.TerminalSize);
        int result = fault is { IsMade: false } ? 0 : inner.SetSize(fd, columns, rows);
        return plan.End(Operation.TerminalSize, fd, fault?.Result ?? result);
    }
}
