using System.Globalization;
using System.Net;
using System.Text;
using Spindle.Endpoints;

namespace Spindle.Tool.Demos;

/// <summary>Two further loops on threads of their own, which serve one port in turn.</summary>
internal sealed class SecondLoopDemo : IDemo
{
    public string Name => "several loops";

    public async Task<string> RunAsync(DemoContext context)
    {
        using ReactorGroup group = new(2, context.Options);
        await group.StartAsync().ConfigureAwait(true);
        try
        {
            ReactorGroupPort port = await group.ListenTcpAsync(0, _ => Factory.For(_ => new ThreadTeller()), host: "127.0.0.1").ConfigureAwait(true);
            TcpClientEndpoint endpoint = new(context.Reactor, "127.0.0.1", ((IPEndPoint)port.Address).Port);
            HashSet<string> threads = [Environment.CurrentManagedThreadId.ToString(CultureInfo.InvariantCulture)];
            for (int i = 0; i < 2; i++)
            {
                Conversation client = await endpoint.ConnectProtocolAsync(new Conversation(), context.CancellationToken).ConfigureAwait(true);
                threads.Add(Encoding.ASCII.GetString(await client.All.WaitAsync(context.CancellationToken).ConfigureAwait(true)));
                client.Transport.LoseConnection();
            }

            Exchange.Check(threads.Count == 3, "both connections were served by one thread");
            return "2 connections from this loop to 2 others";
        }
        finally
        {
            await group.StopAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(true);
        }
    }

    /// <summary>Says on which thread it is, and closes.</summary>
    private sealed class ThreadTeller : Protocol
    {
        public override void ConnectionMade()
        {
            Transport.Write(Encoding.ASCII.GetBytes(Environment.CurrentManagedThreadId.ToString(CultureInfo.InvariantCulture)));
            Transport.LoseConnection();
        }
    }
}
