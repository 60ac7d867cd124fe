using System.Net;
using Spindle.Endpoints;

namespace Spindle.Tool.Demos;

/// <summary>A client that says that it is done, and is answered after that.</summary>
internal sealed class HalfCloseDemo : IDemo
{
    public string Name => "half close";

    public async Task<string> RunAsync(DemoContext context)
    {
        Conversation server = new();
        IListeningPort port = context.Reactor.ListenTcp(0, Factory.For(_ => server), host: "127.0.0.1");
        try
        {
            TcpClientEndpoint endpoint = new(context.Reactor, "127.0.0.1", ((IPEndPoint)port.GetHost()).Port);
            Conversation client = await endpoint.ConnectProtocolAsync(new Conversation(), context.CancellationToken).ConfigureAwait(true);
            client.Transport.Write("a question"u8);
            client.Transport.LoseWriteConnection();
            byte[] question = await server.All.WaitAsync(context.CancellationToken).ConfigureAwait(true);
            server.Transport.Write([.. "an answer to "u8, .. question]);
            server.Transport.LoseConnection();
            byte[] answer = await client.All.WaitAsync(context.CancellationToken).ConfigureAwait(true);
            Exchange.Check(answer.AsSpan().SequenceEqual("an answer to a question"u8), "the answer is not the one that was sent");
            client.Transport.LoseConnection();
            return "a question, its end, then the answer";
        }
        finally
        {
            await port.StopListening().ConfigureAwait(true);
        }
    }
}
