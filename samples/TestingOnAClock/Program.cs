// Tests of a protocol with a time-out, of a client that tries again, and of TLS: no socket, no waiting. See docs/guide/testing.md.
using System.Security.Cryptography.X509Certificates;
using Spindle;
using Spindle.Testing;
using Spindle.Tls;

WhoSaysNothingIsHungUpOn();
WhoAnswersLeavesNoTimerBehind();
TheClientTriesAgainUntilItIsLetIn();
WhoHasStartedTlsHearsSo();
TheClientKnowsTheServer();
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

static void WhoHasStartedTlsHearsSo()
{
    StringTransport transport = new();
    Session session = new(new CertificateOptions(certificate: MakeCertificate()));
    transport.Connect(session);
    transport.Clear();

    session.DataReceived("STARTTLS\r\nQUIT\r\n"u8); // Somebody has put the second line there.
    session.SendLine("250 this is no secret any more");
    Check(transport.IsTls && transport.WrittenText == "220 go ahead\r\n", "What follows waits for the handshake.");
    Check(transport.HandedBack.SequenceEqual("QUIT\r\n"u8), "A line that came in the clear is no command.");

    transport.CompleteHandshake();
    session.DataReceived("WHO\r\n"u8);
    Check(transport.WrittenText.EndsWith("250 Tls13\r\n", StringComparison.Ordinal), "It is protected now.");
}

static void TheClientKnowsTheServer()
{
    using X509Certificate2 certificate = MakeCertificate();
    MemoryReactor reactor = new();
    AccumulatingProtocol client = new();
    AccumulatingProtocol server = new();
    reactor.ListenSsl(443, Factory.For(_ => server), new CertificateOptions(certificate: certificate));
    reactor.ConnectSsl("localhost", 443, ClientFactory.For(_ => client), CertificateOptions.ForClient("localhost", TrustRoot.FromCertificates([certificate])));

    MemoryPump pump = reactor.SslClients[0].Connector.Succeed(reactor.SslServers[0].Listener)!;
    client.Transport.Write("for you only"u8);
    pump.Flush();
    Check(server.ReceivedText == "for you only", "The handshake has succeeded.");
    Check(TlsCertificates.PeerFromTransport(client.Transport).Equals(certificate), "The client knows who it is.");
}

// Valid at any time that the test may be run at.
static X509Certificate2 MakeCertificate() =>
    TlsCertificates.CreateSelfSigned(new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2199, 1, 1, 0, 0, 0, TimeSpan.Zero), "localhost");

static void Check(bool holds, string what)
{
    if (!holds)
    {
        throw new InvalidOperationException($"This does not hold: {what}");
    }
}
