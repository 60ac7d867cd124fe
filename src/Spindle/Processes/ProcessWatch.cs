using Spindle.Descriptors;

namespace Spindle.Processes;

/// <summary>A child's pidfd, readable when the child has ended. No signal has a part in it (PROC-34, PROC-35).</summary>
internal sealed class ProcessWatch(ChildProcess process, int fd) : IInternalDescriptor, IDisownable
{
    public string LogPrefix => process.LogPrefix;

    public int Fd { get; set; } = fd;

    public int Fileno() => Fd;

    public Exception? DoRead()
    {
        process.Reap();
        return null;
    }

    public void ConnectionLost(Exception reason) => process.WatchLost(reason);

    public void Disown() => Fd = -1;
}
