using System.Net;
using System.Net.Sockets;
using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Streams;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Ports.</content>
public abstract partial class TcpContract
{
    [Fact, Clause("TCP-1", "TCP-8")]
    public void ListenTcp_PortZero_ListensOnAFreePortOfEveryIpv4Address() => Run(async rig =>
    {
        RecordingFactory factory = new();

        IListeningPort port = rig.Reactor.ListenTcp(0, factory);

        IPEndPoint address = ReactorRig.AddressOf(port);
        Assert.Equal(IPAddress.Any, address.Address);
        Assert.InRange(address.Port, 1, 65_535);

        // Accepting already: the client is connected before the reactor has had a turn.
        using RawPeer peer = RawPeer.Connect(new IPEndPoint(IPAddress.Parse("127.0.0.5"), address.Port));
        await rig.Until(() => factory.Built.Count == 1);
        Assert.Equal(peer.LocalAddress, factory.Addresses[0]);
    });

    [Fact, Clause("TCP-1")]
    public void ListenTcp_ReactorDoesNotRunYet_ServesWhenItDoes()
    {
        ReactorRig rig = new(Kind);
        rig.Open();
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));

        rig.Loop.RunUntilComplete(async () =>
        {
            rig.Reactor.StartRunning();
            await rig.Until(() => factory.Built.Count == 1);
            await rig.StopAsync();
        });

        rig.Close();
        Assert.Equal(1, factory.Stops);
        Assert.Empty(rig.Kernel.Ledger.Describe());
    }

    [Fact, Clause("TCP-2", "TCP-22", "TCP-25")]
    public void ListenTcp_Ipv6Literal_ServesIpv6() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair(host: "::1");

        IPEndPoint host = ReactorRig.AddressOf(pair.Port);
        Assert.Equal(IPAddress.IPv6Loopback, host.Address);
        Assert.Equal(host, pair.Server.Transport.GetHost());
        Assert.Equal(host, pair.Client.Transport.GetPeer());
        Assert.Equal(pair.Client.Transport.GetHost(), pair.Server.Transport.GetPeer());
        Assert.Equal(pair.Client.Transport.GetHost(), pair.ServerFactory.Addresses[0]);
        Assert.Equal(host, pair.ClientFactory.Addresses[0]);
    });

    [Theory, Clause("TCP-3")]
    [InlineData("localhost")]
    [InlineData("127.1")]
    [InlineData("0x7f000001")]
    [InlineData("[::1]")]
    [InlineData("127.0.0.1.")]
    [InlineData(" 127.0.0.1")]
    public void ListenTcp_InterfaceIsNoLiteral_Throws(string host) => Run(rig =>
    {
        CannotListenException refused = Assert.Throws<CannotListenException>(() => rig.Reactor.ListenTcp(0, new RecordingFactory(), host: host));

        Assert.Equal(host, refused.Host);
        Assert.Equal(0, rig.Plan.Count(Operation.Socket));
        return Task.CompletedTask;
    });

    [Fact, Clause("TCP-4")]
    public void ListenTcp_Always_SocketsAreNonBlockingAndCloseOnExec() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();

        int listener = ((StreamPort)pair.Port).Fileno();
        Assert.True(GetFlag(rig, listener, SocketConstants.SOL_SOCKET, SocketConstants.SO_REUSEADDR));
        foreach (int fd in new[] { listener, FdOf(pair.Server), FdOf(pair.Client) })
        {
            Assert.True(NativeCalls.IsCloseOnExec(fd), $"Descriptor {fd} would be inherited.");
            Assert.True(NativeCalls.IsNonBlocking(fd), $"Descriptor {fd} blocks.");
        }
    });

    [Fact, Clause("TCP-5")]
    public void ListenTcp_PortIsTaken_ThrowsAndLeavesNothingOpen() => Run(rig =>
    {
        IListeningPort port = rig.Listen(new RecordingFactory(), OwnAddress);
        int open = rig.Kernel.Ledger.Count;
        RecordingFactory other = new();

        CannotListenException refused = Assert.Throws<CannotListenException>(
            () => rig.Listen(other, OwnAddress, ReactorRig.AddressOf(port).Port));

        Assert.Equal(OwnAddress, refused.Host);
        Assert.Equal(ReactorRig.AddressOf(port).Port, refused.Port);
        Assert.Equal(Errno.EADDRINUSE, refused.Errno);
        Assert.Equal(open, rig.Kernel.Ledger.Count);
        Assert.Equal(0, other.Starts);
        return Task.CompletedTask;
    });

    [Theory, Clause("TCP-5", "TCP-6")]
    [InlineData(Operation.Socket)]
    [InlineData(Operation.SetSockOpt)]
    [InlineData(Operation.Bind)]
    [InlineData(Operation.Listen)]
    public void ListenTcp_CallFails_ThrowsCannotListen(Operation operation) => Run(rig =>
    {
        RecordingFactory factory = new();
        rig.Plan.FailNext(operation, NoSuchThing);

        CannotListenException refused = Assert.Throws<CannotListenException>(() => rig.Listen(factory));

        Assert.Equal(NoSuchThing, refused.Errno);
        Assert.Empty(factory.Journal);
        return Task.CompletedTask;
    });

    [Theory, Clause("TCP-6")]
    [InlineData(-1)]
    [InlineData(65_536)]
    public void ListenTcp_PortOutOfRange_ThrowsCannotListen(int number) => Run(rig =>
    {
        CannotListenException refused = Assert.Throws<CannotListenException>(() => rig.Listen(new RecordingFactory(), port: number));

        Assert.Equal(number, refused.Port);
        return Task.CompletedTask;
    });

    [Fact, Clause("TCP-7", "PROTO-3")]
    public void ListenTcp_Succeeds_LogsThenStartsTheFactoryThenReads() => Run(rig =>
    {
        List<string> seen = [];
        RecordingFactory factory = new() { Name = "Echo" };
        factory.OnStart = () =>
        {
            seen.AddRange(TextsOf(rig.Log.Take()));
            Assert.Empty(rig.Reactor.GetReaders());
        };

        IListeningPort port = rig.Listen(factory);

        Assert.Equal([$"[-] Echo starting on {ReactorRig.AddressOf(port).Port}", "[-] Starting factory Echo"], seen);
        Assert.Equal(1, factory.Starts);
        Assert.Same(port, Assert.Single(rig.Reactor.GetReaders()));
        return Task.CompletedTask;
    });

    [Fact, Clause("TCP-8")]
    public void GetHost_Closed_StillGivesTheAddress() => Run(async rig =>
    {
        IListeningPort port = rig.Listen(new RecordingFactory { Name = "Echo" });
        IPEndPoint address = ReactorRig.AddressOf(port);
        Assert.Equal($"<TcpPort of Echo on {address.Port}>", port.ToString());

        await port.StopListening();

        Assert.Equal(address, port.GetHost());
        Assert.Equal("<TcpPort of Echo not listening>", port.ToString());
    });

    [Fact, Clause("TCP-9", "TCP-10")]
    public void StopListening_Listening_StopsAtOnceAndClosesLater() => Run(async rig =>
    {
        RecordingFactory factory = new() { Name = "Echo" };
        IListeningPort port = rig.Listen(factory, OwnAddress);
        IPEndPoint address = ReactorRig.AddressOf(port);
        int fd = ((StreamPort)port).Fileno();
        _ = rig.Log.Take();

        Task closed = port.StopListening();

        Assert.False(closed.IsCompleted);
        Assert.Empty(rig.Reactor.GetReaders());
        Assert.Equal(fd, ((StreamPort)port).Fileno());
        await closed;
        Assert.Equal(-1, ((StreamPort)port).Fileno());
        Assert.Equal([Operation.Shutdown, Operation.Close], LastCalls(rig, fd, 2));
        Assert.Equal(1, factory.Stops);
        Assert.Equal([$"[Echo] (TCP Port {address.Port} Closed)", "[Echo] Stopping factory Echo"], TextsOf(rig.Log.Take()));

        // The number is free again.
        IListeningPort next = rig.Listen(new RecordingFactory(), OwnAddress, address.Port);
        Assert.Equal(address, next.GetHost());
    });

    [Fact, Clause("TCP-9")]
    public void StopListening_NotListening_IsDone() => Run(async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);
        await port.StopListening();

        Assert.True(port.StopListening().IsCompletedSuccessfully);
        Assert.Equal(1, factory.Stops);
    });

    [Fact, Clause("TCP-11", "TCP-13")]
    public void StopListening_StopFactoryThrows_FailsAndThePortCanBeStartedAgain() => Run(async rig =>
    {
        InvalidOperationException failure = new("the factory's");
        RecordingFactory factory = new() { OnStop = () => throw failure };
        IListeningPort port = rig.Listen(factory);

        Exception? reported = await Record.ExceptionAsync(port.StopListening);

        Assert.Same(failure, reported);
        Assert.Equal(-1, ((StreamPort)port).Fileno());
        factory.OnStop = null;
        port.StartListening();
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        await rig.Until(() => factory.Built.Count == 1);
        await port.StopListening();
        Assert.Equal(2, factory.Stops);
    });

    [Fact, Clause("TCP-12")]
    public void ConnectionLost_CalledDirectly_LetsAFactorysErrorOut() => Run(rig =>
    {
        InvalidOperationException failure = new("the factory's");
        StreamPort port = (StreamPort)rig.Listen(new RecordingFactory { OnStop = () => throw failure });

        Assert.Same(failure, Record.Exception(() => port.ConnectionLost(ConnectionDoneException.Instance)));

        Assert.Equal(-1, port.Fileno());
        Assert.Empty(rig.Reactor.GetReaders());
        port.ConnectionLost(ConnectionDoneException.Instance); // A second time is none.
        return Task.CompletedTask;
    });

    [Fact, Clause("TCP-13")]
    public void StartListening_AfterAStop_UsesTheSamePort() => Run(async rig =>
    {
        int number = await FreePort(rig);
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory, OwnAddress, number);
        Assert.Throws<InvalidOperationException>(port.StartListening);
        await port.StopListening();

        port.StartListening();

        Assert.Equal(number, ReactorRig.AddressOf(port).Port);
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        await rig.Until(() => factory.Built.Count == 1);
        Assert.Equal(2, factory.Starts);
    });

    [Fact, Clause("TCP-13")]
    public void StartListening_WhileTheFactoryIsStarted_ThrowsAndTheFirstGoesOn() => Run(async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);
        await port.StopListening();
        int open = rig.Kernel.Ledger.Count;
        Exception? refusal = null;
        factory.OnStart = () => refusal = Record.Exception(port.StartListening);

        port.StartListening();

        Assert.IsType<InvalidOperationException>(refusal);
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        await rig.Until(() => factory.Built.Count == 1);
        factory.Built[0].Transport.LoseConnection();
        await rig.Until(() => factory.Built[0].LostCount == 1);
        await port.StopListening();
        Assert.Equal((2, 2, open), (factory.Starts, factory.Stops, rig.Kernel.Ledger.Count));
    });

    [Theory, Clause("TCP-9")]
    [InlineData(false)]
    [InlineData(true)]
    public void StopListening_WhileTheFactoryIsStarted_StopsWhatWasToListen(bool fails) => Run(async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);
        await port.StopListening();
        Task? stopping = null;
        factory.OnStart = () =>
        {
            stopping = port.StopListening();
            if (fails)
            {
                throw new InvalidOperationException("It does not start.");
            }
        };

        Exception? failure = Record.Exception(port.StartListening);

        Assert.Equal(fails, failure is InvalidOperationException);
        Assert.Equal(fails, stopping!.IsCompleted);
        await stopping;
        Assert.Empty(rig.Reactor.GetReaders().OfType<StreamPort>());
        Assert.Equal("<TcpPort of factory not listening>", port.ToString());
        Assert.Equal(factory.Starts, factory.Stops);
    });

    [Fact, Clause("TCP-14")]
    public void StopListening_Twice_GivesTheSameTask() => Run(async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);

        Task first = port.StopListening();

        Assert.Same(first, port.StopListening());
        await first;
        Assert.Equal(1, factory.Stops);
    });

    [Fact, Clause("TCP-15")]
    public void StopListening_Connected_LeavesConnectionsAlone() => Run(async rig =>
    {
        Pair pair = await rig.ConnectPair();
        await pair.Port.StopListening();

        pair.Client.Transport.Write([1, 2, 3]);

        await rig.Until(() => pair.Server.ReceivedCount == 3);
        using Socket refused = new(SocketType.Stream, ProtocolType.Tcp);
        Assert.Throws<SocketException>(() => refused.Connect(pair.Port.GetHost()));
    });

    [Fact, Clause("TCP-9", "TCP-15")]
    public void StopListening_InBuildProtocol_AcceptsNoMore() => Run(async rig =>
    {
        RecordingFactory factory = new();
        IListeningPort port = rig.Listen(factory);
        Task? closed = null;
        factory.OnBuild = _ => closed = port.StopListening();
        using RawPeer first = RawPeer.Connect(ReactorRig.AddressOf(port));
        using RawPeer second = RawPeer.Connect(ReactorRig.AddressOf(port));

        await rig.Until(() => closed is { IsCompleted: true });

        Assert.Single(factory.Built);
        factory.Built[0].Transport.Write([7]);
        Assert.Equal([7], await rig.Until(first.Receive(1)));
        await Assert.ThrowsAsync<SocketException>(() => rig.Until(second.Receive(1)));
    });

    [Fact, Clause("TCP-7")]
    public void ListenTcp_StartFactoryThrows_LeavesNothingAndCanBeTriedAgain() => Run(rig =>
    {
        InvalidOperationException failure = new("the factory's");
        RecordingFactory factory = new() { OnStart = () => throw failure };
        int open = rig.Kernel.Ledger.Count;

        Assert.Same(failure, Record.Exception(() => rig.Listen(factory)));

        Assert.Equal(open, rig.Kernel.Ledger.Count);
        factory.OnStart = null;
        rig.Listen(factory);
        Assert.Equal(1, factory.Starts);
        return Task.CompletedTask;
    });

    [Fact, Clause("TCP-7", "FD-6")]
    public void ListenTcp_PortCannotBeWatched_ThrowsAndStopsTheFactory() => Run(rig =>
    {
        RecordingFactory factory = new();
        int open = rig.Kernel.Ledger.Count;
        rig.Plan.FailNext(Registration, Errno.ENOMEM);

        Exception? refused = Record.Exception(() => rig.Listen(factory));

        AssertErrno(Errno.ENOMEM, refused);
        Assert.Equal(open, rig.Kernel.Ledger.Count);
        Assert.Equal(factory.Starts, factory.Stops);
        Assert.Empty(rig.Reactor.GetReaders());
        return Task.CompletedTask;
    });

    /// <summary>The call that makes a registration on this selector.</summary>
    private Operation Registration => Kind == SelectorKind.Epoll ? Operation.EpollAdd : Operation.Statx;

    private static int FdOf(RecordingProtocol protocol) => ((StreamConnection)protocol.Transport).Fileno();

    private static async Task<int> FreePort(ReactorRig rig)
    {
        IListeningPort port = rig.Listen(new RecordingFactory(), OwnAddress);
        await port.StopListening();
        return ReactorRig.AddressOf(port).Port;
    }
}
