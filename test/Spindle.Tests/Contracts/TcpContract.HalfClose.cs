using Spindle.Kernel;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Closing one direction after the other.</content>
public abstract partial class TcpContract
{
    [Fact, Clause("TCP-62")]
    public void ReadConnectionLost_PeerShutsItsWriteSide_IsToldOnceAndWritingGoesOn() => Run(async rig =>
    {
        HalfCloseProtocol server = new();
        RawPair pair = await rig.ConnectRaw(server);
        await pair.Peer.Send(new byte[] { 1, 2 });

        pair.Peer.CloseWriting();

        await rig.Until(() => server.ReadLostCount == 1);
        Assert.Equal(2, server.ReceivedCount);
        server.Transport.Write([3, 4]);
        Assert.Equal([3, 4], await rig.Until(pair.Peer.Receive(2)));
        server.Transport.ResumeProducing(); // There is nothing to read any more.
        Assert.Single(rig.Reactor.GetReaders()); // The port.
        server.Transport.LoseConnection();
        await rig.Until(() => server.LostCount == 1);
        AssertReason<ConnectionDoneException>(server);
        Assert.Equal(1, server.ReadLostCount);
        Assert.Equal(0, server.WriteLostCount);
    });

    [Fact, Clause("TCP-62")]
    public void ConnectionLost_PeerShutsItsWriteSideAndNobodyWantsToKnow_EndsAll() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();

        pair.Peer.CloseWriting();

