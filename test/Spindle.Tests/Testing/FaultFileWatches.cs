using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <inheritdoc cref="FaultKernel"/>
internal sealed class FaultFileWatches(IFileWatches inner, FaultPlan plan) : IFileWatches
{
    public int Create()
    {
        Fault? fault = plan.Begin(Operation.FileWatches);
        int result = fault is { IsMade: false } ? 0 : inner.Create();
        return plan.End(Operation.FileWatches, -1, fault?.Result ?? result);
    }

    public int Add(int fd, ReadOnlySpan<byte> path, uint mask)
    {
        Fault? fault = plan.Begin(Operation.AddFileWatch);
        int result = fault is { IsMade: false } ? 0 : inner.Add(fd, path, mask);
        return plan.End(Operation.AddFileWatch, fd, fault?.Result ?? result);
    }

    public (string Name, bool IsDirectory)[] List(string path) => inner.List(path);

    public int Remove(int fd, int watch)
    {
        Fault? fault = plan.Begin(Operation.RemoveFileWatch);
        int result = fault is { IsMade: false } ? 0 : inner.Remove(fd, watch);
        return plan.End(Operation.RemoveFileWatch, fd, fault?.Result ?? result);
    }
}
