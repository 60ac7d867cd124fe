using Spindle.Descriptors;
using Spindle.Streams;

namespace Spindle.Processes;

/// <summary>The master side of a child's terminal. Everything that the child puts out is its descriptor 1 (PROC-47).</summary>
internal sealed class TerminalEnd(IDescriptorHost host, int fd, PtyProcess process) : PipeEnd(host, fd)
{
    private const int Output = 1;

    public override string LogPrefix => process.LogPrefix;

    private protected override void DataReceived(ReadOnlySpan<byte> data) => process.Protocol.ChildDataReceived(Output, data);

    private protected override void Ended(Exception reason) => process.EndIfOver();
}
