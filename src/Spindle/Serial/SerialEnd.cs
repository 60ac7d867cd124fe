using Spindle.Descriptors;
using Spindle.Kernel;
using Spindle.Streams;

namespace Spindle.Serial;

/// <summary>The descriptor of a serial port.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class SerialEnd(IDescriptorHost host, int fd, SerialPort owner) : PipeEnd(host, fd)
{
    public override string LogPrefix => owner.LogPrefix;

    /// <summary>Drops what waits; the end follows in a later turn.</summary>
    public void AbortConnection()
    {
        if (IsConnected)
        {
            _ = Host.Kernel.SerialLines.Discard(Fileno(), input: false, output: true);
        }

        Abort(new TransportAbortedException());
    }

    private protected override void DataReceived(ReadOnlySpan<byte> data) => owner.Protocol.DataReceived(data);

    // A line has no half close: what was written is sent, and that is all.
    private protected override void CloseWriteConnection()
    {
    }

    private protected override void Ended(Exception reason) => owner.Lost(reason);

    // To close a line waits until all is sent, which takes long at 300 baud, and half a minute when the other side holds it back.
    private protected override void Release(int fd)
    {
        IKernel kernel = Host.Kernel;
        kernel.SerialLines.Unclaim(fd);
        if (kernel.SerialLines.CountUnsent(fd) <= 0 || !TryCloseElsewhere(kernel, fd))
        {
            _ = kernel.Files.Close(fd);
        }
    }

    private bool TryCloseElsewhere(IKernel kernel, int fd)
    {
        try
        {
            kernel.WorkerThreads.Start("spindle-serial-close", () => kernel.Files.Close(fd));
            return true;
        }
        catch (Exception failure) when (failure is OutOfMemoryException or ThreadStartException)
        {
            Host.LogError(this, "There is no thread to close a serial port in", failure);
            return false;
        }
    }
}
