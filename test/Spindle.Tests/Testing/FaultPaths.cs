using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <inheritdoc cref="FaultKernel"/>
internal sealed class FaultPaths(IPaths inner, FaultPlan plan) : IPaths
{
    public int CreateLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target)
    {
        Fault? fault = plan.Begin(Operation.Link);
        int result = fault is { IsMade: false } ? 0 : inner.CreateLink(path, target);
        return plan.End(Operation.Link, -1, fault?.Result ?? result);
    }

    public int ReadLink(ReadOnlySpan<byte> path, Span<byte> target)
    {
        Fault? fault = plan.Begin(Operation.ReadLink);
        int result = fault is { IsMade: false } ? 0 : inner.ReadLink(path, target);
        return plan.End(Operation.ReadLink, -1, fault?.Result ?? result);
    }

    public int Remove(ReadOnlySpan<byte> path)
    {
        Fault? fault = plan.Begin(Operation.Unlink);
        int result = fault is { IsMade: false } ? 0 : inner.Remove(path);
        return plan.End(Operation.Unlink, -1, fault?.Result ?? result);
    }

    public int SetMode(ReadOnlySpan<byte> path, int mode)
    {
        Fault? fault = plan.Begin(Operation.ChangeMode);
        int result = fault is { IsMade: false } ? 0 : inner.SetMode(path, mode);
        return plan.End(Operation.ChangeMode, -1, fault?.Result ?? result);
    }

    public int Identify(ReadOnlySpan<byte> path, out FileIdentity identity)
    {
        identity = default;
        Fault? fault = plan.Begin(Operation.StatPath);
        int result = fault is { IsMade: false } ? 0 : inner.Identify(path, out identity);
        return plan.End(Operation.StatPath, -1, fault?.Result ?? result);
    }
}
