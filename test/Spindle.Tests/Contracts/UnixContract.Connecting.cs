using System.Net.Sockets;
using Spindle.Kernel;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Connectors and connections.</content>
public abstract partial class UnixContract
{
    [Fact, Clause("UNIX-10", "UNIX-12", "UNIX-13")]
    public void ConnectUnix_Served_ConnectsAndBothKnowTheAddresses() => Run(async unix =>
    {
        Pair pair = await unix.ConnectPair();

        UnixAddress path = new(unix.Socket);
        Assert.Equal(path, pair.Client.Transport.GetPeer());
        Assert.Equal(UnixAddress.Unnamed, pair.Client.Transport.GetHost());
        Assert.Equal(path, pair.Server.Transport.GetHost());
        Assert.Equal(UnixAddress.Unnamed, pair.Server.Transport.GetPeer());
        Assert.True(Assert.IsType<UnixAddress>(pair.ServerFactory.Addresses[0]).IsUnnamed);
        Assert.Equal(path, pair.ClientFactory.Addresses[0]);
        Assert.Equal(["server,0,", "client,client"], new[] { pair.Server, pair.Client }.Select(end => ((ILoggingContext)end.Transport).LogPrefix));
        Assert.Equal($"<server #0 on {unix.Socket}>", pair.Server.Transport.ToString());
        Assert.Equal($"<client to {unix.Socket}>", pair.Client.Transport.ToString());
    });

    [Fact, Clause("UNIX-12", "UNIX-13")]
    public void BuildProtocol_ClientIsBound_GetsItsPath() => Run(async unix =>
    {
        RecordingFactory factory = new(() => new RecordingProtocol("server"));
        unix.Listen(factory);
        using Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Bind(new UnixDomainSocketEndPoint(unix.File("client")));
        client.Connect(new UnixDomainSocketEndPoint(unix.Socket));

        await unix.Reactor.Until(() => factory.Built.Count == 1);

        Assert.Equal(new UnixAddress(unix.File("client")), factory.Addresses[0]);
        Assert.Equal($"server,0,{unix.File("client")}", ((ILoggingContext)factory.Built[0].Transport).LogPrefix);
    });

    [Fact, Clause("UNIX-10")]
    public void Streams_MuchBothWaysAndHalfClosed_CarryAll() => Run(async unix =>
    {
        ReadOnlyMemory<byte> up = Payload.Shared(3_000_000, 1);
        ReadOnlyMemory<byte> down = Payload.Shared(2_000_000, 2);
        HalfCloseProtocol server = new("server");
        HalfCloseProtocol client = new("client");
        Pair pair = await unix.ConnectPair(server, client);

        client.Transport.Write(up.Span);
        client.Transport.LoseWriteConnection();
        server.Transport.Write(down.Span);
        await unix.Reactor.Until(() => server.ReadLostCount == 1 && client.ReceivedCount == down.Length);
        server.Transport.LoseConnection();
        await unix.Reactor.Until(() => server.LostCount == 1 && client.LostCount == 1);

        Assert.True(up.Span.SequenceEqual(server.Received));
        Assert.True(down.Span.SequenceEqual(client.Received));
        AssertReason<ConnectionDoneException>(server);
        AssertReason<ConnectionDoneException>(client);
        Assert.Equal(ConnectorState.Disconnected, pair.Connector.State);
    });

    [Fact, Clause("UNIX-10")]
    public void LoseConnection_PeerGoesOnSending_LosesNothing() => Run(async unix =>
    {
        ReadOnlyMemory<byte> answer = Payload.Shared(100_000, 1);
        RecordingProtocol server = new("server");
        server.OnData = _ =>
        {
            server.Transport.Write(answer.Span);
            server.Transport.LoseConnection();
        };
        Pair pair = await unix.ConnectPair(server);

        pair.Client.Transport.Write(Payload.Shared(400_000, 2).Span);
        await unix.Reactor.Until(() => server.LostCount == 1 && pair.Client.LostCount == 1);

        Assert.True(answer.Span.StartsWith(pair.Client.Received));
        AssertReason<ConnectionDoneException>(server);
    });

    [Fact, Clause("UNIX-10")]
    public void AbortConnection_Always_EndsBothOnce() => Run(async unix =>
    {
        Pair pair = await unix.ConnectPair();

        pair.Server.Transport.Write("dropped"u8);
        pair.Server.Transport.AbortConnection();
        await unix.Reactor.Until(() => pair.Server.LostCount == 1 && pair.Client.LostCount == 1);

        AssertReason<TransportAbortedException>(pair.Server);
        Assert.Equal(0, pair.Client.ReceivedCount);
    });

