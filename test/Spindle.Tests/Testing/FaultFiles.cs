using Microsoft.Win32.SafeHandles;
using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <inheritdoc cref="FaultKernel"/>
internal sealed class FaultFiles(IFiles inner, FaultPlan plan) : IFiles
{
    public int Open(string path, bool writable)
    {
        Fault? fault = plan.Begin(Operation.Open);
        int result = fault is { IsMade: false } ? 0 : inner.Open(path, writable);
        return plan.End(Operation.Open, -1, fault?.Result ?? result);
    }

    public int CreatePipe(out int readEnd, out int writeEnd)
    {
        readEnd = writeEnd = -1;
        Fault? fault = plan.Begin(Operation.Pipe);
        int result = fault is { IsMade: false } ? 0 : inner.CreatePipe(out readEnd, out writeEnd);
        return plan.End(Operation.Pipe, -1, fault?.Result ?? result);
    }

    public int Duplicate(int fd)
    {
        Fault? fault = plan.Begin(Operation.Duplicate);
        int result = fault is { IsMade: false } ? 0 : inner.Duplicate(fd);
        return plan.End(Operation.Duplicate, fd, fault?.Result ?? result);
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

    public int WriteVector(int fd, ReadOnlySpan<IoVector> pieces)
    {
        Fault? fault = plan.Begin(Operation.WriteVector);
        int result = fault?.Result ?? inner.WriteVector(fd, fault is null ? pieces : fault.Cut(pieces));
        return plan.End(Operation.WriteVector, fd, result);
    }

    public int SetNonBlocking(int fd, bool isNonBlocking)
    {
        Fault? fault = plan.Begin(Operation.FileControl);
        int result = fault is { IsMade: false } ? 0 : inner.SetNonBlocking(fd, isNonBlocking);
        return plan.End(Operation.FileControl, fd, fault?.Result ?? result);
    }

    public int GetStatus(int fd, out FileStatus status)
    {
        status = default;
        Fault? fault = plan.Begin(Operation.FileControl);
        int result = fault is { IsMade: false } ? 0 : inner.GetStatus(fd, out status);
        return plan.End(Operation.FileControl, fd, fault?.Result ?? result);
    }

    public int ReplaceByNull(int fd)
    {
        Fault? fault = plan.Begin(Operation.Replace);
        int result = fault is { IsMade: false } ? 0 : inner.ReplaceByNull(fd);
        return plan.End(Operation.Replace, fd, fault?.Result ?? result);
    }

    public int SetCloseOnExec(int fd, bool isCloseOnExec)
    {
        Fault? fault = plan.Begin(Operation.FileControl);
        int result = fault is { IsMade: false } ? 0 : inner.SetCloseOnExec(fd, isCloseOnExec);
        return plan.End(Operation.FileControl, fd, fault?.Result ?? result);
    }

    public int IdentifyPath(string path, out FileIdentity identity)
    {
        identity = default;
        Fault? fault = plan.Begin(Operation.Statx);
        int result = fault is { IsMade: false } ? 0 : inner.IdentifyPath(path, out identity);
        return plan.End(Operation.Statx, -1, fault?.Result ?? result);
    }

    public int Identify(int fd, out FileIdentity identity)
    {
        identity = default;
        Fault? fault = plan.Begin(Operation.Statx);
        int result = fault is { IsMade: false } ? 0 : inner.Identify(fd, out identity);
        return plan.End(Operation.Statx, fd, fault?.Result ?? result);
    }

    public SafeFileHandle HandOver(int fd) => inner.HandOver(fd);

    public int Close(int fd)
    {
        Fault? fault = plan.Begin(Operation.Close);
        int result = fault is { IsMade: false } ? 0 : inner.Close(fd);
        return plan.End(Operation.Close, fd, fault?.Result ?? result);
    }
}
