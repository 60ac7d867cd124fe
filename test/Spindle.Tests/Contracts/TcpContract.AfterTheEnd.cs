using System.Buffers;
using System.Net;
using Spindle.Kernel;
using Spindle.Streams;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Options, addresses, and what is left after the end.</content>
public abstract partial class TcpContract
{
    [Fact, Clause("FD-67", "TCP-56")]
    public void Transport_Ended_EveryCallIsHarmless() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        pair.Client.Transport.LoseConnection();
        await rig.Until(() => pair.IsOver);
        int calls = CallsOnDescriptors(rig);

        UseAll(pair.Client.Transport);
        UseAll(pair.Server.Transport);
        await rig.NextTurn();
        await rig.NextTurn();

        Assert.Equal(1, pair.Client.LostCount);
        Assert.Equal(1, pair.Server.LostCount);
        Assert.Equal(calls, CallsOnDescriptors(rig));
        Assert.Empty(rig.Reactor.GetWriters());
        Assert.Single(rig.Reactor.GetReaders()); // The port.
    });

    [Fact, Clause("FD-67")]
    public void Transport_InConnectionLost_EveryCallIsHarmless() => Run(async rig =>
    {
        RecordingProtocol client = new();
        client.OnLost = _ => UseAll(client.Transport);
        Pair pair = await rig.ConnectPair(client: client);

        client.Transport.LoseConnection();

        await rig.Until(() => pair.IsOver);
        await rig.NextTurn();
        AssertReason<ConnectionDoneException>(client);
        Assert.Empty(rig.Reactor.GetWriters());
    });

    [Theory, Clause("FD-68")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void GetHost_Ended_StillAnswers(string host) => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair(host: host);
        EndPoint server = pair.Port.GetHost();
        EndPoint client = pair.ServerFactory.Addresses[0];

        pair.Client.Transport.AbortConnection(); // Neither side has been asked for its own address yet.
        await rig.Until(() => pair.IsOver);

        Assert.Equal(server, pair.Server.Transport.GetHost());
        Assert.Equal(client, pair.Server.Transport.GetPeer());
        Assert.Equal(client, pair.Client.Transport.GetHost());
        Assert.Equal(server, pair.Client.Transport.GetPeer());
    });

    [Fact, Clause("FD-68")]
    public void GetHost_InConnectionLost_Answers() => Run(async rig =>
    {
        RecordingProtocol server = new();
        EndPoint? host = null;
        server.OnLost = _ => host = server.Transport.GetHost();
        RawPair pair = await rig.ConnectRaw(server);

        pair.Peer.Reset();

        await rig.Until(() => server.LostCount == 1);
        Assert.Equal(pair.Port.GetHost(), host);
    });

    [Fact, Clause("TCP-67")]
    public void TcpNoDelay_Set_IsTheSocketsOption() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        int fd = FdOf(pair.Client);
        Assert.False(pair.Client.Tcp.TcpNoDelay);

        pair.Client.Tcp.TcpNoDelay = true;
        Assert.True(pair.Client.Tcp.TcpNoDelay);
        Assert.True(GetFlag(rig, fd, SocketConstants.IPPROTO_TCP, SocketConstants.TCP_NODELAY));
        pair.Client.Tcp.TcpNoDelay = false;
        Assert.False(pair.Client.Tcp.TcpNoDelay);
    });

    [Fact, Clause("TCP-67")]
    public void TcpKeepAlive_Set_IsTheSocketsOption() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        int fd = FdOf(pair.Server);
        Assert.False(pair.Server.Tcp.TcpKeepAlive);

        pair.Server.Tcp.TcpKeepAlive = true;
        Assert.True(pair.Server.Tcp.TcpKeepAlive);
        Assert.True(GetFlag(rig, fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_KEEPALIVE));
        pair.Server.Tcp.TcpKeepAlive = false;
        Assert.False(pair.Server.Tcp.TcpKeepAlive);
    });

    [Theory, Clause("TCP-67")]
    [InlineData(true)]
    [InlineData(false)]
    public void Options_GivenAtTheStart_AreSetOnEveryConnection(bool value) => Run(async rig =>
    {
        RecordingFactory servers = new();
        RecordingFactory clients = new();
        IListeningPort port = rig.Reactor.ListenTcp(
            0, servers, host: "127.0.0.1", options: new TcpListenOptions { NoDelay = value, KeepAlive = value, ReusePort = value });
        rig.Reactor.ConnectTcp(
            "127.0.0.1", ReactorRig.AddressOf(port).Port, clients, options: new TcpConnectOptions { NoDelay = value, KeepAlive = value });

        await rig.Until(() => servers.Built.Count == 1 && clients.Built.Count == 1);

        foreach (RecordingProtocol protocol in new[] { servers.Built[0], clients.Built[0] })
        {
            Assert.Equal(value, protocol.Tcp.TcpNoDelay);
            Assert.Equal(value, protocol.Tcp.TcpKeepAlive);
        }

        Assert.Equal(value, GetFlag(rig, ((StreamPort)port).Fileno(), SocketConstants.SOL_SOCKET, SocketConstants.SO_REUSEPORT));
    });

    [Theory, Clause("TCP-2")]
    [InlineData(true)]
    [InlineData(false)]
    public void DualMode_OnIpv6_DecidesWhetherIpv4IsServed(bool value) => Run(async rig =>
    {
        RecordingFactory servers = new();
        IListeningPort port = rig.Reactor.ListenTcp(0, servers, host: "::", options: new TcpListenOptions { DualMode = value });
        RecordingFactory clients = new();

        rig.Reactor.ConnectTcp("127.0.0.87", ReactorRig.AddressOf(port).Port, clients); // No other test listens there.

        if (value)
        {
            await rig.Until(() => servers.Built.Count == 1 && clients.Built.Count == 1);
            Assert.True(((IPEndPoint)servers.Addresses[0]).Address.IsIPv4MappedToIPv6);
        }
        else
        {
            await rig.Until(() => clients.Failures.Count == 1);
            Assert.IsType<ConnectRefusedException>(clients.Failures[0]);
        }
    });

    [Fact, Clause("TCP-67", "FD-68")]
    public void Options_Ended_ThrowOneDocumentedError() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        pair.Client.Transport.LoseConnection();
        await rig.Until(() => pair.IsOver);

        Assert.Throws<InvalidOperationException>(() => pair.Client.Tcp.TcpNoDelay);
        Assert.Throws<InvalidOperationException>(() => pair.Client.Tcp.TcpNoDelay = true);
        Assert.Throws<InvalidOperationException>(() => pair.Client.Tcp.TcpKeepAlive);
        Assert.Throws<InvalidOperationException>(() => pair.Client.Tcp.TcpKeepAlive = true);
    });

    [Fact, Clause("TCP-67")]
    public void Options_KernelRefuses_ThrowAndTheConnectionLives() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        rig.Plan.FailNext(Operation.SetSockOpt, Errno.ENOBUFS);
        rig.Plan.FailNext(Operation.GetSockOpt, Errno.ENOBUFS);

        AssertErrno(Errno.ENOBUFS, Record.Exception(() => pair.Client.Tcp.TcpNoDelay = true));
        AssertErrno(Errno.ENOBUFS, Record.Exception(() => _ = pair.Client.Tcp.TcpNoDelay));

        pair.Client.Transport.Write([1]);
        await rig.Until(() => pair.Server.ReceivedCount == 1);
    });

    [Fact, Clause("I4", "OVR-6")]
    public void Transport_FromAnotherThread_RefusesAndNamesTheWay() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        ITransport transport = pair.Client.Transport;
        PushProducer producer = new();
        Action[] calls =
        [
            () => transport.Write([1]),
            () => transport.Write(new ReadOnlySequence<byte>([1])),
            transport.LoseConnection,
            transport.LoseWriteConnection,
            transport.AbortConnection,
            () => transport.RegisterProducer(producer, streaming: true),
            transport.UnregisterProducer,
            transport.PauseProducing,
            transport.ResumeProducing,
            transport.StopProducing,
            () => transport.GetHost(),
            () => transport.GetPeer(),
            () => pair.Client.Tcp.TcpNoDelay = true,
            () => rig.Reactor.ListenTcp(0, pair.ServerFactory),
            () => rig.Reactor.ConnectTcp("127.0.0.1", 1, pair.ClientFactory),
            () => pair.Port.StopListening(),
            pair.Connector.Disconnect,
        ];

        Exception?[] refused = OffThread.Run(() => calls.Select(Record.Exception).ToArray());

        Assert.All(refused, each => Assert.Contains("CallFromThread", Assert.IsType<InvalidOperationException>(each).Message, StringComparison.Ordinal));
        await rig.NextTurn();
        Assert.Equal(0, pair.Client.LostCount);
    });

    private static void UseAll(ITransport transport)
    {
        transport.Write([1, 2, 3]);
        transport.Write(new byte[100_000]);
        transport.Write(SequenceOf([1], [2]));
        transport.LoseConnection();
        transport.LoseWriteConnection();
        transport.AbortConnection();
        transport.PauseProducing();
        transport.ResumeProducing();
        transport.UnregisterProducer();
        transport.StopProducing();
        Assert.NotNull(transport.GetHost());
        Assert.NotNull(transport.GetPeer());
    }

    private static int CallsOnDescriptors(ReactorRig rig) =>
        rig.Plan.Calls.Count(call => call.Operation is not (Operation.EpollWait or Operation.Poll or Operation.Select));
}
