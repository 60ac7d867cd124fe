namespace Spindle.Tests.Reentrancy;

/// <summary>Some ports and connectors whose users do something at random in every callback, the same for the same seed.</summary>
/// <remarks>What is wrong is noted in <see cref="Faults"/>.</remarks>
internal sealed class RandomCalls
{
    private const int MostNested = 5;

    private readonly Random _random;
    private readonly IReactorTcp _reactor;
    private readonly List<RandomFactory> _factories = [];
    private readonly List<RandomProtocol> _protocols = [];
    private readonly List<IListeningPort> _ports = [];
    private readonly List<IConnector> _connectors = [];
    private int _depth;
    private int _left = 300; // Calls; or two users could call each other for ever.

    public RandomCalls(IReactorTcp reactor, int seed)
    {
        _reactor = reactor;
        _random = new Random(seed);
    }

    public List<string> Faults { get; } = [];

    /// <summary>Whether nothing is called any more.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>Listens and connects.</summary>
    public void Begin()
    {
        int ports = _random.Next(1, 3);
        for (int i = 0; i < ports; i++)
        {
            Try(() => _ports.Add(_reactor.ListenTcp(0, NewFactory($"server {i}"), host: "127.0.0.1")));
        }

        int connectors = _random.Next(1, 6);
        for (int i = 0; i < connectors; i++)
        {
            int port = _ports.Count == 0 || OneIn(6) ? 1 : ((System.Net.IPEndPoint)One(_ports).GetHost()).Port; // Nobody listens on 1.
            Try(() => _reactor.ConnectTcp("127.0.0.1", port, NewFactory($"client {i}")));
        }
    }

    /// <summary>Ends everything.</summary>
    /// <returns>False if something is left: it is to be called again.</returns>
    public bool End()
    {
        IsEnding = true;
        _ports.ForEach(port => _ = port.StopListening());
        foreach (IConnector connector in _connectors.Where(connector => connector.State == ConnectorState.Connecting))
        {
            connector.StopConnecting();
        }

        List<RandomProtocol> live = [.. _protocols.Where(protocol => protocol.Made > protocol.Lost)];
        live.ForEach(protocol => protocol.Transport.AbortConnection());
        return live.Count == 0 && _factories.All(factory => factory.Starts == factory.Stops)
            && _connectors.All(connector => connector.State == ConnectorState.Disconnected);
    }

    /// <summary>What must hold in the end.</summary>
    public void Check()
    {
        foreach (RandomProtocol protocol in _protocols)
        {
            Expect(protocol.Made <= 1 && protocol.Lost == protocol.Made, $"{protocol.Name} was made {protocol.Made} times and lost {protocol.Lost} times.");
            Expect(protocol.ReadLost <= 1 && protocol.WriteLost <= 1, $"{protocol.Name} was half closed {protocol.ReadLost} and {protocol.WriteLost} times.");
        }
    }

    public void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            Faults.Add(otherwise);
        }
    }

    public void Add(IConnector connector)
    {
        if (!_connectors.Contains(connector))
        {
            _connectors.Add(connector);
        }
    }

    public RandomProtocol? NewProtocol(string name)
    {
        if (OneIn(12))
        {
            return null;
        }

        RandomProtocol protocol = OneIn(2) ? new RandomProtocol(this, name) : new RandomHalfCloseable(this, name);
        _protocols.Add(protocol);
        return protocol;
    }

    /// <summary>Calls something, or nothing, mostly of the protocol that is asked. In a callback it may also throw.</summary>
    public void Call(RandomProtocol? asked = null, bool isCallback = true)
    {
        if (_depth == MostNested || IsEnding)
        {
            return;
        }

        _depth++;
        try
        {
            for (int calls = _random.Next(3); calls > 0 && _left > 0; calls--)
            {
                _left--;
                CallOne(asked, isCallback);
            }
        }
        finally
        {
            _depth--;
        }
    }

    private void CallOne(RandomProtocol? asked, bool isCallback)
    {
        RandomProtocol? protocol = asked is not null && !OneIn(4) ? asked : _protocols.Count > 0 ? One(_protocols) : null;
        switch (_random.Next(20))
        {
            case < 12 and var call when protocol is { Made: > 0 }:
                CallTransport(protocol, call);
                break;
            case 12 or 13 when _connectors.Count > 0:
                Try(One(_connectors).Connect);
                break;
            case 14 when _connectors.Count > 0:
                Try(One(_connectors).StopConnecting);
                break;
            case 15 when _connectors.Count > 0:
                One(_connectors).Disconnect();
                break;
            case 16 when _ports.Count > 0:
                _ = One(_ports).StopListening();
                break;
            case 17 when _ports.Count > 0:
                Try(One(_ports).StartListening);
                break;
            case 18 when isCallback:
                throw new RandomException();
        }
    }

    private void CallTransport(RandomProtocol protocol, int call)
    {
        ITransport transport = protocol.Transport;
        switch (call)
        {
            case 0 or 1:
                transport.Write(new byte[_random.Next(1, 100)]);
                break;
            case 2:
                transport.Write(new byte[_random.Next(1, 600_000)]);
                break;
            case 3:
                transport.LoseConnection();
                break;
            case 4:
                transport.AbortConnection();
                break;
            case 5:
                transport.LoseWriteConnection();
                break;
            case 6:
                transport.PauseProducing();
                break;
            case 7 or 8:
                transport.ResumeProducing();
                break;
            case 9:
                Try(() => transport.RegisterProducer(new RandomProducer(this, protocol), streaming: OneIn(2)));
                break;
            case 10:
                transport.UnregisterProducer();
                break;
            default:
                transport.StopProducing();
                break;
        }
    }

    // That a call is refused is no fault: most of them come at the wrong time.
    private static void Try(Action call)
    {
        try
        {
            call();
        }
        catch (Exception refusal) when (refusal is InvalidOperationException or CannotListenException or RandomException)
        {
        }
    }

    private RandomFactory NewFactory(string name)
    {
        RandomFactory factory = new(this, name);
        _factories.Add(factory);
        return factory;
    }

    private bool OneIn(int count) => _random.Next(count) == 0;

    private T One<T>(List<T> list) => list[_random.Next(list.Count)];
}
