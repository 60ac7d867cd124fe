using System.Net;

namespace Spindle.Tool.Demos;

/// <summary>Datagrams to an echo server on this machine, and back.</summary>
internal sealed class UdpDemo : IDemo
{
    private const int Count = 100;

    public string Name => "UDP";

    public async Task<string> RunAsync(DemoContext context)
    {
        IUdpTransport server = context.Reactor.ListenUdp(0, new EchoDatagrams(), "127.0.0.1");
        DatagramCollector client = new(Count);
        IUdpTransport port = context.Reactor.ListenUdp(0, client, "127.0.0.1");
        try
        {
            port.Connect("127.0.0.1", ((IPEndPoint)server.GetHost()).Port);
            return await Exchange.EchoAsync(port, client, Count, context.CancellationToken).ConfigureAwait(true);
        }
        finally
        {
            await port.StopListening().ConfigureAwait(true);
            await server.StopListening().ConfigureAwait(true);
        }
    }
}
