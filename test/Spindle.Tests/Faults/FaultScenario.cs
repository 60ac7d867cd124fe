using Spindle.Tests.Testing;

namespace Spindle.Tests.Faults;

/// <summary>One exchange of a client and a server on one reactor: every TCP call of the kernel is in it.</summary>
internal sealed class FaultScenario
{
    private const int Hello = 64;

    private readonly ReactorRig _rig;
    private readonly Ending _ending;
    private readonly ReadOnlyMemory<byte> _up;
    private readonly ReadOnlyMemory<byte> _down;
    private readonly RecordingFactory _servers;
    private readonly RecordingFactory _clients;
    private IConnector? _connector;

    public FaultScenario(ReactorRig rig, Ending ending, int size)
    {
        _rig = rig;
        _ending = ending;
        _up = Payload.Shared(Hello + size, 1);
        _down = Payload.Shared(Hello + size, 2);
        _servers = new RecordingFactory(BuildServer) { Name = "servers" };
        _clients = new RecordingFactory(BuildClient) { Name = "clients" };
    }

    private IEnumerable<RecordingProtocol> Protocols => _servers.Built.Concat(_clients.Built);

    /// <summary>Plays it, whatever happens, until nothing of it is left but what a failing start has thrown.</summary>
    public async Task Play()
    {
        await CallIntoSleep();
        IListeningPort port = _rig.Reactor.ListenTcp(0, _servers, host: ExchangeSweep.Address, options: new TcpListenOptions { NoDelay = true });
        _connector = _rig.Reactor.ConnectTcp(
            ExchangeSweep.Address, ReactorRig.AddressOf(port).Port, _clients, bindAddress: new(System.Net.IPAddress.Loopback, 0), options: new TcpConnectOptions { KeepAlive = true });
        await _rig.Until(() => _connector.State == ConnectorState.Disconnected, "the client ends");
        await port.StopListening();
        await _rig.Until(() => Protocols.All(protocol => protocol.LostCount > 0), "every protocol hears of the end");
    }

    /// <summary>What must hold whatever went wrong.</summary>
    public void AssertSane()
    {
        Assert.All(Protocols, protocol => Assert.Equal((1, 1), (protocol.MadeCount, protocol.LostCount)));
        Assert.All(_servers.Built, server => Assert.True(_up.Span.StartsWith(server.Received), "The server's data is no beginning of what was sent."));
        Assert.All(_clients.Built, client => Assert.True(_down.Span.StartsWith(client.Received), "The client's data is no beginning of what was sent."));
        Assert.Equal((_servers.Starts, _clients.Starts), (_servers.Stops, _clients.Stops));
        Assert.Equal(_connector is null ? 0 : 1, _clients.Failures.Count + _clients.Losses.Count);
    }

    /// <summary>What must hold when nothing went wrong.</summary>
    public void AssertWhole()
    {
        AssertSane();
        RecordingProtocol server = Assert.Single(_servers.Built);
        RecordingProtocol client = Assert.Single(_clients.Built);
        if (_ending != Ending.Abort)
        {
            Assert.Equal((_ending == Ending.Close ? Hello : _up.Length, _down.Length), (server.ReceivedCount, client.ReceivedCount));
            Assert.IsType<ConnectionDoneException>(server.Reason);
            Assert.IsType<ConnectionDoneException>(client.Reason);
        }
        else
        {
            Assert.IsType<TransportAbortedException>(server.Reason);
            Assert.IsType<ConnectionLostException>(client.Reason);
        }
    }

    // As another thread does: the loop has said that it sleeps.
    private Task CallIntoSleep()
    {
        bool isCalled = false;
        _rig.Plan.OnSleep = () => _rig.Reactor.CallFromThread(() => isCalled = true);
        return _rig.Until(() => isCalled);
    }

    // The client says hello in pieces, the server answers in pieces, the client sends much and closes its half.
    private HalfCloseProtocol BuildClient()
    {
        HalfCloseProtocol client = new("client");
        bool isAnswered = false;
        client.OnMade = () => WriteInPieces(client, _up.Span[..Hello]);
        client.OnData = _ =>
        {
            if (!isAnswered && client.ReceivedCount >= Hello && _ending != Ending.Close)
            {
                isAnswered = true;
                client.Transport.Write(_up.Span[Hello..]);
                client.Transport.LoseWriteConnection();
            }
        };
        client.OnReadLost = () => client.Transport.LoseConnection(); // A server that gave up earlier.
        return client;
    }

    // What follows the hello is aborted, or answered when it is whole.
    private HalfCloseProtocol BuildServer()
    {
        HalfCloseProtocol server = new("server");
        bool isAnswered = false;
        server.OnData = _ =>
        {
            if (!isAnswered && server.ReceivedCount >= Hello)
            {
                isAnswered = true;
                WriteInPieces(server, _down.Span[..Hello]);
                if (_ending == Ending.Close)
                {
                    WriteInPieces(server, _down.Span[Hello..]);
                    server.Transport.LoseConnection();
                }
            }
            else if (server.ReceivedCount > Hello && _ending == Ending.Abort)
            {
                server.Transport.AbortConnection();
            }
        };
        server.OnReadLost = () =>
        {
            if (isAnswered)
            {
                WriteInPieces(server, _down.Span[Hello..]);
            }

            server.Transport.LoseConnection();
        };
        return server;
    }

    // Small pieces wait for the turn's end in several segments; one that is large goes out at once.
    private static void WriteInPieces(RecordingProtocol protocol, ReadOnlySpan<byte> data)
    {
        int small = Math.Min(data.Length / 4, 3_000);
        for (int i = 0; i < 3; i++)
        {
            protocol.Transport.Write(data.Slice(i * small, small));
        }

        protocol.Transport.Write(data[(3 * small)..]);
    }
}
