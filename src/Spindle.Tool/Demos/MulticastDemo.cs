using System.Net;

namespace Spindle.Tool.Demos;

/// <summary>Two members of a multicast group that share a port hear one datagram.</summary>
internal sealed class MulticastDemo : IDemo
{
    private const string Group = "239.255.77.77";
    private const string Loopback = "127.0.0.1";
    private const int ENODEV = 19;

    public string Name => "UDP multicast";

    public async Task<string> RunAsync(DemoContext context)
    {
        DatagramCollector one = new(1);
        DatagramCollector other = new(1);
        IMulticastTransport first = context.Reactor.ListenMulticast(0, one, listenMultiple: true);
        int port = ((IPEndPoint)first.GetHost()).Port;
        IMulticastTransport second = context.Reactor.ListenMulticast(port, other, listenMultiple: true);
        try
        {
            await first.JoinGroup(Group, Loopback).ConfigureAwait(true);
            await second.JoinGroup(Group, Loopback).ConfigureAwait(true);
            await first.SetOutgoingInterface(Loopback).ConfigureAwait(true);
            first.Write(Exchange.Bytes(100), Group, port);
            await one.Received.WaitAsync(context.CancellationToken).ConfigureAwait(true);
            await other.Received.WaitAsync(context.CancellationToken).ConfigureAwait(true);
            return "1 datagram to 2 members of a group";
        }
        catch (MulticastJoinException failure) when (failure.Errno == ENODEV)
        {
            throw new NotHereException("this machine has no multicast");
        }
        finally
        {
            await first.StopListening().ConfigureAwait(true);
            await second.StopListening().ConfigureAwait(true);
        }
    }
}
