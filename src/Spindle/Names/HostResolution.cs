using System.Net;
using Microsoft.Extensions.Logging;

namespace Spindle.Names;

/// <summary>One look-up of one caller: hands the answer on, once, unless it was cancelled.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal abstract class HostResolution(IResolutionReceiver receiver, string name, int port, ILogger logger) : IHostResolution
{
    public string Name { get; } = name;

    public Exception? Failure { get; private set; }

    public bool IsOver { get; private set; }

    public void Cancel()
    {
        if (IsOver)
        {
            return;
        }

        IsOver = true;
        Ended(isCancelled: true);
    }

    /// <summary>Hands the addresses on, then says that there are no more. An exception of the receiver's changes nothing (NAME-10).</summary>
    public void Complete(IEnumerable<IPAddress> addresses, Exception? failure)
    {
        Failure = failure;
        foreach (IPAddress address in addresses)
        {
            Deliver(new IPEndPoint(address, port));
        }

        Finish(failure);
    }

    /// <summary>Hands one address on, unless the receiver has had enough.</summary>
    protected void Deliver(EndPoint address)
    {
        if (IsOver)
        {
            return;
        }

        try
        {
            receiver.AddressResolved(address);
        }
        catch (Exception exception)
        {
            NamesLog.ReceiverFailed(logger, Name, exception);
        }
    }

    /// <summary>Says that there are no more addresses.</summary>
    protected void Finish(Exception? failure)
    {
        if (IsOver)
        {
            return;
        }

        Failure = failure;
        IsOver = true;
        Ended(isCancelled: false);
        try
        {
            receiver.ResolutionComplete();
        }
        catch (Exception exception)
        {
            NamesLog.ReceiverFailed(logger, Name, exception);
        }
    }

    /// <summary>It is over; all of it has been delivered but the last call, if it was not cancelled.</summary>
    private protected abstract void Ended(bool isCancelled);
}
