using System.Net;
using Microsoft.Extensions.Logging;
using Spindle.Kernel;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Accepting.</content>
public abstract partial class TcpContract
{
    [Fact, Clause("TCP-16")]
    public void Accept_ManyWait_TakesOneHundredInTheFirstTurn() => Run(async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory, backlog: 200);
        List<RawPeer> peers = ConnectMany(port, 105);

        await rig.Until(() => factory.Built.Count == 105);

        Assert.Equal([100, 5], AcceptedPerTurn(rig));
        peers.ForEach(peer => peer.Dispose());
    });

    [Fact, Clause("TCP-16")]
    public void Accept_BatchIsFull_GrowsByTwenty() => Run(async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory, backlog: 200);
        List<RawPeer> peers = ConnectMany(port, 3); // They are all, so the next batch is of three.
        await rig.Until(() => factory.Built.Count == 3);

        peers.AddRange(ConnectMany(port, 30));
        await rig.Until(() => factory.Built.Count == 33);

        Assert.Equal([3, 3, 23, 4], AcceptedPerTurn(rig));
        peers.ForEach(peer => peer.Dispose());
    });

    [Fact, Clause("TCP-16")]
    public void Accept_NobodyWaits_TheNextBatchIsOfOne() => Run(async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);
        rig.Plan.FailNext(Operation.Accept, Errno.EAGAIN);
        List<RawPeer> peers = ConnectMany(port, 2);

        await rig.Until(() => factory.Built.Count == 2);

        Assert.Equal([0, 1, 1], AcceptedPerTurn(rig));
        peers.ForEach(peer => peer.Dispose());
    });

    [Fact, Clause("TCP-17")]
    public void Accept_FirewallRefuses_GoesOnWithTheNextWithinTheBatch() => Run(async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);
        rig.Plan.FailNext(Operation.Accept, Errno.EPERM, times: 150);
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));

        await rig.Until(() => factory.Built.Count == 1);

        int[] turns = [.. rig.Plan.Calls.Where(call => call.Operation == Operation.Accept).GroupBy(call => call.Turn).Select(turn => turn.Count())];
        Assert.Equal(100, turns[0]);
        Assert.Equal(52, turns[1]); // Fifty more refusals, the client, and nobody else: one batch.
        Assert.Empty(rig.TakeErrors());
    });

    [Theory, Clause("TCP-18")]
    [InlineData(Errno.EMFILE)]
    [InlineData(Errno.ENFILE)]
    [InlineData(Errno.ENOBUFS)]
    [InlineData(Errno.ENOMEM)]
    [InlineData(Errno.ECONNABORTED)]
    [InlineData(Errno.EPROTO)]
    [InlineData(Errno.ENETDOWN)]
    public void Accept_Fails_IsLoggedAndPortAndConnectionsLiveOn(int errno) => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        _ = rig.Log.Take();
        rig.Plan.FailNext(Operation.Accept, errno);
        using RawPeer unlucky = RawPeer.Connect(ReactorRig.AddressOf(pair.Port));
        await rig.Until(() => rig.Plan.Fired == 1);

        LogRecord record = Assert.Single(rig.Log.Take(), record => record.Level >= LogLevel.Information);
        Assert.Equal(LogLevel.Information, record.Level);
        Assert.Contains(Errno.Describe(errno), record.Text, StringComparison.Ordinal);
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(pair.Port));
        await rig.Until(() => pair.ServerFactory.Addresses.Contains(peer.LocalAddress));
        pair.Client.Transport.Write([1]);
        await rig.Until(() => pair.Server.ReceivedCount == 1);
    });

    [Fact, Clause("TCP-21", "I1")]
    public void Accept_FailsForNoKnownReason_IsAnErrorAndThePortRestsAndLivesOn() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        rig.Plan.FailNext(Operation.Accept, NoSuchThing, times: 3);
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(pair.Port));
        int turns = rig.Plan.Turns;

        await rig.Until(() => pair.ServerFactory.Addresses.Contains(peer.LocalAddress));

        Assert.InRange(rig.Plan.Turns - turns, 3, 100); // It stayed ready all the time; what spins makes thousands.
        IReadOnlyList<LogRecord> errors = rig.TakeErrors();
        Assert.Equal(3, errors.Count);
        Assert.All(errors, record => AssertErrno(NoSuchThing, record.Exception));
        pair.Client.Transport.Write([1]);
        await rig.Until(() => pair.Server.ReceivedCount == 1);
    });

    [Fact, Clause("TCP-20")]
    public void ListenTcp_Several_ShareOneReserve() => Run(async rig =>
    {
        IListeningPort first = rig.Listen(new RecordingFactory());
        IListeningPort second = rig.Listen(new RecordingFactory());

        Assert.Equal(1, ReservesIn(rig));
        await first.StopListening();
        Assert.Equal(1, ReservesIn(rig));
        await second.StopListening();
        Assert.Equal(0, ReservesIn(rig));
    });

    [Fact, Clause("TCP-20")]
    public void ListenTcp_NoDescriptorForTheReserve_ListensWithoutAndTriesAgainWithTheNext() => Run(async rig =>
    {
        RecordingFactory factory = new();
        rig.Plan.FailNext(Operation.Open, Errno.EMFILE);

        IListeningPort port = rig.Listen(factory);

        Assert.Equal(0, ReservesIn(rig));
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        await rig.Until(() => factory.Built.Count == 1);
        rig.Listen(new RecordingFactory());
        Assert.Equal(1, ReservesIn(rig));
    });

    [Fact, Clause("TCP-22")]
    public void Accept_BuildProtocolGivesNull_ClosesTheSocketAndGoesOn() => Run(async rig =>
    {
        bool isRefusing = true;
        RecordingFactory factory = new(() => isRefusing ? null : new RecordingProtocol());
        IListeningPort port = rig.Listen(factory);
        int open = rig.Kernel.Ledger.Count;
        using RawPeer first = RawPeer.Connect(ReactorRig.AddressOf(port));
        factory.OnBuild = _ => isRefusing = factory.Addresses.Count == 1;
        using RawPeer second = RawPeer.Connect(ReactorRig.AddressOf(port));

        await rig.Until(() => factory.Built.Count == 1);

        Assert.Empty(await rig.Until(first.Receive(1)));
        Assert.Equal(second.LocalAddress, factory.Built[0].Transport.GetPeer());
        Assert.Equal(open + 1, rig.Kernel.Ledger.Count);
    });

    [Fact, Clause("TCP-23", "TCP-26")]
    public void Accept_Several_NumbersTheAcceptedOnesFromZero() => Run(async rig =>
    {
        RecordingFactory? factory = null;
        factory = new RecordingFactory(() => factory!.Addresses.Count == 2 ? null : new RecordingProtocol("Echo"));
        IListeningPort port = rig.Listen(factory);
        List<RawPeer> peers = ConnectMany(port, 3);

        await rig.Until(() => factory.Addresses.Count == 3);

        Assert.Equal(["Echo,0,127.0.0.1", "Echo,1,127.0.0.1"], factory.Built.Select(protocol => PrefixOf(protocol)));
        peers.ForEach(peer => peer.Dispose());
    });

    [Fact, Clause("TCP-24")]
    public void Accept_BuildProtocolThrows_ClosesThatSocketAndServesTheNext() => Run(async rig =>
    {
        InvalidOperationException failure = new("the factory's");
        RecordingFactory factory = new() { Name = "Echo" };
        factory.OnBuild = _ =>
        {
            if (factory.Addresses.Count == 1)
            {
                throw failure;
            }
        };
        IListeningPort port = rig.Listen(factory);
        List<RawPeer> peers = ConnectMany(port, 2);

        await rig.Until(() => factory.Built.Count == 1);

        Assert.Equal([2], AcceptedPerTurn(rig));
        LogRecord record = rig.TakeError();
        Assert.Same(failure, record.Exception);
        Assert.StartsWith("[Echo]", record.Text, StringComparison.Ordinal);
        Assert.Empty(await rig.Until(peers[0].Receive(1)));
        peers.ForEach(peer => peer.Dispose());
    });

    [Fact, Clause("TCP-24")]
    public void Accept_ConnectionMadeThrows_LosesThatConnectionAndServesTheNext() => Run(async rig =>
    {
        InvalidOperationException failure = new("the protocol's");
        RecordingFactory? factory = null;
        factory = new RecordingFactory(() => new RecordingProtocol("Echo") { OnMade = factory!.Built.Count == 0 ? () => throw failure : null });
        IListeningPort port = rig.Listen(factory);
        List<RawPeer> peers = ConnectMany(port, 2);

        await rig.Until(() => factory.Built.Count == 2);

        Assert.Equal([2], AcceptedPerTurn(rig));
        Assert.Same(failure, AssertReason<InvalidOperationException>(factory.Built[0]));
        LogRecord record = rig.TakeError();
        Assert.Same(failure, record.Exception);
        Assert.StartsWith("[Echo,0,127.0.0.1]", record.Text, StringComparison.Ordinal);
        Assert.Empty(await rig.Until(peers[0].Receive(1)));
        Assert.Equal(0, factory.Built[1].LostCount);
        peers.ForEach(peer => peer.Dispose());
    });

    [Fact, Clause("TCP-22", "I2")]
    public void Accept_ConnectionCannotBeWatched_ConnectionIsMadeAndLost() => Run(async rig =>
    {
        List<string> journal = [];
        RecordingFactory? factory = null;
        factory = new RecordingFactory(() => new RecordingProtocol("Echo", journal));
        IListeningPort port = rig.Listen(factory);
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        rig.Plan.FailNext(Registration, Errno.ENOMEM);

        await rig.Until(() => journal.Count == 2);

        Assert.Equal(["Echo made", "Echo lost"], journal);
        AssertErrno(Errno.ENOMEM, AssertReason<SystemCallException>(factory.Built[0]));
        Assert.Empty(await rig.Until(peer.Receive(1)));
    });

    [Fact, Clause("TCP-25")]
    public void ConnectionMade_Server_IsReadingAlready() => Run(async rig =>
    {
        bool isReading = false;
        RecordingProtocol server = new();
        server.OnMade = () => isReading = rig.Reactor.GetReaders().Contains((IReadDescriptor)server.Transport);

        await rig.ConnectRaw(server);

        Assert.True(isReading);
    });

    [Fact, Clause("TCP-25")]
    public void Transport_Server_KnowsBothAddresses() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();

        Assert.Equal(pair.Port.GetHost(), pair.Server.Transport.GetHost());
        Assert.Equal(pair.Peer.LocalAddress, pair.Server.Transport.GetPeer());
        Assert.Same(pair.Server.Transport.GetHost(), pair.Server.Transport.GetHost());
    });

    [Fact, Clause("TCP-26")]
    public void ToString_Server_NamesProtocolSessionAndAddress() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw(new RecordingProtocol("Echo"));

        Assert.Equal($"<Echo #0 on {ReactorRig.AddressOf(pair.Port).Port}>", pair.Server.Transport.ToString());
        pair.Peer.Dispose();
        await rig.Until(() => pair.Server.LostCount == 1);
        Assert.Equal("<TcpConnection, closed>", pair.Server.Transport.ToString());
    });

    [Fact, Clause("TCP-22")]
    public void Transport_TwoConnections_AreTwoObjectsThatStayTheSame() => Run(async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);
        List<RawPeer> peers = ConnectMany(port, 2);
        await rig.Until(() => factory.Built.Count == 2);
        ITransport[] transports = [.. factory.Built.Select(protocol => protocol.Transport)];

        Assert.NotSame(transports[0], transports[1]);
        Assert.All(transports, transport => Assert.Contains((IReadDescriptor)transport, rig.Reactor.GetReaders()));
        peers.ForEach(peer => peer.Dispose());
        await rig.Until(() => factory.Built.TrueForAll(protocol => protocol.LostCount == 1));
        Assert.All(factory.Built.Zip(transports), each => Assert.Same(each.Second, each.First.Transport));
    });

    private static List<RawPeer> ConnectMany(IListeningPort port, int count)
    {
        IPEndPoint address = ReactorRig.AddressOf(port);
        return [.. Enumerable.Range(0, count).Select(_ => RawPeer.Connect(address))];
    }

    /// <summary>How many connections were accepted in each turn that tried to.</summary>
    private static int[] AcceptedPerTurn(ReactorRig rig) =>
        [.. rig.Plan.Calls.Where(call => call.Operation == Operation.Accept).GroupBy(call => call.Turn).Select(turn => turn.Count(call => call.Result >= 0))];

    private static int ReservesIn(ReactorRig rig) => rig.Kernel.Ledger.Describe().Count(line => line.EndsWith(" open", StringComparison.Ordinal));

    private static string PrefixOf(RecordingProtocol protocol) => ((ILoggingContext)protocol.Transport).LogPrefix;
}