        await rig.Until(() => pair.Server.LostCount == 1);
        AssertReason<ConnectionDoneException>(pair.Server);
        Assert.Empty(await rig.Until(pair.Peer.Receive(1)));
    });

    [Fact, Clause("TCP-63", "TCP-65")]
    public void LoseWriteConnection_DataWaits_SendsItThenTellsBoth() => Run(async rig =>
    {
        HalfCloseProtocol client = new();
        HalfCloseProtocol server = new();
        Pair pair = await rig.ConnectPair(server, client);
        byte[] data = Payload.Make(1_000_000);
        client.Transport.Write(data);

        client.Transport.LoseWriteConnection();
        client.Transport.Write([9]); // Before the flush: still sent.

        Assert.Equal(0, client.WriteLostCount);
        await rig.Until(() => client.WriteLostCount == 1 && server.ReadLostCount == 1);
        Assert.Equal(data.Length + 1, server.ReceivedCount);
        client.Transport.Write([10]); // After it: dropped.
        server.Transport.Write([1, 2, 3]);
        await rig.Until(() => client.ReceivedCount == 3);
        Assert.Equal(0, client.LostCount);
        Assert.Equal(data.Length + 1, server.ReceivedCount);
        server.Transport.LoseConnection();
        await rig.Until(() => pair.IsOver);
    });

    [Fact, Clause("TCP-63")]
    public void LoseWriteConnection_NobodyWantsToKnow_GoesOnReading() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();

        pair.Server.Transport.LoseWriteConnection();

        Assert.Empty(await rig.Until(pair.Peer.Receive(1)));
        await pair.Peer.Send(new byte[] { 5 });
        await rig.Until(() => pair.Server.ReceivedCount == 1);
        Assert.Equal(0, pair.Server.LostCount);
        pair.Peer.Dispose();
        await rig.Until(() => pair.Server.LostCount == 1);
        AssertReason<ConnectionDoneException>(pair.Server);
    });

    [Fact, Clause("TCP-63")]
    public void LoseWriteConnection_ShutdownFails_TellsAllTheSame() => Run(async rig =>
    {
        HalfCloseProtocol client = new();
        Pair pair = await rig.ConnectPair(new HalfCloseProtocol(), client);
        rig.Plan.AddNext(Operation.Shutdown, FaultKind.ErrorAfter, Errno.ENOTCONN);

        client.Transport.LoseWriteConnection();

        await rig.Until(() => client.WriteLostCount == 1);
        Assert.Equal(1, rig.Plan.Fired);
        Assert.Equal(0, client.LostCount);
        pair.Server.Transport.LoseConnection();
        await rig.Until(() => pair.IsOver);
    });

    [Fact, Clause("TCP-64")]
    public void ReadConnectionLost_Throws_EndsTheConnectionWithIt() => Run(async rig =>
    {
        InvalidOperationException failure = new("the protocol's");
        HalfCloseProtocol server = new("Echo") { OnReadLost = () => throw failure };
        RawPair pair = await rig.ConnectRaw(server);

        pair.Peer.CloseWriting();

        await rig.Until(() => server.LostCount == 1);
        Assert.Same(failure, AssertReason<InvalidOperationException>(server));
        LogRecord record = rig.TakeError();
        Assert.Same(failure, record.Exception);
        Assert.StartsWith("[Echo,0,127.0.0.1]", record.Text, StringComparison.Ordinal);
    });

    [Fact, Clause("TCP-64")]
    public void WriteConnectionLost_Throws_EndsTheConnectionWithIt() => Run(async rig =>
    {
        InvalidOperationException failure = new("the protocol's");
        HalfCloseProtocol client = new() { OnWriteLost = () => throw failure };
        Pair pair = await rig.ConnectPair(client: client);

        client.Transport.LoseWriteConnection();

        await rig.Until(() => pair.IsOver);
        Assert.Same(failure, AssertReason<InvalidOperationException>(client));
        Assert.Same(failure, rig.TakeError().Exception);
    });

    [Theory, Clause("TCP-66")]
    [InlineData(true)]
    [InlineData(false)]
    public void LoseWriteConnection_BothSides_EndsBothDone(bool isClientFirst) => Run(async rig =>
    {
        List<string> journal = [];
        HalfCloseProtocol client = new("client", journal);
        HalfCloseProtocol server = new("server", journal);
        Pair pair = await rig.ConnectPair(server, client);
        journal.Clear();
        (HalfCloseProtocol first, HalfCloseProtocol second) = isClientFirst ? (client, server) : (server, client);

        first.Transport.LoseWriteConnection();
        await rig.Until(() => second.ReadLostCount == 1);
        second.Transport.LoseWriteConnection();
        await rig.Until(() => pair.IsOver);

        AssertReason<ConnectionDoneException>(client);
        AssertReason<ConnectionDoneException>(server);
        (string one, string two) = isClientFirst ? ("client", "server") : ("server", "client");
        Assert.Equal([$"{one} write lost", $"{one} read lost", $"{one} lost"], journal.Where(line => line.StartsWith(one, StringComparison.Ordinal)));
        Assert.Equal([$"{two} read lost", $"{two} write lost", $"{two} lost"], journal.Where(line => line.StartsWith(two, StringComparison.Ordinal)));
    });

    [Fact, Clause("TCP-66")]
    public void LoseWriteConnection_BothSidesAtOnce_EndsBothDone() => Run(async rig =>
    {
        HalfCloseProtocol client = new();
        HalfCloseProtocol server = new();
        Pair pair = await rig.ConnectPair(server, client);

        client.Transport.LoseWriteConnection();
        server.Transport.LoseWriteConnection();

        await rig.Until(() => pair.IsOver);
        foreach (HalfCloseProtocol each in new[] { client, server })
        {
            AssertReason<ConnectionDoneException>(each);
            Assert.Equal(1, each.ReadLostCount);
            Assert.Equal(1, each.WriteLostCount);
        }
    });

    [Fact, Clause("TCP-66", "FD-53")]
    public void LoseWriteConnection_ReadSideIsClosed_EndsItDone() => Run(async rig =>
    {
        HalfCloseProtocol server = new();
        RawPair pair = await rig.ConnectRaw(server);
        pair.Peer.CloseWriting();
        await rig.Until(() => server.ReadLostCount == 1);
        server.Transport.Write([1, 2, 3]);

        server.Transport.LoseWriteConnection();

        Assert.Equal([1, 2, 3], await rig.Until(pair.Peer.ReceiveToEnd()));
        await rig.Until(() => server.LostCount == 1);
        AssertReason<ConnectionDoneException>(server);
        Assert.Equal(1, server.WriteLostCount);
    });

    [Fact, Clause("FD-49")]
    public void LoseConnection_WriteSideIsClosed_EndsItWithinTheCall() => Run(async rig =>
    {
        HalfCloseProtocol client = new();
        Pair pair = await rig.ConnectPair(new HalfCloseProtocol(), client);
        client.Transport.LoseWriteConnection();
        await rig.Until(() => client.WriteLostCount == 1);

        client.Transport.LoseConnection();

        AssertReason<ConnectionDoneException>(client);
        pair.Server.Transport.LoseConnection();
        await rig.Until(() => pair.IsOver);
    });

    [Fact, Clause("FD-51")]
    public void LoseConnection_InWriteConnectionLost_EndsItWithinTheCall() => Run(async rig =>
    {
        HalfCloseProtocol client = new();
        int lostInside = 0;
        client.OnWriteLost = () =>
        {
            client.Transport.LoseConnection();
            lostInside = client.LostCount;
        };
        Pair pair = await rig.ConnectPair(client: client);

        client.Transport.LoseWriteConnection();

        await rig.Until(() => pair.IsOver);
        Assert.Equal(1, lostInside);
        AssertReason<ConnectionDoneException>(client);
    });

    [Fact, Clause("FD-49")]
    public void LoseConnection_InReadConnectionLost_EndsItOnce() => Run(async rig =>
    {
        HalfCloseProtocol server = new();
        server.OnReadLost = () => server.Transport.LoseConnection();
        RawPair pair = await rig.ConnectRaw(server);

        pair.Peer.CloseWriting();

        await rig.Until(() => server.LostCount == 1);
        AssertReason<ConnectionDoneException>(server);
        Assert.Empty(await rig.Until(pair.Peer.Receive(1)));
    });

    [Fact, Clause("FD-46", "FD-48")]
    public void LoseConnection_HalfClosing_ClosesBoth() => Run(async rig =>
    {
        HalfCloseProtocol client = new();
        Pair pair = await rig.ConnectPair(client: client);
        client.Transport.Write([1]);

        client.Transport.LoseWriteConnection();
        client.Transport.LoseConnection();

        await rig.Until(() => pair.IsOver);
        Assert.Equal(0, client.WriteLostCount); // The close comes first and needs no half.
        AssertReason<ConnectionDoneException>(client);
        Assert.Equal(1, pair.Server.ReceivedCount);
    });

    [Fact, Clause("FD-51", "TCP-63")]
    public void LoseWriteConnection_Twice_IsToldOnce() => Run(async rig =>
    {
        HalfCloseProtocol client = new();
        Pair pair = await rig.ConnectPair(new HalfCloseProtocol(), client);

        client.Transport.LoseWriteConnection();
        client.Transport.LoseWriteConnection();
        await rig.Until(() => client.WriteLostCount == 1);
        client.Transport.LoseWriteConnection();
        await rig.NextTurn();

        Assert.Equal(1, client.WriteLostCount);
        Assert.Equal(0, client.LostCount);
        pair.Server.Transport.LoseConnection();
        await rig.Until(() => pair.IsOver);
    });

    [Fact, Clause("TCP-62", "TCP-55")]
    public void ConnectionLost_PeerResetsAfterHalfClose_IsLost() => Run(async rig =>
    {
        HalfCloseProtocol server = new();
        RawPair pair = await rig.ConnectRaw(server);
        server.Transport.LoseWriteConnection();
        await rig.Until(() => server.WriteLostCount == 1);

        pair.Peer.Reset();

        await rig.Until(() => server.LostCount == 1);
        AssertErrno(Errno.ECONNRESET, AssertReason<ConnectionLostException>(server));
        Assert.Equal(0, server.ReadLostCount);
    });
}
