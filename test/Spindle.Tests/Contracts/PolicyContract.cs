using System.Diagnostics;
using System.Net;
using System.Text;
using Spindle.Endpoints;
using Spindle.Policies;
using Spindle.Selectors;
using Spindle.Tests.Policies;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <summary>What the policies do with real connections, on every selector.</summary>
public abstract class PolicyContract
{
    private protected abstract SelectorKind Kind { get; }

    private void Run(Func<ReactorRig, Task> test) => ReactorRig.Run(Kind, test);

    [Fact, Clause("POL-1")]
    public void Wrapper_OfTcp_CarriesDataAndAbilities() => Run(async rig =>
    {
        HalfCloseProtocol server = new("server");
        WrappingFactory factory = new(new RecordingFactory(() => server));
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(rig.Listen(factory)));
        await rig.Until(() => server.MadeCount == 1);
        ITcpTransport tcp = server.Transport.FindAbility<ITcpTransport>()!;
        tcp.TcpNoDelay = true;
        Assert.True(tcp.TcpNoDelay);
        byte[] data = Payload.Make(1_000_000);
        PullProducer producer = new();
        int written = 0;
        producer.OnResume = () =>
        {
            server.Transport.Write(data.AsSpan(written, 100_000));
            written += 100_000;
            if (written == data.Length)
            {
                server.Transport.UnregisterProducer();
            }
        };
        server.Transport.RegisterProducer(producer, streaming: false);

        await peer.Send("end"u8.ToArray());
        peer.CloseWriting();

        Assert.Equal(data, await rig.Until(peer.Receive(data.Length)));
        await rig.Until(() => server.ReadLostCount == 1);
        Assert.Equal("end"u8, server.Received);
        Assert.Equal(0, server.LostCount);
        server.Transport.LoseWriteConnection();
        await rig.Until(() => server.LostCount == 1);
        Assert.Equal(1, server.WriteLostCount);
        Assert.IsType<ConnectionDoneException>(server.Reason);
        Assert.Empty(factory.Protocols);
    });

    [Fact, Clause("POL-1")]
    public void Wrapper_OfAClient_HearsOfItsConnector() => Run(async rig =>
    {
        RecordingFactory clients = new();
        IListeningPort port = rig.Listen(new RecordingFactory(() => new RecordingProtocol("server")));

        IConnector connector = rig.Connect(port, new WrappingFactory(clients));
        await rig.Until(() => clients.Built is [{ MadeCount: 1 }]);
        connector.Disconnect();
        await rig.Until(() => clients.Losses.Count == 1);

        Assert.Equal(
            ["start factory", "started connecting", "build protocol", "connection lost", "stop factory"],
            clients.Journal);
        Assert.Equal(1, clients.Built[0].LostCount);
    });

    [Fact, Clause("POL-1")]
    public void LogPrefix_OfAFailingProtocol_NamesBoth() => Run(async rig =>
    {
        RecordingProtocol server = new("server") { OnData = _ => throw new InvalidOperationException("from the protocol") };
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(rig.Listen(new WrappingFactory(new RecordingFactory(() => server)))));

        await peer.Send(new byte[1]);
        await rig.Until(() => server.LostCount == 1);

        Assert.IsType<InvalidOperationException>(server.Reason);
        Assert.Contains("server (ProtocolWrapper),0,127.0.0.1", rig.TakeError().Text, StringComparison.Ordinal);
    });

    [Fact, Clause("POL-1")]
    public void Wrappers_ThatFeedEachOther_CloseTogether() => Run(async rig =>
    {
        RecordingProtocol server = new("server");
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(rig.Listen(
            new ThrottlingFactory(rig.Reactor, new RecordingFactory(() => server), writeLimit: long.MaxValue))));
        await rig.Until(() => server.MadeCount == 1);
        server.Transport.RegisterProducer(server.Transport, streaming: true);

        server.Transport.LoseConnection();

        await rig.Until(() => server.LostCount == 1);
        Assert.Empty(await rig.Until(peer.Receive(1)));
    });

    [Fact, Clause("POL-4")]
    public void Timeout_OfTcp_ClosesWhatIsIdle() => Run(async rig =>
    {
        RecordingProtocol server = new("server");
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(rig.Listen(
            new TimeoutFactory(rig.Reactor, new RecordingFactory(() => server), TimeSpan.FromMilliseconds(20)))));

        await rig.Until(() => server.LostCount == 1);

        Assert.IsType<ConnectionDoneException>(server.Reason);
        Assert.Empty(await rig.Until(peer.Receive(1)));
        Assert.Empty(rig.Reactor.GetDelayedCalls());
    });

    [Fact, Clause("POL-5")]
    public void Throttling_OfTcp_StopsReadingForAWhile() => Run(async rig =>
    {
        RecordingProtocol server = new("server");
        ThrottlingFactory factory = new(rig.Reactor, new RecordingFactory(() => server), maxConnectionCount: 1, readLimit: 10_000);
        IPEndPoint address = ReactorRig.AddressOf(rig.Listen(factory));
        using RawPeer peer = RawPeer.Connect(address);
        using RawPeer refused = RawPeer.Connect(address);
        Assert.Empty(await rig.Until(refused.Receive(1)));

        await peer.Send(new byte[10_500]);
        await rig.Until(() => server.ReceivedCount == 10_500);
        await rig.Until(() => rig.Reactor.GetReaders().Count == 1); // The port: reading is paused.
        await peer.Send(new byte[1]);
        await rig.Until(() => server.ReceivedCount == 10_501);

        peer.Dispose();
        await rig.Until(() => server.LostCount == 1);
        Assert.Empty(rig.Reactor.GetDelayedCalls());
    });

    [Fact, Clause("POL-6")]
    public void Limits_OfTcp_CloseWhatIsTooMuch() => Run(async rig =>
    {
        RecordingFactory servers = new(() => new RecordingProtocol("server"));
        LimitConnectionsByPeer byPeer = new(servers, maxConnectionsPerPeer: 2);
        IPEndPoint address = ReactorRig.AddressOf(rig.Listen(new LimitTotalConnectionsFactory(byPeer, connectionLimit: 3)));
        using RawPeer first = RawPeer.Connect(address);
        using RawPeer second = RawPeer.Connect(address);
        using RawPeer third = RawPeer.Connect(address);
        Assert.Empty(await rig.Until(third.Receive(1)));
        Assert.Equal(2, byPeer.CountOf(first.LocalAddress));

        first.Dispose();
        await rig.Until(() => byPeer.CountOf(second.LocalAddress) == 1);
        using RawPeer fourth = RawPeer.Connect(address);
        await rig.Until(() => servers.Built is [_, _, { MadeCount: 1 }]);
    });

    [Fact, Clause("POL-7")]
    public void TrafficLogging_OfTcp_WritesBothDirections() => Run(async rig =>
    {
        RecordingProtocol server = new("server");
        server.OnData = data => server.Transport.Write(data);
        StringWriter text = new();
        RecordingLoggers log = new();
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(rig.Listen(
            new SpewingFactory(new TrafficLoggingFactory(new RecordingFactory(() => server), _ => text), log.CreateLogger("traffic")))));

        await peer.Send("hello"u8.ToArray());
        Assert.Equal("hello"u8.ToArray(), await rig.Until(peer.Receive(5)));
        peer.Dispose();
        await rig.Until(() => server.LostCount == 1);

        Assert.StartsWith("*\nC 1: \"hello\"\nS 1: \"hello\"\nC 1: Connection", text.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal(2, log.Take().Count(record => record.Text.Contains("\"hello\"", StringComparison.Ordinal)));
    });

    [Fact]
    public void HaProxy_HeaderInPieces_ProtocolSeesTheClient() => Run(async rig =>
    {
        RecordingFactory servers = new(() => new RecordingProtocol("server"));
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(rig.Listen(new HaProxyFactory(rig.Reactor, servers))));
        IPEndPoint client = new(IPAddress.Parse("2001:db8::1"), 1234);
        byte[] header = ProxyHeaders.Binary(0x21, 0x21, ProxyHeaders.Addresses(client, new IPEndPoint(IPAddress.IPv6Loopback, 443)));

        await peer.Send(header.AsMemory(0, 20));
        await rig.NextTurn();
        await peer.Send((byte[])[.. header.AsSpan(20), .. "hello"u8]);
        await rig.Until(() => servers.Built is [{ ReceivedCount: 5 }]);

        RecordingProtocol server = servers.Built[0];
        Assert.Equal(client, server.Transport.GetPeer());
        Assert.Equal("[::1]:443", server.Transport.GetHost().ToString());
        Assert.Equal(peer.LocalAddress, server.Transport.FindAbility<ITcpTransport>()!.GetPeer());
        server.Transport.Write("answer"u8);
        Assert.Equal("answer"u8.ToArray(), await rig.Until(peer.Receive(6)));
    });

    [Fact]
    public void HaProxy_NoHeader_ResetsTheClient() => Run(async rig =>
    {
        RecordingLoggers log = new();
        RecordingFactory servers = new();
        HaProxyFactory factory = new(rig.Reactor, servers, new HaProxyOptions { Logger = log.CreateLogger("proxy") });
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(rig.Listen(factory)));

        await peer.Send("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => rig.Until(peer.Receive(1)));
        Assert.Contains("\"GET / HTTP/1.1\\r\\n\"", Assert.Single(log.Take()).Text, StringComparison.Ordinal);
        Assert.Empty(servers.Built);
        Assert.Empty(rig.Reactor.GetDelayedCalls());
    });

    [Fact]
    public void HaProxy_EndpointString_LogsWhereItsReactorDoes() => Run(async rig =>
    {
        RecordingFactory servers = new();
        IListeningPort port = await EndpointStrings.ParseServer(rig.Reactor, "haproxy:tcp:0:127.0.0.1").ListenAsync(servers);
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));

        await peer.Send("X"u8.ToArray());
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => rig.Until(peer.Receive(1)));

        Assert.Contains("was refused: The connection begins with \"X\"", rig.TakeError().Text, StringComparison.Ordinal);
    });

    [Fact]
    public void HaProxy_Curl_IsSeenAsTheClientThatItNames() => Run(async rig =>
    {
        IListeningPort port = rig.Listen(new HaProxyFactory(rig.Reactor, Factory.For<WhoAmI>()));
        int number = ReactorRig.AddressOf(port).Port;

        using Process curl = Process.Start(new ProcessStartInfo(
            "curl",
            ["--silent", "--show-error", "--max-time", "10", "--haproxy-protocol", $"http://127.0.0.1:{number}/"])
        {
            RedirectStandardOutput = true,
        })!;
        string answer = await rig.Until(curl.StandardOutput.ReadToEndAsync());
        await curl.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, curl.ExitCode);
        string[] words = answer.Split(' ');
        Assert.Equal(["peer", "host", $"127.0.0.1:{number}"], [words[0], words[2], words[3]]);
        Assert.Equal(words[1], words[4]); // What the header says is what the connection itself has.
        Assert.Equal("header", words[5]);
    });

    /// <summary>Answers a request over HTTP with the addresses that it sees.</summary>
    private sealed class WhoAmI : Protocol
    {
        private readonly StringBuilder _request = new();

        public override void DataReceived(ReadOnlySpan<byte> data)
        {
            _request.Append(Encoding.ASCII.GetString(data));
            if (!_request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                return;
            }

            // Its own objects show that the addresses came from the header.
            ITransport below = Transport.FindAbility<ITcpTransport>()!;
            string source = ReferenceEquals(below.GetPeer(), Transport.GetPeer()) ? "connection" : "header";
            string body = $"peer {Transport.GetPeer()} host {Transport.GetHost()} {below.GetPeer()} {source}";
            Transport.Write(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
            Transport.LoseConnection();
        }
    }
}
