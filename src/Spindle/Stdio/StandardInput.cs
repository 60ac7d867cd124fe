using Spindle.Descriptors;
using Spindle.Streams;

namespace Spindle.Stdio;

/// <summary>The side that is read. Its end leaves the descriptor open: whoever feeds it must not be killed for writing on (STDIO-4).</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class StandardInput(IDescriptorHost host, int fd, StandardIO owner) : PipeEnd(host, fd)
{
    public override string LogPrefix => owner.LogPrefix;

    // A regular file is polled, and stands under no number.
    private protected override bool IsReading => owner.IsReading;

    private protected override void DataReceived(ReadOnlySpan<byte> data) => owner.Protocol.DataReceived(data);

    internal override void LoseConnectionInGoodOrder() => owner.LoseConnectionInGoodOrder();

    private protected override void Ended(Exception reason) => owner.InputLost(reason);

    private protected override void Release(int fd)
    {
    }
}
