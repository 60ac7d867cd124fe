using System.Net;
using System.Net.Sockets;

namespace Spindle.EndToEnd.Tests;

/// <summary>spindle echo against real clients.</summary>
public sealed class EchoTests
{
    [Fact]
    public async Task Echo_256MiBThroughSocat_ComeBackByteForByte()
    {
        using SpindleProcess spindle = SpindleProcess.Start("echo", "tcp:0:127.0.0.1");
        IPEndPoint address = await spindle.ListeningAsync();
        string file = Path.Combine(Path.GetTempPath(), $"spindle-echo-{Guid.NewGuid():N}");
        try
        {
            Shell.Bash($"head -c {256 << 20} /dev/urandom > {file}");
            string expected = Shell.Bash($"sha256sum < {file}");

            string actual = Shell.Bash($"socat -t 60 -b 65536 - TCP:{address} < {file} | sha256sum");

            Assert.Equal(expected, actual);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Echo_1000ConnectionsAtOnce_AreAllServed()
    {
        using SpindleProcess spindle = SpindleProcess.Start("echo", "tcp:0:127.0.0.1");
        IPEndPoint address = await spindle.ListeningAsync();
        List<Socket> clients = [];
        try
        {
            for (int i = 0; i < 1_000; i++)
            {
                Socket client = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                clients.Add(client);
                await client.ConnectAsync(address);
            }

            for (int i = 0; i < clients.Count; i++)
            {
                await clients[i].SendAsync(BitConverter.GetBytes(i));
            }

            byte[] answer = new byte[sizeof(int)];
            for (int i = 0; i < clients.Count; i++)
            {
                using NetworkStream stream = new(clients[i]);
                await stream.ReadExactlyAsync(answer).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
                Assert.Equal(i, BitConverter.ToInt32(answer));
            }
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("poll")]
    [InlineData("select")]
    public async Task Echo_OnEverySelector_Works(string selector)
    {
        using SpindleProcess spindle = SpindleProcess.Start("echo", "--selector", selector, "tcp:0:127.0.0.1", "tcp6:0:interface=\\:\\:1");
        IPEndPoint first = await spindle.ListeningAsync();
        IPEndPoint second = await spindle.ListeningAsync();

        Assert.Equal("hello\n", Shell.Bash($"echo hello | socat -t 30 - TCP:{first}"));
        Assert.Equal("hello\n", Shell.Bash($"echo hello | socat -t 30 - TCP6:[::1]:{second.Port}"));
    }

    [Fact]
    public async Task Echo_PeerNeverReads_StopsReadingAndMemoryStaysFlat()
    {
        using SpindleProcess spindle = SpindleProcess.Start("echo", "tcp:0:127.0.0.1");
        IPEndPoint address = await spindle.ListeningAsync();
        using Socket client = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(address);
        client.Blocking = false;
        long before = spindle.ResidentBytes;

        byte[] chunk = new byte[1 << 20];
        long sent = 0;
        do
        {
            sent += client.Send(chunk, SocketFlags.None, out _);
        }
        while (sent < 1L << 30 && client.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectWrite));

        Assert.True(sent < 64 << 20, $"{sent} bytes were taken from a peer that reads nothing");
        Assert.True(spindle.ResidentBytes - before < 32 << 20, $"memory grew by {spindle.ResidentBytes - before} bytes");
    }
}
