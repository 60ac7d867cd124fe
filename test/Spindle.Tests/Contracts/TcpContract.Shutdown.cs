using Spindle.Streams;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>The reactor stops.</content>
public abstract partial class TcpContract
{
    [Fact, Clause("CORE-42", "CORE-44", "I2")]
    public void Stop_ConnectionsInEveryState_TellsEachOnce() => Run(async rig =>
    {
        Pair reading = await rig.ConnectPair();
        Pair paused = await rig.ConnectPair();
        paused.Server.Transport.PauseProducing();
        paused.Client.Transport.PauseProducing();
        Pair writing = await rig.ConnectPair();
        writing.Server.Transport.PauseProducing();
        writing.Client.Transport.Write(new byte[16 << 20]);
        Pair closing = await rig.ConnectPair();
        closing.Server.Transport.PauseProducing();
        closing.Client.Transport.Write(new byte[16 << 20]);
        closing.Client.Transport.LoseConnection();
        Pair halfClosed = await rig.ConnectPair(new HalfCloseProtocol(), new HalfCloseProtocol());
        halfClosed.Client.Transport.LoseWriteConnection();
        await rig.Until(() => ((HalfCloseProtocol)halfClosed.Server).ReadLostCount == 1);
        Pair[] all = [reading, paused, writing, closing, halfClosed];

        await rig.StopAsync();

        foreach (Pair pair in all)
        {
            Assert.IsType<ConnectionLostException>(AssertReason<ConnectionLostException>(pair.Client));
            AssertReason<ConnectionLostException>(pair.Server);
            Assert.Single(pair.ClientFactory.Losses);
            Assert.Equal((1, 1), (pair.ClientFactory.Stops, pair.ServerFactory.Stops));
        }

        Assert.Empty(rig.Reactor.GetReaders());
        Assert.Empty(rig.Reactor.GetWriters());
        Assert.Empty(rig.Reactor.GetDelayedCalls());
    });

    [Fact, Clause("CORE-44", "TCP-41", "TCP-45")]
    public void Stop_AttemptsInEveryState_TellsEachOnce() => Run(async rig =>
    {
        using SilentServer server = new();
        RecordingFactory connecting = new();
        IConnector connector = rig.Reactor.ConnectTcp("127.0.0.1", server.Port, connecting);
        await rig.Until(() => rig.Reactor.GetWriters().Count == 1);
        RecordingFactory lookingUp = new();
        rig.Reactor.Stop();
        rig.Reactor.ConnectTcp("localhost", server.Port, lookingUp);

        await rig.Reactor.Stopped;

        AssertNeverConnected(connecting);
        AssertNeverConnected(lookingUp);
        Assert.Equal((1, 1), (connecting.Stops, lookingUp.Stops));
        Assert.Equal(ConnectorState.Disconnected, connector.State);
        Assert.Empty(rig.Reactor.GetDelayedCalls());
    });

    [Fact, Clause("CORE-44", "TCP-9")]
    public void Stop_PortIsStopping_IsClosedAndItsTaskDone()
    {
        ReactorRig rig = new(Kind);
        rig.Open();
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);
        Task? closed = null;
        rig.Reactor.CallWhenRunning(() =>
        {
            rig.Loop.CallSoon(() => closed = port.StopListening());
            rig.Reactor.Stop();
        });

        rig.Reactor.Run(installSignalHandlers: false);

