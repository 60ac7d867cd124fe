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

    public int GetSize(int fd, out int columns, out int rows)
    {
        (columns, rows) = (0, 0);
        Fault? fault = plan.Begin(Operation.TerminalSize);
        int result = fault is { IsMade: false } ? 0 : inner.GetSize(fd, out columns, out rows);
        return plan.End(Operation.TerminalSize, fd, fault?.Result ?? result);
    }

    public int GetMode(int fd, out TerminalMode mode)
    {
        mode = default;
        Fault? fault = plan.Begin(Operation.TerminalMode);
        int result = fault is { IsMade: false } ? 0 : inner.GetMode(fd, out mode);
        return plan.End(Operation.TerminalMode, fd, fault?.Result ?? result);
    }

    public int SetMode(int fd, in TerminalMode mode)
    {
        Fault? fault = plan.Begin(Operation.TerminalMode);
        int result = fault is { IsMade: false } ? 0 : inner.SetMode(fd, in mode);
        return plan.End(Operation.TerminalMode, fd, fault?.Result ?? result);
    }

    public bool IsOurs(int fd) => inner.IsOurs(fd);
}
