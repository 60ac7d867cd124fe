using System.Net;
using System.Net.Sockets;

namespace Spindle.EndToEnd.Tests;

/// <summary>spindle relay in front of real servers.</summary>
public sealed class RelayTests : IClassFixture<WebServer>
{
    private readonly WebServer _web;

    public RelayTests(WebServer web) => _web = web;

    [Fact]
    public async Task Relay_InFrontOfAWebServer_ServesCurl()
    {
        using SpindleProcess spindle = SpindleProcess.Start("relay", "tcp:0:127.0.0.1", $"tcp:127.0.0.1:{_web.Port}");
        IPEndPoint address = await spindle.ListeningAsync();

        string direct = Shell.Bash($"curl -sS --fail http://127.0.0.1:{_web.Port}/large | sha256sum");
        string relayed = Shell.Bash($"curl -sS --fail http://{address}/large | sha256sum");

        Assert.Equal(direct, relayed);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task Relay_BehindAProxy_TakesOffItsHeader(string loops)
    {
        using SpindleProcess spindle = SpindleProcess.Start("relay", "haproxy:tcp:0:127.0.0.1", $"tcp:127.0.0.1:{_web.Port}", "--loops", loops);
        IPEndPoint address = await spindle.ListeningAsync();

        string direct = Shell.Bash($"curl -sS --fail http://127.0.0.1:{_web.Port}/large | sha256sum");
        string relayed = Shell.Bash($"curl -sS --fail --haproxy-protocol http://{address}/large | sha256sum");
        string refused = Shell.Bash($"curl -sS --max-time 60 http://{address}/large; echo $?");

        Assert.Equal(direct, relayed);
        Assert.Equal("56", refused.Trim()); // Reset by the peer.
    }

    [Fact]
    public async Task Relay_UnderConcurrentClients_HasNoError()
    {
        using SpindleProcess spindle = SpindleProcess.Start("relay", "tcp:0:127.0.0.1", $"tcp:127.0.0.1:{_web.Port}");
        IPEndPoint address = await spindle.ListeningAsync();
        using HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 });

