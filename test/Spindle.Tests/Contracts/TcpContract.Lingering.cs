using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>A close with bytes under way.</content>
public abstract partial class TcpContract
{
    // Fits into the kernel's buffers, but not into those of a peer that has made its own small.
    private const int UnderWay = 300_000;

    [Fact, Clause("TCP-54", "TCP-55")]
    public void LoseConnection_PeerGoesOnSending_StillGetsAll() => Run(async rig =>
    {
        (RecordingProtocol server, RawPeer peer) = await CloseWithBytesUnderWay(rig);

        await peer.Send(new byte[1_000]); // A closed socket would answer this with a reset.

        Assert.True((await rig.Until(peer.ReceiveToEnd())).AsSpan().SequenceEqual(Payload.Make(UnderWay)));
        AssertReason<ConnectionDoneException>(server);
        await rig.Until(() => !HasAccepted(rig));
    });

    [Fact, Clause("TCP-54")]
    public void LoseConnection_WriteSideIsClosedPeerGoesOnSending_StillGetsAll() => Run(async rig =>
    {
        RecordingProtocol server = new();
        using RawPeer peer = ConnectWithSmallBuffer(rig, server);
        await rig.Until(() => server.MadeCount == 1);
        server.Transport.Write(Payload.Make(UnderWay));
        server.Tcp.LoseWriteConnection();
        await rig.NextTurn();
        await rig.NextTurn();

        server.Transport.LoseConnection();
        await peer.Send(new byte[1_000]);

        Assert.Equal(1, server.LostCount);
        Assert.True((await rig.Until(peer.ReceiveToEnd())).AsSpan().SequenceEqual(Payload.Make(UnderWay)));
        await rig.Until(() => !HasAccepted(rig));
    });

    [Fact, Clause("TCP-54", "I7")]
    public void LoseConnection_PeerResetsBeforeItHasAll_ClosesTheSocket() => Run(async rig =>
    {
        (_, RawPeer peer) = await CloseWithBytesUnderWay(rig);
        Assert.True(HasAccepted(rig));

        peer.Reset();

        await rig.Until(() => !HasAccepted(rig));
    });

    [Fact, Clause("TCP-54", "I7")]
    public void Stop_SocketsLinger_ClosesThem() => Run(async rig =>
    {
        (_, RawPeer peer) = await CloseWithBytesUnderWay(rig);
        using (peer)
        {
            await rig.StopAsync();
            Assert.False(HasAccepted(rig));
        }
    });

    [Fact, Clause("CORE-42")]
    public void StopAsync_SocketsLinger_WaitsForThem() => Run(async rig =>
    {
        (_, RawPeer peer) = await CloseWithBytesUnderWay(rig);

        Task stopped = rig.Reactor.StopAsync(TimeSpan.FromMinutes(1));
        await rig.NextTurn();
        await peer.Send(new byte[1_000]);
        Assert.False(stopped.IsCompleted);

        Assert.Equal(UnderWay, (await rig.Until(peer.ReceiveToEnd())).Length);
        await stopped;
    });

    [Fact, Clause("CORE-42")]
    public void StopAsync_GraceIsOverSocketsLinger_ClosesThem() => Run(async rig =>
    {
        (_, RawPeer peer) = await CloseWithBytesUnderWay(rig);
        using (peer)
        {
            await rig.Reactor.StopAsync(TimeSpan.FromMilliseconds(5));
            Assert.False(HasAccepted(rig));
        }
    });

    [Fact, Clause("TCP-54")]
    public void LoseConnection_PeerHasEnded_ClosesAtOnce() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw(new HalfCloseProtocol());
        pair.Peer.CloseWriting();
        await rig.Until(() => ((HalfCloseProtocol)pair.Server).ReadLostCount == 1);

        pair.Server.Transport.LoseConnection();
        await rig.Until(() => pair.Server.LostCount == 1);

        Assert.False(HasAccepted(rig));
        Assert.Equal(0, rig.Plan.Count(Operation.CountUndelivered));
    });

    private static async Task<(RecordingProtocol Server, RawPeer Peer)> CloseWithBytesUnderWay(ReactorRig rig)
    {
        RecordingProtocol server = new();
        RawPeer peer = ConnectWithSmallBuffer(rig, server);
        await rig.Until(() => server.MadeCount == 1);
        server.Transport.Write(Payload.Make(UnderWay));
        server.Transport.LoseConnection();
        await rig.Until(() => server.LostCount == 1);
        return (server, peer);
    }

    private static RawPeer ConnectWithSmallBuffer(ReactorRig rig, RecordingProtocol server)
    {
        IListeningPort port = rig.Listen(new RecordingFactory(() => server) { Name = "servers" });
        return RawPeer.ConnectWithSmallBuffer(ReactorRig.AddressOf(port));
    }

    /// <summary>Whether a socket is open that was accepted.</summary>
    private static bool HasAccepted(ReactorRig rig) => rig.Kernel.Ledger.Describe().Any(each => each.EndsWith("accept4", StringComparison.Ordinal));
}
