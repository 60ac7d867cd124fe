using Spindle.Descriptors;
using Spindle.Streams;

namespace Spindle.Processes;

/// <summary>The end of a pipe that a child reads from.</summary>
/// <remarks>
/// It is watched for reading, too, though nothing can be read: that is how it hears that the reader has closed (PROC-43). The
/// original stops that watch while data waits, for some systems call the writing end of a full pipe readable; Linux does not.
/// </remarks>
internal sealed class ProcessWriter(IDescriptorHost host, int fd, PipeProcess process, int childFD) : PipeEnd(host, fd)
{
    public override string LogPrefix => $"{process.LogPrefix},{childFD}";

    public override Exception? DoRead() => new ConnectionLostException("the process has closed its end");

    private protected override void Ended(Exception reason) => process.PipeLost(childFD);

    // Whoever shares the end with us may not expect it to be non-blocking (PROC-44).
    private protected override void Release(int fd)
    {
        _ = Files.SetNonBlocking(fd, isNonBlocking: false);
        base.Release(fd);
    }
}
