using System.Net;
using System.Net.Sockets;

namespace Spindle.EndToEnd.Tests;

/// <summary>More clients than the process may have descriptors: some are sent away, nobody spins, and it serves again when others go.</summary>
public sealed class OutOfDescriptorsTests
{
    private const int Descriptors = 220;
    private const int Clients = 400;

    [Theory]
    [InlineData("epoll")]
    [InlineData("poll")]
    [InlineData("select")]
    public async Task Echo_MoreClientsThanDescriptors_ShedsRestsAndServesAgain(string selector)
    {
        // Both limits: the runtime raises the soft one to the hard one.
        using SpindleProcess spindle = SpindleProcess.StartUnder($"ulimit -n {Descriptors}", "echo", "--selector", selector, "tcp:0:127.0.0.1");
        IPEndPoint address = await spindle.ListeningAsync();
        List<Socket> clients = [];
        try
        {
            for (int i = 0; i < Clients; i++)
            {
                clients.Add(await ConnectAsync(address));
            }

            bool[] isServed = await Task.WhenAll(clients.Select(IsServedAsync));
            int served = isServed.Count(each => each);
            Assert.InRange(served, 100, Descriptors);

            // Everything that it may have is in use now.
            await AssertRestsAsync(spindle);

            // One more is still told so; it does not wait for ever.
            using (Socket late = await ConnectAsync(address))
            {
                Assert.False(await IsServedAsync(late));
            }

            Socket[] leaving = [.. clients.Where((_, i) => isServed[i]).Take(50)];
            Array.ForEach(leaving, client => client.Dispose());
            Assert.All(await Task.WhenAll(clients.Where((client, i) => isServed[i] && !leaving.Contains(client)).Select(IsServedAsync)), Assert.True);
            using Socket next = await ConnectServedAsync(address);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        spindle.Signal("TERM");
        (int exitCode, _, string errors) = await spindle.EndAsync();
        Assert.True(exitCode == 128 + 15, errors);
    }

    // Who spins does so in every second; the runtime, which compiles what was used much, in one or two.
    private static async Task AssertRestsAsync(SpindleProcess spindle)
    {
        TimeSpan least = TimeSpan.MaxValue;
        for (int seconds = 0; seconds < 10 && least >= TimeSpan.FromMilliseconds(300); seconds++)
        {
            TimeSpan before = spindle.ProcessorTime;
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            TimeSpan spent = spindle.ProcessorTime - before;
            least = spent < least ? spent : least;
        }

        Assert.True(least < TimeSpan.FromMilliseconds(300), $"It took {least.TotalMilliseconds} ms of a processor in a second with nothing to do.");
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint address)
    {
        Socket client = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(address);
        return client;
    }

    /// <summary>Connects until it is served: those who left may not have been noticed yet.</summary>
    private static async Task<Socket> ConnectServedAsync(IPEndPoint address)
    {
        for (int attempts = 0; attempts < 100; attempts++)
        {
            Socket client = await ConnectAsync(address);
            if (await IsServedAsync(client))
            {
                return client;
            }

            client.Dispose();
        }

        throw new InvalidOperationException("Nobody is served though there are descriptors again.");
    }

    // One byte there and back, or the connection's end.
    private static async Task<bool> IsServedAsync(Socket client)
    {
        byte[] answer = new byte[1];
        try
        {
            await client.SendAsync(new byte[] { 42 });
            return await client.ReceiveAsync(answer).WaitAsync(TimeSpan.FromSeconds(30)) == 1;
        }
        catch (SocketException)
        {
            return false; // Sent away with what it had sent unread.
        }
    }
}