        string[] answers = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(async i =>
        {
            using HttpRequestMessage request = new(HttpMethod.Get, $"http://{address}/small") { Headers = { ConnectionClose = i % 4 == 0 } };
            using HttpResponseMessage response = await http.SendAsync(request);
            return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
        }));

        Assert.All(answers, answer => Assert.Equal(WebServer.Small, answer));
    }

    [Fact]
    public async Task Relay_ClientHalfCloses_GetsTheAnswerToTheEnd()
    {
        using SpindleProcess echo = SpindleProcess.Start("echo", "tcp:0:127.0.0.1");
        using SpindleProcess spindle = SpindleProcess.Start("relay", "tcp:0:127.0.0.1", $"tcp:{await echo.ListeningAsync()}");
        IPEndPoint address = await spindle.ListeningAsync();

        // The echo answers the end of what it receives with its own: only half closes carry that through.
        string answer = Shell.Bash($"head -c {32 << 20} /dev/zero | socat -t 60 - TCP:{address} | wc -c");

        Assert.Equal((32 << 20).ToString(System.Globalization.CultureInfo.InvariantCulture), answer.Trim());
    }

    [Fact]
    public async Task Relay_ToAProgram_HasOneForEachClient()
    {
        using SpindleProcess spindle = SpindleProcess.Start("relay", "tcp:0:127.0.0.1", "exec:sort:-r");
        IPEndPoint address = await spindle.ListeningAsync();

        for (int i = 0; i < 3; i++)
        {
            // sort answers when its input has ended, and the client's reading goes on until then.
            using TcpClient client = new();
            await client.ConnectAsync(address);
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync("a\nc\nb\n"u8.ToArray());
            client.Client.Shutdown(SocketShutdown.Send);
            using StreamReader answer = new(stream);
            Assert.Equal("c\nb\na\n", await answer.ReadToEndAsync());
        }
    }

    [Fact]
    public async Task Relay_SlowReader_StopsTheSourceAndMemoryStaysFlat()
    {
        using TcpListener source = new(IPAddress.Loopback, 0);
        source.Start();
        using SpindleProcess spindle = SpindleProcess.Start("relay", "tcp:0:127.0.0.1", $"tcp:{source.LocalEndpoint}");
        IPEndPoint address = await spindle.ListeningAsync();
        using Socket reader = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await reader.ConnectAsync(address);
        using Socket writer = await source.AcceptSocketAsync();
        writer.Blocking = false;
        long before = spindle.ResidentBytes;

        byte[] chunk = new byte[1 << 20];
        long sent = 0;
        while (sent < 1L << 30 && writer.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectWrite))
        {
            sent += writer.Send(chunk, SocketFlags.None, out _);
        }

        Assert.True(sent < 64 << 20, $"{sent} bytes were taken from a source whose reader reads nothing");
        Assert.True(spindle.ResidentBytes - before < 32 << 20, $"memory grew by {spindle.ResidentBytes - before} bytes");

        // And nothing of it is lost once the reader reads.
        writer.Shutdown(SocketShutdown.Send);
        long received = 0;
        for (int got; (got = await reader.ReceiveAsync(chunk)) > 0;)
        {
            received += got;
        }

        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task Terminate_TransferIsUnderWay_CarriesItToItsEnd()
    {
        using TcpListener source = new(IPAddress.Loopback, 0);
        source.Start();
        using SpindleProcess spindle = SpindleProcess.Start("relay", "--grace", "60", "tcp:0:127.0.0.1", $"tcp:{source.LocalEndpoint}");
        IPEndPoint address = await spindle.ListeningAsync();
        using Socket reader = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await reader.ConnectAsync(address);
        using Socket writer = await source.AcceptSocketAsync();
        byte[] chunk = new byte[1 << 20];
        long sent = 0;
        writer.Blocking = false;
        do
        {
            sent += writer.Send(chunk, SocketFlags.None, out _);
            Assert.True(reader.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead), "nothing came");
        }
        while (writer.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectWrite)); // Held back, it is not quiet, however long the next lines take.

        spindle.Signal("TERM");
        await SignalTests.RefusesAsync(address);
        Task<long> sending = SendToTheEndAsync(writer, chunk);
        long received = 0;
        byte[] buffer = new byte[1 << 16];
        for (int got; (got = await reader.ReceiveAsync(buffer)) > 0;)
        {
            received += got;
        }

        Assert.Equal(sent + await sending, received);
        reader.Close();
        Assert.Equal(128 + 15, (await spindle.EndAsync()).ExitCode);
    }

    private static async Task<long> SendToTheEndAsync(Socket socket, byte[] chunk)
    {
        long sent = 0;
        for (int i = 0; i < 4; i++)
        {
            sent += await socket.SendAsync(chunk);
        }

        socket.Shutdown(SocketShutdown.Send);
        return sent;
    }

    [Fact]
    public async Task Terminate_ConnectionIsQuiet_EndsLongBeforeTheGrace()
    {
        using TcpListener source = new(IPAddress.Loopback, 0);
        source.Start();
        using SpindleProcess spindle = SpindleProcess.Start("relay", "--grace", "3600", "tcp:0:127.0.0.1", $"tcp:{source.LocalEndpoint}");
        IPEndPoint address = await spindle.ListeningAsync();
        using Socket client = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(address);
        using Socket server = await source.AcceptSocketAsync();

        spindle.Signal("TERM");

        Assert.Equal(0, await client.ReceiveAsync(new byte[1]));
        Assert.Equal(0, await server.ReceiveAsync(new byte[1]));
        client.Close();
        server.Close();
        Assert.Equal(128 + 15, (await spindle.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task Relay_NobodyBehindIt_SendsTheClientAwayAndGoesOn()
    {
        using Socket taken = FreePort.TakeWithoutListening();
        using SpindleProcess spindle = SpindleProcess.Start("relay", "tcp:0:127.0.0.1", $"tcp:{taken.LocalEndPoint}");
        IPEndPoint address = await spindle.ListeningAsync();

        for (int i = 0; i < 3; i++)
        {
            using Socket client = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            SocketException end = await Assert.ThrowsAsync<SocketException>(async () =>
            {
                await client.ConnectAsync(address);
                await client.ReceiveAsync(new byte[1]);
            });
            Assert.Equal(SocketError.ConnectionReset, end.SocketErrorCode);
        }

        spindle.Signal("TERM");
        Assert.Contains("refused", (await spindle.EndAsync()).Errors, StringComparison.Ordinal);
    }
}
