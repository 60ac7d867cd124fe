using Spindle.Endpoints;

namespace Spindle.Tool.Demos;

/// <summary>Datagrams to an echo server by a path in the file system, and back.</summary>
internal sealed class UnixDatagramDemo : IDemo
{
    private const int Count = 10; // As many as wait by default (net.unix.max_dgram_qlen).

    public string Name => "UNIX datagrams";

    public async Task<string> RunAsync(DemoContext context)
    {
        string path = Path.Combine(Path.GetTempPath(), $"spindle-demo-{Environment.ProcessId}");
        string endpoint = $"unixgram:{EndpointStrings.QuoteArgument(path)}";
        DatagramCollector client = new(Count);
        IDatagramTransport server = await EndpointStrings.ParseDatagramServer(context.Reactor, endpoint).ListenAsync(new EchoDatagrams()).ConfigureAwait(true);
        try
        {
            IDatagramTransport port = await EndpointStrings.ParseDatagramClient(context.Reactor, endpoint).ConnectAsync(client, context.CancellationToken).ConfigureAwait(true);
            try
            {
                return await Exchange.EchoAsync(port, client, Count, context.CancellationToken).ConfigureAwait(true);
            }
            finally
            {
                await port.StopListening().ConfigureAwait(true);
            }
        }
        finally
        {
            await server.StopListening().ConfigureAwait(true);
        }
    }
}
