using Spindle.Descriptors;
using Spindle.Streams;

namespace Spindle.Stdio;

/// <summary>The side that is written to.</summary>
/// <remarks>
/// A pipe is watched for reading, too, though nothing can be read: that is how it hears that its reader has closed. Anything
/// else that can be read, a terminal or a socket, belongs to the other side.
/// </remarks>
internal sealed class StandardOutput(IDescriptorHost host, int fd, StandardIO owner) : PipeEnd(host, fd)
{
    public override string LogPrefix => owner.LogPrefix;

    public override Exception? DoRead() => new ConnectionLostException("the reader of standard output has closed its end");

    public override void ConnectionLost(Exception reason)
    {
        owner.OutputEnds(reason);
        base.ConnectionLost(reason);
    }

    /// <summary>Begins without being watched.</summary>
    public void StartUnwatched() => Connected();

    /// <summary>Drops what waits; the end follows in a later turn.</summary>
    public void Discard() => Abort(new TransportAbortedException());

    internal override void LoseConnectionInGoodOrder() => owner.LoseConnectionInGoodOrder();

    private protected override void Ended(Exception reason) => owner.OutputLost(reason);

    private protected override void Release(int fd) => owner.ReleaseOutput();
}
