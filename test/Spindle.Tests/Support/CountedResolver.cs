using System.Net;
using System.Net.Sockets;

namespace Spindle.Tests.Support;

/// <summary>Knows this machine under every name, at once, and counts how often it is cancelled.</summary>
internal sealed class CountedResolver : IHostnameResolver, IHostResolution
{
    public int Cancels { get; private set; }

    public string Name => "any";

    public Exception? Failure => null;

    public IHostResolution ResolveHostName(
        IResolutionReceiver receiver,
        string hostName,
        int portNumber = 0,
        AddressFamily addressFamily = AddressFamily.Unspecified,
        TransportSemantics transportSemantics = TransportSemantics.Tcp)
    {
        receiver.ResolutionBegan(this);
        receiver.AddressResolved(new IPEndPoint(IPAddress.Loopback, portNumber));
        receiver.ResolutionComplete();
        return this;
    }

    public void Cancel() => Cancels++;
}