        Assert.True(closed!.IsCompletedSuccessfully);
        Assert.Equal(1, factory.Stops);
        rig.Close();
        Assert.Empty(rig.Kernel.Ledger.Describe());
        Assert.Empty(rig.TakeErrors());
    }

    [Fact, Clause("CORE-44", "TCP-9")]
    public void Dispose_NeverRun_ClosesPortsAlsoThoseThatAreStopping()
    {
        ReactorRig rig = new(Kind);
        rig.Open();
        RecordingFactory factory = new();
        rig.Listen(factory);
        _ = rig.Listen(factory).StopListening();
        RecordingFactory clients = new();
        rig.Reactor.ConnectTcp("127.0.0.1", 1, clients);

        rig.Close();

        Assert.Equal((1, 1), (factory.Starts, factory.Stops));
        Assert.Single(clients.Failures);
        Assert.Empty(rig.Kernel.Ledger.Describe());
    }

    [Fact, Clause("CORE-42")]
    public void ConnectionLost_AtTheShutdown_MayStopPortsAndLoseOthers() => Run(async rig =>
    {
        Pair first = await rig.ConnectPair();
        Pair second = await rig.ConnectPair();
        first.Server.OnLost = reason =>
        {
            _ = first.Port.StopListening();
            _ = second.Port.StopListening();
            second.Server.Transport.LoseConnection();
            second.Client.Transport.AbortConnection();
        };

        await rig.StopAsync();
        await rig.NextTurn();
        await rig.NextTurn();

        RecordingProtocol[] all = [first.Server, first.Client, second.Server, second.Client];
        Assert.All(all, protocol => Assert.Equal(1, protocol.LostCount));
        Assert.Equal((1, 1), (first.ServerFactory.Stops, second.ServerFactory.Stops));
    });

    [Fact, Clause("CORE-43", "I7")]
    public void ConnectionLost_AtTheShutdown_MayConnectAgainAndIsNotServed() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        pair.ClientFactory.OnLost = connector => connector.Connect();
        int connects = rig.Plan.Count(Operation.Connect);

        await rig.StopAsync();
        await rig.NextTurn();
        await rig.NextTurn();

        Assert.Equal(ConnectorState.Connecting, pair.Connector.State); // Not refused.
        Assert.Equal(connects, rig.Plan.Count(Operation.Connect));
        Assert.Empty(pair.ClientFactory.Failures);
        rig.Reactor.Dispose();
        AssertNeverConnected(pair.ClientFactory);
        Assert.Equal((1, 1), (pair.ClientFactory.Starts, pair.ClientFactory.Stops));
    });

    [Fact, Clause("CORE-25", "CORE-26")]
    public void Iterate_NeverRun_ServesConnections()
    {
        ReactorRig rig = new(Kind);
        rig.Open();
        RecordingProtocol server = new();
        server.OnData = data => server.Transport.Write(data);
        IListeningPort port = rig.Listen(new RecordingFactory(() => server));
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        byte[]? echo = null;
        OffThread client = OffThread.Start(() =>
        {
            peer.Socket.Send([1, 2, 3]);
            byte[] buffer = new byte[3];
            Assert.Equal(3, peer.Socket.Receive(buffer));
            Volatile.Write(ref echo, buffer);
        });
        Assert.False(rig.Reactor.IsRunning);

        for (int turns = 0; turns < 6_000 && Volatile.Read(ref echo) is null; turns++)
        {
            rig.Reactor.Iterate(TimeSpan.FromMilliseconds(10));
        }

        client.Join();
        Assert.Equal([1, 2, 3], echo);
        Assert.Null(EventLoop.Current);
        rig.Close();
        AssertReason<ConnectionLostException>(server);
        Assert.Empty(rig.Kernel.Ledger.Describe());
    }

    [Fact, Clause("CORE-42", "TCP-9")]
    public void StopAsync_GraceSuffices_SendsWhatWasWritten() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();
        byte[] all = Payload.Make(8 << 20);
        pair.Server.Transport.Write(all);
        Task<byte[]> received = pair.Peer.ReceiveToEnd();

        await rig.Reactor.StopAsync(TimeSpan.FromMinutes(1));

        AssertReason<ConnectionDoneException>(pair.Server);
        Assert.Equal(-1, ((StreamPort)pair.Port).Fileno());
        Assert.True((await rig.Until(received)).AsSpan().SequenceEqual(all));
    });

    [Fact, Clause("CORE-42")]
    public void StopAsync_NothingSaidYet_HearsThePeerOnce() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();
        pair.Server.OnData = data => pair.Server.Transport.Write(data);
        Task stopped = rig.Reactor.StopAsync(TimeSpan.FromMinutes(1));
        await rig.NextTurn();
        await rig.NextTurn();
        await rig.NextTurn();
        Assert.Equal(0, pair.Server.LostCount);

        await pair.Peer.Send(new byte[] { 5 });

        Assert.Equal([5], await rig.Until(pair.Peer.ReceiveToEnd()));
        AssertReason<ConnectionDoneException>(pair.Server);
        await stopped;
    });

    [Fact, Clause("CORE-42")]
    public void StopAsync_DataHasArrived_IsStillDelivered() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();
        pair.Server.OnData = data => pair.Server.Transport.Write(data);
        await pair.Peer.Send(new byte[] { 1 });
        Assert.Equal([1], await rig.Until(pair.Peer.Receive(1)));
        Assert.Equal(1, pair.Peer.Socket.Send([2])); // At once: the loop has not read it when the stop begins.

        Task stopped = rig.Reactor.StopAsync(TimeSpan.FromMinutes(1));

        Assert.Equal([2], await rig.Until(pair.Peer.ReceiveToEnd()));
        await stopped;
    });

    [Fact, Clause("CORE-42")]
    public void StopAsync_ProtocolFinishesItself_IsNotClosed() => Run(async rig =>
    {
        FinishingProtocol server = new();
        RawPair pair = await rig.ConnectRaw(server);
        server.OnData = data =>
        {
            server.Transport.Write(data);
            if (data[^1] == 9)
            {
                server.Transport.LoseConnection();
            }
        };

        Task stopped = rig.Reactor.StopAsync(TimeSpan.FromMinutes(1));
        await rig.Until(() => server.FinishCount == 1);
        await pair.Peer.Send(new byte[] { 1 });
        Assert.Equal([1], await rig.Until(pair.Peer.Receive(1)));
        await pair.Peer.Send(new byte[] { 9 });

        Assert.Equal([9], await rig.Until(pair.Peer.ReceiveToEnd()));
        AssertReason<ConnectionDoneException>(server);
        await stopped;
        Assert.Equal(1, server.FinishCount);
    });

    [Fact, Clause("CORE-42", "I3")]
    public void StopAsync_FinishThrows_EndsThatConnectionWithIt() => Run(async rig =>
    {
        InvalidOperationException failure = new("cannot finish");
        FinishingProtocol server = new() { OnFinish = () => throw failure };
        await rig.ConnectRaw(server);

        await rig.Reactor.StopAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(1, server.LostCount);
        Assert.Same(failure, server.Reason);
        Assert.Same(failure, rig.TakeError().Exception);
    });

    [Fact, Clause("CORE-42", "TCP-57")]
    public void StopAsync_ProtocolNeverFinishes_IsAbortedAfterTheGrace() => Run(async rig =>
    {
        FinishingProtocol server = new();
        await rig.ConnectRaw(server);

        await rig.Reactor.StopAsync(TimeSpan.FromMilliseconds(5));

        AssertReason<TransportAbortedException>(server);
    });

    [Fact, Clause("CORE-42", "TCP-57")]
    public void StopAsync_GraceIsOver_AbortsWhatIsLeft() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();
        pair.Server.Transport.Write(new byte[16 << 20]); // The peer does not read.

        await rig.Reactor.StopAsync(TimeSpan.FromMilliseconds(5));

        AssertReason<TransportAbortedException>(pair.Server);
        Assert.Equal(-1, ((StreamPort)pair.Port).Fileno());
    });

    [Fact, Clause("CORE-42", "I2", "I6")]
    public void StopAsync_ManyConnectionsWithFullBuffers_LosesNoByte() => Run(async rig =>
    {
        const int Connections = 40, Size = 700_000;
        TcpListenOptions smallBuffers = new() { SendBufferSize = 16_384 };
        RecordingFactory factory = new();
        IListeningPort port = rig.Reactor.ListenTcp(0, factory, host: "127.0.0.1", options: smallBuffers);
        List<RawPeer> peers = ConnectMany(port, Connections);
        foreach (RawPeer peer in peers)
        {
            await peer.Send(new byte[50_000]); // What nobody reads any more must not make a reset of the close.
        }

        await rig.Until(() => factory.Built.Count == Connections);
        byte[] all = Payload.Make(Size);
        foreach (RecordingProtocol server in factory.Built)
        {
            server.Transport.Write([(byte)factory.Built.IndexOf(server)]);
            server.Transport.Write(all);
        }

        await rig.NextTurn();
        Assert.Equal(Connections, rig.Reactor.GetWriters().Count); // Every buffer is full.
        Task stopped = rig.Reactor.StopAsync(TimeSpan.FromMinutes(1));
        Task<byte[]>[] received = [.. peers.Select(peer => peer.ReceiveToEnd())];
        await rig.Until(Task.WhenAll(received));

        await stopped;
        foreach (RecordingProtocol server in factory.Built)
        {
            AssertReason<ConnectionDoneException>(server);
        }

        Assert.All(received, each => Assert.True(each.Result.AsSpan(1).SequenceEqual(all), $"{each.Result.Length} of {Size + 1} bytes came."));
        Assert.Equal(Enumerable.Range(0, Connections), received.Select(each => (int)each.Result[0]).Order());
        peers.ForEach(peer => peer.Dispose());
    });

    [Fact, Clause("CORE-42")]
    public void StopAsync_Twice_IsTheSameTask() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();
        pair.Server.Transport.Write(new byte[16 << 20]); // The peer does not read.

        Task first = rig.Reactor.StopAsync(TimeSpan.FromMilliseconds(5));

        Assert.Same(first, rig.Reactor.StopAsync(TimeSpan.FromHours(1)));
        await first;
        AssertReason<TransportAbortedException>(pair.Server);
        Assert.Throws<ReactorNotRunningException>(() => { _ = rig.Reactor.StopAsync(TimeSpan.Zero); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = rig.Reactor.StopAsync(TimeSpan.FromTicks(-1)); });
    });

    [Fact, Clause("CORE-42")]
    public void StopAsync_StoppedMeanwhile_EndsWithThat() => Run(async rig =>
    {
        RawPair pair = await rig.ConnectRaw();
        pair.Server.Transport.Write(new byte[16 << 20]);
        Task graceful = rig.Reactor.StopAsync(TimeSpan.FromHours(1));

        rig.Reactor.Stop();
        await graceful;

        AssertReason<ConnectionLostException>(pair.Server);
        Assert.Empty(rig.Reactor.GetDelayedCalls());
    });

    [Fact, Clause("TIME-26", "CORE-30")]
    public void Stop_WithinACallback_WhatIsReadyIsServedBefore() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        rig.Loop.CallSoon(() =>
        {
            pair.Client.Transport.LoseConnection();
            rig.Reactor.Stop();
        });

        await rig.Reactor.Stopped;

        AssertReason<ConnectionDoneException>(pair.Client);
        AssertReason<ConnectionDoneException>(pair.Server);
    });

    // It is a failure to connect, which tells what happened to the socket.
    private static void AssertNeverConnected(RecordingFactory factory) =>
        Assert.IsType<ConnectionLostException>(Assert.IsType<ConnectException>(Assert.Single(factory.Failures)).InnerException);
}
