using System.Net;
using Spindle.Selectors;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Faults;

/// <summary>
/// <see cref="ExchangeSweep"/> over TLS, from the first byte and in the middle of a connection, there and back. Whatever
/// happens: everyone hears of the end once, and what arrives is a beginning of what was sent.
/// </summary>
public sealed class TlsFaultTests
{
    private const int Up = 60_000;
    private const int Down = 30_000;

    private static readonly Operation[] OfEverySelector =
    [
        Operation.Accept, Operation.Connect, Operation.GetSockOpt, Operation.Receive, Operation.Send, Operation.Shutdown, Operation.CountUndelivered,
        Operation.Discard, Operation.Close,
    ];

    // The server's, the client's.
    private static readonly Dictionary<TlsEngineKind, (TlsContext Server, TlsContext Client)> Contexts = Enum.GetValues<TlsEngineKind>()
        .Where(kind => kind != TlsEngineKind.Default)
        .ToDictionary(kind => kind, kind => ((TlsContext)new TlsServerContext(TlsOptions.Server(), kind), (TlsContext)new TlsClientContext(TlsOptions.Client(), kind)));

    public static TheoryData<SelectorKind, TlsEngineKind, Operation> Cases()
    {
        TheoryData<SelectorKind, TlsEngineKind, Operation> cases = [];
        foreach (SelectorKind kind in Enum.GetValues<SelectorKind>())
        {
            foreach (TlsEngineKind engine in Contexts.Keys)
            {
                foreach (Operation operation in OfEverySelector.Concat(kind == SelectorKind.Epoll ? [Operation.EpollDelete] : []))
                {
                    cases.Add(kind, engine, operation);
                }
            }
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases)), Clause("TLS-25", "TLS-27", "I2", "I3", "I7")]
    public void FromTheFirstByte_OneCallFails_EveryoneHearsOnce(SelectorKind kind, TlsEngineKind engine, Operation operation) =>
        ExchangeSweep.Run(kind, operation, rig => Play(rig, new Exchange(engine, isUpgraded: false)));

    [Theory, MemberData(nameof(Cases)), Clause("TLS-4", "TLS-25", "TLS-27", "I2", "I3", "I7")]
    public void InTheMiddle_OneCallFails_EveryoneHearsOnce(SelectorKind kind, TlsEngineKind engine, Operation operation) =>
        ExchangeSweep.Run(kind, operation, rig => Play(rig, new Exchange(engine, isUpgraded: true)));

    private static async Task<Outcome> Play(ReactorRig rig, Exchange exchange)
    {
        RecordingFactory servers = new(exchange.MakeServer) { Name = "servers" };
        RecordingFactory clients = new(exchange.MakeClient) { Name = "clients" };
        IListeningPort port = exchange.IsUpgraded
            ? rig.Reactor.ListenTcp(0, servers, host: ExchangeSweep.Address)
            : rig.Reactor.ListenSsl(0, servers, exchange.ServerContext, host: ExchangeSweep.Address);
        int number = ((IPEndPoint)port.GetHost()).Port;
        IConnector connector = exchange.IsUpgraded
            ? rig.Reactor.ConnectTcp(ExchangeSweep.Address, number, clients)
            : rig.Reactor.ConnectSsl(ExchangeSweep.Address, number, clients, exchange.ClientContext);
        await rig.Until(() => connector.State == ConnectorState.Disconnected, "the client ends");
        await port.StopListening();
        await rig.Until(() => servers.Built.All(server => server.LostCount > 0), "the server hears of the end");

        int engines = exchange.TakeDisposedEngines();
        Exception[] heard = [.. clients.Failures, .. clients.Losses];
        Assert.Single(heard);
        RecordingProtocol[] all = [.. servers.Built, .. clients.Built];
        Assert.All(all, protocol => Assert.Equal((1, 1), (protocol.MadeCount, protocol.LostCount)));
        Assert.All(servers.Built, server => Assert.True(exchange.ToServer.StartsWith(server.Received)));
        Assert.All(clients.Built, client => Assert.True(exchange.ToClient.StartsWith(client.Received)));
        Assert.InRange(engines, exchange.IsUpgraded ? 0 : all.Length, all.Length);
        Assert.Equal((servers.Starts, clients.Starts), (servers.Stops, clients.Stops));
        bool isWhole = all.Length == 2 && all[0].ReceivedCount == exchange.ToServer.Length && all[1].ReceivedCount == exchange.ToClient.Length
            && all.All(protocol => protocol.Reason is ConnectionDoneException);
        return new Outcome(isWhole, [.. heard, .. all.Select(protocol => protocol.Reason!)]);
    }

    /// <summary>Much there, much back; when it began in the clear it ends in the clear.</summary>
    private sealed class Exchange(TlsEngineKind engine, bool isUpgraded)
    {
        private readonly byte[] _up = Payload.Shared(Up, 1).ToArray();
        private readonly byte[] _down = Payload.Shared(Down, 2).ToArray();

        public bool IsUpgraded => isUpgraded;

        public WatchedTlsContext ServerContext { get; } = new(Contexts[engine].Server);

        public WatchedTlsContext ClientContext { get; } = new(Contexts[engine].Client);

        public ReadOnlySpan<byte> ToServer => isUpgraded ? [.. "?"u8, .. _up, .. "."u8] : _up;

        public ReadOnlySpan<byte> ToClient => isUpgraded ? [.. "!"u8, .. _down, .. "."u8] : _down;

        public int TakeDisposedEngines() => ServerContext.TakeDisposed() + ClientContext.TakeDisposed();

        public ListeningProtocol MakeServer()
        {
            ListeningProtocol server = new("server") { AgreesToStop = true };
            ITlsTransport Transport() => server.Transport.FindAbility<ITlsTransport>()!;
            server.OnData = _ =>
            {
                int count = server.ReceivedCount - (isUpgraded ? 1 : 0);
                if (count == 0)
                {
                    server.Transport.Write("!"u8);
                    Transport().StartTls(ServerContext);
                }
                else if (count == Up)
                {
                    server.Transport.Write(_down);
                }
                else if (count == Up + 1)
                {
                    server.Transport.Write("."u8);
                }
            };
            return server;
        }

        public RecordingProtocol MakeClient()
        {
            RecordingProtocol client = new("client");
            ITlsTransport Transport() => client.Transport.FindAbility<ITlsTransport>()!;
            client.OnMade = () => client.Transport.Write(isUpgraded ? "?"u8 : _up);
            client.OnData = data =>
            {
                int count = client.ReceivedCount - (isUpgraded ? 1 : 0);
                if (count == 0)
                {
                    Transport().StartTls(ClientContext);
                    client.Transport.Write(_up);
                }
                else if (count == Down && isUpgraded)
                {
                    _ = Transport().StopTls().ContinueWith(stopped => stopped.Exception, TaskScheduler.Default); // A failure is the connection's.
                    client.Transport.Write("."u8);
                }
                else if (count == ToClient.Length - (isUpgraded ? 1 : 0))
                {
                    client.Transport.LoseConnection();
                }
            };
            return client;
        }
    }
}
