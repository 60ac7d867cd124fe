using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <inheritdoc cref="FaultKernel"/>
internal sealed class FaultUnixSockets(IUnixSockets inner, FaultPlan plan) : IUnixSockets
{
    public int SendWithDescriptor(int fd, ReadOnlySpan<byte> data, int descriptor)
    {
        Fault? fault = plan.Begin(Operation.SendDescriptor);
        int result = fault?.Result ?? inner.SendWithDescriptor(fd, data[..(fault?.Cut(data.Length) ?? data.Length)], descriptor);
        return plan.End(Operation.SendDescriptor, fd, result);
    }

    public int ReceiveWithDescriptors(int fd, Span<byte> buffer, Span<int> descriptors, out ReceivedAncillary came)
    {
        came = default;
        Fault? fault = plan.Begin(Operation.ReceiveDescriptors);
        int result = fault?.Result ?? inner.ReceiveWithDescriptors(fd, buffer[..(fault?.Cut(buffer.Length) ?? buffer.Length)], descriptors, out came);
        came = fault is { Kind: FaultKind.Outcome } ? came with { IsTruncated = true } : came;
        return plan.End(Operation.ReceiveDescriptors, fd, result);
    }

    public int GetPeerCredentials(int fd, out int processId, out uint userId, out uint groupId)
    {
        (processId, userId, groupId) = (0, 0, 0);
        Fault? fault = plan.Begin(Operation.PeerCredentials);
        int result = fault?.Result ?? inner.GetPeerCredentials(fd, out processId, out userId, out groupId);
        return plan.End(Operation.PeerCredentials, fd, result);
    }
}
