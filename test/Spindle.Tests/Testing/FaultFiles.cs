using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <inheritdoc cref="FaultKernel"/>
internal sealed class FaultFiles(IFiles inner, FaultPlan plan) : IFiles
{
    public int Open(string path, bool writable)
    {
        int result = plan.Begin(Operation.Open)?.Result ?? inner.Open(path, writable);
        return plan.End(Operation.Open, -1, result);
    }

    public int CreatePipe(out int readEnd, out int writeEnd)
    {
        readEnd = writeEnd = -1;
        int result = plan.Begin(Operation.Pipe)?.Result ?? inner.CreatePipe(out readEnd, out writeEnd);
        return plan.End(Operation.Pipe, -1, result);
    }

    public int Duplicate(int fd)
    {
        int result = plan.Begin(Operation.Duplicate)?.Result ?? inner.Duplicate(fd);
        return plan.End(Operation.Duplicate, fd, result);
    }

    public int Read(int fd, Span<byte> buffer)
    {
        Fault? fault = plan.Begin(Operation.Read);
        int result = fault?.Result ?? inner.Read(fd, buffer[..(fault?.Cut(buffer.Length) ?? buffer.Length)]);
        return plan.End(Operation.Read, fd, result);
    }

    public int Write(int fd, ReadOnlySpan<byte> data)
    {
        Fault? fault = plan.Begin(Operation.Write);
        int result = fault?.Result ?? inner.Write(fd, data[..(fault?.Cut(data.Length) ?? data.Length)]);
        return plan.End(Operation.Write, fd, result);
    }

    public int Identify(int fd, out FileIdentity identity)
    {
        identity = default;
        int result = plan.Begin(Operation.Statx)?.Result ?? inner.Identify(fd, out identity);
        return plan.End(Operation.Statx, fd, result);
    }

    public int Close(int fd)
    {
        Fault? fault = plan.Begin(Operation.Close);
        int result = fault is null || fault.IsMade ? inner.Close(fd) : 0;
        return plan.End(Operation.Close, fd, fault?.Result ?? result);
    }
}
