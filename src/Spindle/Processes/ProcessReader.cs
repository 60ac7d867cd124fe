using Spindle.Descriptors;
using Spindle.Streams;

namespace Spindle.Processes;

/// <summary>The end of a pipe that a child writes to.</summary>
internal sealed class ProcessReader(IDescriptorHost host, int fd, PipeProcess process, int childFD) : PipeEnd(host, fd)
{
    public override string LogPrefix => $"{process.LogPrefix},{childFD}";

    private protected override void DataReceived(ReadOnlySpan<byte> data) => process.Protocol.ChildDataReceived(childFD, data);

    private protected override void Ended(Exception reason) => process.PipeLost(childFD);
}