    [Fact, Clause("UNIX-10")]
    public void ConnectUnix_NobodyThere_FailsWithWhatTheSystemSays() => Run(async unix =>
    {
        RecordingFactory factory = new();
        unix.Reactor.Reactor.ConnectUnix(unix.Socket, factory);
        Assert.Empty(factory.Failures); // Not within the call.
        await unix.Reactor.Until(() => factory.Failures.Count == 1);
        using (Socket dead = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(unix.Socket));
            unix.Reactor.Reactor.ConnectUnix(unix.Socket, factory);
            await unix.Reactor.Until(() => factory.Failures.Count == 2);
        }

        Assert.Equal(Errno.ENOENT, Assert.IsType<ConnectException>(factory.Failures[0]).Errno);
        Assert.Equal(Errno.ECONNREFUSED, Assert.IsType<ConnectRefusedException>(factory.Failures[1]).Errno);
        Assert.Equal(2, factory.Stops);
    });

    [Fact, Clause("UNIX-10")]
    public void ConnectUnix_BacklogIsFull_WaitsUntilThereIsRoom() => Run(async unix =>
    {
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(unix.Socket));
        listener.Listen(1);
        RecordingFactory factory = new();
        for (int i = 0; i < 5; i++)
        {
            unix.Reactor.Reactor.ConnectUnix(unix.Socket, factory);
        }

        await unix.Reactor.Until(() => factory.Built.Count == 2 && unix.Reactor.Plan.Count(Operation.Connect) > 6);
        List<Socket> accepted = [];
        while (accepted.Count < 5)
        {
            accepted.Add(await listener.AcceptAsync());
        }

        await unix.Reactor.Until(() => factory.Built.Count == 5);
        Assert.Empty(factory.Failures);
        accepted.ForEach(socket => socket.Dispose());
    });

    [Fact, Clause("UNIX-10")]
    public void ConnectUnix_BacklogStaysFull_TimesOutOrIsStopped() => Run(async unix =>
    {
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(unix.Socket));
        listener.Listen(0);
        using Socket first = ConnectRaw(unix.Socket);
        RecordingFactory timed = new();
        RecordingFactory stopped = new();

        unix.Reactor.Reactor.ConnectUnix(unix.Socket, timed, TimeSpan.FromMilliseconds(50));
        IConnector connector = unix.Reactor.Reactor.ConnectUnix(unix.Socket, stopped);
        await unix.Reactor.Until(() => timed.Failures.Count == 1);
        connector.StopConnecting();

        Assert.IsType<ConnectTimeoutException>(timed.Failures[0]);
        Assert.IsType<UserAbortedException>(stopped.Failures[0]);
    });

    [Fact, Clause("UNIX-11")]
    public void ConnectUnix_CheckPid_ConnectsOnlyIfTheLockIsHeld() => Run(async unix =>
    {
        RecordingFactory servers = new();
        RecordingFactory clients = new();
        IListeningPort port = unix.Listen(servers);
        unix.Reactor.Reactor.ConnectUnix(unix.Socket, clients, checkPid: true);
        await unix.Reactor.Until(() => clients.Failures.Count == 1);
        Assert.Contains(unix.Lock, Assert.IsType<BadFileException>(clients.Failures[0]).Message, StringComparison.Ordinal);
        Assert.Equal(0, unix.Reactor.Plan.Count(Operation.Connect));
        Assert.Null(new FileInfo(unix.Lock).LinkTarget); // Looked at, and left as it was.
        await port.StopListening();

        unix.Listen(servers, wantPid: true);
        unix.Reactor.Reactor.ConnectUnix(unix.Socket, clients, checkPid: true);
        await unix.Reactor.Until(() => servers.Built.Count == 1 && clients.Built.Count == 1);
    });

    [Fact, Clause("UNIX-11")]
    public void ConnectUnix_CheckPidOfAnAbstractName_NeedsNoLock() => Run(async unix =>
    {
        string path = $"\0spindle-check-{Environment.ProcessId}-{Kind}";
        RecordingFactory clients = new();
        unix.Reactor.Reactor.ListenUnix(path, new RecordingFactory(), wantPid: true);

        unix.Reactor.Reactor.ConnectUnix(path, clients, checkPid: true);

        await unix.Reactor.Until(() => clients.Built.Count == 1);
    });

    [Fact, Clause("UNIX-11")]
    public void ConnectUnix_CheckPidAndTheLockIsNone_Fails() => Run(async unix =>
    {
        RecordingFactory clients = new();
        File.WriteAllText(unix.Lock, "no lock");

        unix.Reactor.Reactor.ConnectUnix(unix.Socket, clients, checkPid: true);
        await unix.Reactor.Until(() => clients.Failures.Count == 1);

        Assert.Contains("no lock", Assert.IsType<BadFileException>(clients.Failures[0]).Message, StringComparison.Ordinal);
    });

    [Fact, Clause("UNIX-10")]
    public void PeerCredentials_BothEnds_AreThisProcess() => Run(async unix =>
    {
        Pair pair = await unix.ConnectPair();

        UnixCredentials server = Unix(pair.Server).GetPeerCredentials();
        Assert.Equal(Environment.ProcessId, server.ProcessId);
        Assert.Equal(server, Unix(pair.Client).GetPeerCredentials());

        IUnixTransport transport = Unix(pair.Client);
        unix.Reactor.Plan.FailNext(Operation.PeerCredentials, Errno.ENOTCONN);
        Assert.Equal("getsockopt", Assert.Throws<SystemCallException>(() => transport.GetPeerCredentials()).Call);
        transport.LoseConnection();
        await unix.Reactor.Until(() => pair.Client.LostCount == 1);
        Assert.Throws<InvalidOperationException>(() => transport.GetPeerCredentials());
    });
}
