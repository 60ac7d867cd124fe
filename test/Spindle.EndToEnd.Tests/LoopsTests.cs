using System.Net;
using System.Net.Sockets;

namespace Spindle.EndToEnd.Tests;

/// <summary>Several loops behind one port.</summary>
public sealed class LoopsTests : IClassFixture<WebServer>
{
    private const int ManyServed = 50;      // By one client, before the end begins.
    private const int ManyBytes = 1 << 22;  // The same where they stream.

    private readonly WebServer _web;

    public LoopsTests(WebServer web) => _web = web;

    [Theory]
    [InlineData("epoll")]
    [InlineData("poll")]
    [InlineData("select")]
    public async Task Echo_TwoLoops_EachServesHalfOfTheConnections(string selector)
    {
        using SpindleProcess spindle = SpindleProcess.Start("echo", "--loops", "2", "--selector", selector, "tcp:0:127.0.0.1", "tcp:0:127.0.0.2");
        IPEndPoint first = await spindle.ListeningAsync();
        IPEndPoint second = await spindle.ListeningAsync();

        await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
        {
            using Socket client = await ConnectAsync(i % 2 == 0 ? first : second);
            for (int round = 0; round < 50; round++)
            {
                await client.SendAsync(BitConverter.GetBytes(round));
                Assert.Equal(round, BitConverter.ToInt32(await ReceiveAsync(client, sizeof(int))));
            }
        }));

        // Each has served by now; before, the second might not have begun.
        Assert.Equal(2, spindle.ThreadNames.Count(name => name.StartsWith("spindle-reactor", StringComparison.Ordinal)));

        spindle.Signal("TERM");
        (int exitCode, string output, string errors) = await spindle.EndAsync();
        Assert.Equal(128 + 15, exitCode);
        Assert.Empty(output);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Relay_TwoLoops_ServesCurl()
    {
        using SpindleProcess spindle = SpindleProcess.Start("relay", "--loops", "2", "tcp:0:127.0.0.1", $"tcp:127.0.0.1:{_web.Port}");
        IPEndPoint address = await spindle.ListeningAsync();

        string direct = Shell.Bash($"curl -sS --fail http://127.0.0.1:{_web.Port}/large | sha256sum");

        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(direct, Shell.Bash($"curl -sS --fail http://{address}/large | sha256sum"));
        }
    }

    [Fact]
    public async Task EchoAndRelay_DatagramsOnTwoLoops_ServeEverySender()
    {
        using SpindleProcess echo = SpindleProcess.Start("echo", "--loops", "2", "udp:0:127.0.0.1");
        IPEndPoint target = await echo.ListeningAsync();
        using SpindleProcess relay = SpindleProcess.Start("relay", "--loops", "2", "udp:0:127.0.0.1", $"udp:{target}");
        IPEndPoint address = await relay.ListeningAsync();

        // Each loop has a socket of its own at that address.
        string local = $"0100007F:{address.Port:X4}";
        Assert.Equal(2, File.ReadAllLines("/proc/net/udp").Count(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1] == local));
        for (int i = 0; i < 32; i++)
        {
            using UdpClient client = new("127.0.0.1", address.Port);
            await client.SendAsync(new byte[] { (byte)i }, TestContext.Current.CancellationToken);
            Assert.Equal([(byte)i], (await client.ReceiveAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Buffer);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Terminate_WhileClientsComeAndGo_DropsNone(int loops)
    {
        using SpindleProcess spindle = SpindleProcess.Start("echo", "--loops", $"{loops}", "tcp:0:127.0.0.1");
        IPEndPoint address = await spindle.ListeningAsync();

        Underway underway = new(8);
        Task<int>[] clients = [.. Enumerable.Range(0, 8).Select(_ => ComeAndGoAsync(address, underway))];
        await underway.AllAsync();
        spindle.Signal("TERM");

        int[] served = await Task.WhenAll(clients).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.All(served, count => Assert.True(count > 0));
        Assert.Equal(128 + 15, (await spindle.EndAsync()).ExitCode);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Terminate_WhileClientsSend_EndsEachStreamInGoodOrder(int loops)
    {
        using SpindleProcess spindle = SpindleProcess.Start("echo", "--grace", "30", "--loops", $"{loops}", "tcp:0:127.0.0.1");
        IPEndPoint address = await spindle.ListeningAsync();
        Socket[] clients = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ConnectAsync(address)))];

        // They go on sending whatever happens, and read less than they send: there is always something under way.
        Task[] sending = [.. clients.Select(SendWithoutEndAsync)];
        Underway underway = new(clients.Length);
        using CancellationTokenSource ending = new();
        Task<long>[] receiving = [.. clients.Select(client => ReceiveToTheEndAsync(client, underway, ending.Token))];
        await underway.AllAsync();
        spindle.Signal("TERM");
        await ending.CancelAsync(); // All that is on its way must come within the grace.

        // What comes is a beginning of what was sent, and then the end. That it is all that was written: TcpContract.
        long[] received = await Task.WhenAll(receiving).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.All(received, count => Assert.True(count > 0));
        Array.ForEach(clients, client => client.Dispose());
        await Task.WhenAll(sending);
        Assert.Equal(128 + 15, (await spindle.EndAsync()).ExitCode);
    }

    private static async Task SendWithoutEndAsync(Socket client)
    {
        byte[] chunk = Pattern(1 << 16);
        try
        {
            while (true)
            {
                for (int sent = 0; sent < chunk.Length;)
                {
                    sent += await client.SendAsync(chunk.AsMemory(sent));
                }
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // Nobody takes any more.
        }
    }

    // Slowly, until it is about to end.
    private static async Task<long> ReceiveToTheEndAsync(Socket client, Underway underway, CancellationToken ending)
    {
        byte[] expected = Pattern(1 << 16);
        byte[] buffer = new byte[1 << 16];
        long received = 0;
        for (int got; (got = await client.ReceiveAsync(buffer)) > 0; received += got)
        {
            underway.OneIf(received < ManyBytes && received + got >= ManyBytes);
            int offset = (int)(received % expected.Length);
            int first = Math.Min(got, expected.Length - offset);
            Assert.True(buffer.AsSpan(0, first).SequenceEqual(expected.AsSpan(offset, first)));
            Assert.True(buffer.AsSpan(first, got - first).SequenceEqual(expected.AsSpan(0, got - first)));
            await Task.Delay(ending.IsCancellationRequested ? 0 : 10, CancellationToken.None);
        }

        return received;
    }

    private static byte[] Pattern(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)((i * 31) + (i >> 8));
        }

        return bytes;
    }

    // Connects, sends a byte, gets it back, again and again until nobody listens any more. Anything else fails.
    private static async Task<int> ComeAndGoAsync(IPEndPoint address, Underway underway)
    {
        for (int served = 0; ; served++)
        {
            underway.OneIf(served == ManyServed);
            using Socket client = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await client.ConnectAsync(address);
            }
            catch (SocketException refusal)
            {
                Assert.Equal(SocketError.ConnectionRefused, refusal.SocketErrorCode);
                return served;
            }

            await client.SendAsync(new byte[] { (byte)served });
            Assert.Equal([(byte)served], await ReceiveAsync(client, 1));
        }
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint address)
    {
        Socket client = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(address);
        return client;
    }

    private static async Task<byte[]> ReceiveAsync(Socket client, int count)
    {
        byte[] buffer = new byte[count];
        int received = 0;
        for (int got; received < count && (got = await client.ReceiveAsync(buffer.AsMemory(received))) > 0;)
        {
            received += got;
        }

        return buffer[..received];
    }
}
