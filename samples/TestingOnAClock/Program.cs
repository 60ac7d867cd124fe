// Tests of a protocol with a time-out and of a client that tries again: no socket, no waiting. See docs/guide/testing.md.
using Spindle;
using Spindle.Testing;

WhoSaysNothingIsHungUpOn();
WhoAnswersLeavesNoTimerBehind();
TheClientTriesAgainUntilItIsLetIn();
Console.WriteLine("All is well.");

static void WhoSaysNothingIsHungUpOn()
{
    Clock clock = new();
    StringTransport transport = new();
    transport.Connect(new Doorkeeper(clock));
    Check(transport.WrittenText == "Who is there?\n", "It asks at once.");

    clock.Advance(TimeSpan.FromSeconds(29));
    Check(!transport.IsAborted, "It waits for half a minute.");

    clock.Advance(TimeSpan.FromSeconds(1));
    Check(transport.IsAborted, "It waits no longer.");
}

static void WhoAnswersLeavesNoTimerBehind()
{
    Clock clock = new();
    AccumulatingProtocol client = new();
    MemoryPump pump = MemoryPump.Connect(client, new Doorkeeper(clock));

    pump.PieceSize = 1; // The answer may come in any pieces.
    client.Transport.Write("Ada\n"u8);
    pump.Flush();

    Check(client.ReceivedText == "Who is there?\nCome in, Ada.\n", "It answers.");
    Check(client.LostReason is ConnectionDoneException, "It hangs up in good order.");
    Check(clock.GetDelayedCalls().Count == 0, "Nothing is left to happen.");
}

static void TheClientTriesAgainUntilItIsLetIn()
{
    MemoryReactor reactor = new();
    reactor.ListenTcp(7000, Factory.For(_ => new Doorkeeper(reactor)));
    reactor.ConnectTcp("example.com", 7000, new PersistentFactory(reactor));
    MemoryConnector connector = reactor.TcpClients[0].Connector;

    connector.Fail(new ConnectRefusedException());
    reactor.Advance(TimeSpan.FromSeconds(10));
    Check(connector.Attempts == 2, "It tries again after ten seconds.");

    MemoryPump? pump = connector.Succeed(reactor.TcpServers[0].Listener);
    Check(pump is { Client.IsConnected: false }, "They have said all that they had to say.");
}

static void Check(bool holds, string what)
{
    if (!holds)
    {
        throw new InvalidOperationException($"This does not hold: {what}");
    }
}
