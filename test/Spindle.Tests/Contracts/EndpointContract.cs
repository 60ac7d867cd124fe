using System.Net;
using Spindle.Endpoints;
using Spindle.Selectors;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Contracts;

/// <summary>What endpoints and names do on every selector.</summary>
public abstract partial class EndpointContract
{
    private protected abstract SelectorKind Kind { get; }

    [Fact, Clause("EP-1", "EP-13", "EP-19", "EP-21")]
    public void Endpoints_OfStrings_MeetAndTalk() => Run(async rig =>
    {
        RecordingFactory servers = new(() => new RecordingProtocol("server"));
        RecordingProtocol client = new("client");

        IListeningPort port = await EndpointStrings.ParseServer(rig.Reactor, "tcp:0:127.0.0.1").ListenAsync(servers);
        int number = ReactorRig.AddressOf(port).Port;
        await EndpointStrings.ParseClient(rig.Reactor, $"tcp:127.0.0.1:{number}").ConnectProtocolAsync(client);

        Assert.Equal(1, client.MadeCount);
        client.Transport.Write("hello"u8);
        await rig.Until(() => servers.Built is [{ ReceivedCount: 5 }]);
        servers.Built[0].Transport.LoseConnection();
        await rig.Until(() => client.LostCount == 1);
        Assert.IsType<ConnectionDoneException>(client.Reason);
    });

    [Fact, Clause("EP-4")]
    public void ConnectAsync_HalfCloseableProtocol_HearsOfEachHalf() => Run(async rig =>
    {
        RecordingFactory servers = new(() => new HalfCloseProtocol("server"));
        HalfCloseProtocol client = new("client");
        IListeningPort port = rig.Listen(servers);
        await new TcpClientEndpoint(rig.Reactor, "127.0.0.1", ReactorRig.AddressOf(port).Port).ConnectProtocolAsync(client);
        await rig.Until(() => servers.Built.Count == 1);

        servers.Built[0].Transport.LoseWriteConnection();
        await rig.Until(() => client.ReadLostCount == 1);
        Assert.Equal(0, client.LostCount);
        client.Transport.LoseWriteConnection();

        await rig.Until(() => client.LostCount == 1);
        Assert.Equal(1, client.WriteLostCount);
        Assert.IsType<ConnectionDoneException>(client.Reason);
    });

    [Fact, Clause("EP-2")]
    public void ConnectAsync_BuildProtocolFails_FailsTheTask() => Run(async rig =>
    {
        IListeningPort port = rig.Listen(new RecordingFactory());
        TcpClientEndpoint endpoint = new(rig.Reactor, "127.0.0.1", ReactorRig.AddressOf(port).Port);

        await Assert.ThrowsAsync<NoProtocolException>(() => endpoint.ConnectAsync(new RecordingFactory(() => null)));
        InvalidOperationException fault = new("No protocol for you.");
        Assert.Same(fault, await Assert.ThrowsAsync<InvalidOperationException>(() =>
            endpoint.ConnectAsync(new RecordingFactory { OnBuild = _ => throw fault })));

        Assert.Same(fault, rig.TakeError().Exception);
    });

    [Fact, Clause("EP-3")]
    public void ConnectAsync_CancelledWithinBuildProtocol_IsNotConnected() => Run(async rig =>
    {
        RecordingFactory servers = new(() => new RecordingProtocol("server"));
        IListeningPort port = rig.Listen(servers);
        using CancellationTokenSource source = new();
        RecordingProtocol client = new("client");
        RecordingFactory clients = new(() =>
        {
            source.Cancel();
            return client;
        });

        Task<IProtocol> task = new TcpClientEndpoint(rig.Reactor, "127.0.0.1", ReactorRig.AddressOf(port).Port).ConnectAsync(clients, source.Token);

        await Assert.ThrowsAsync<ConnectingCancelledException>(() => task);
        await rig.Until(() => servers.Built is [{ LostCount: 1 }]);
        Assert.Equal((0, 0), (client.MadeCount, client.LostCount));
        Assert.Equal((1, 1), (clients.Starts, clients.Stops));
    });

    [Fact, Clause("EP-7", "NAME-11")]
    public void ConnectAsync_NameWasLookedUp_IsNotCancelled() => Run(async rig =>
    {
        IListeningPort port = rig.Listen(new RecordingFactory());
        CountedResolver resolver = new();
        rig.Reactor.InstallNameResolver(resolver);

        await new HostnameEndpoint(rig.Reactor, "example.com", ReactorRig.AddressOf(port).Port).ConnectProtocolAsync(new RecordingProtocol("client"));

        Assert.Equal(0, resolver.Cancels);
    });

    [Fact, Clause("EP-2", "EP-1")]
    public void ConnectAsync_ConnectionMadeThrows_FailsTheTaskAndLosesTheConnection() => Run(async rig =>
    {
        InvalidOperationException fault = new("Not now.");
        RecordingProtocol client = new("client") { OnMade = () => throw fault };
        IListeningPort port = rig.Listen(new RecordingFactory());

        Exception failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            new TcpClientEndpoint(rig.Reactor, "127.0.0.1", ReactorRig.AddressOf(port).Port).ConnectProtocolAsync(client));

        Assert.Same(fault, failure);
        Assert.Equal(1, client.LostCount);
        Assert.Same(fault, rig.TakeError().Exception);
    });

    [Fact, Clause("EP-3")]
    public void ConnectAsync_CancelledOnAnotherThread_StopsTheAttemptOnTheReactors() => Run(async rig =>
    {
        using SilentServer server = new();
        using CancellationTokenSource source = new();
        RecordingFactory factory = new();
        Task<IProtocol> task = new TcpClientEndpoint(rig.Reactor, "127.0.0.1", server.Port).ConnectAsync(factory, source.Token);
        await rig.Until(() => rig.Plan.Count(Operation.Connect) == 1);

        Task cancelling = Task.Run(source.Cancel);

        ConnectingCancelledException failure = await Assert.ThrowsAsync<ConnectingCancelledException>(() => task);
        await cancelling;
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, server.Port), failure.Address);
        Assert.Equal(1, factory.Stops);
        Assert.Empty(rig.Reactor.GetDelayedCalls());
    });

    [Fact, Clause("EP-3")]
    public void ConnectAsync_BegunOutsideTheLoop_IsCancelledOnIt() => Run(async rig =>
    {
        using SilentServer server = new();
        using CancellationTokenSource source = new();
        RecordingFactory factory = new();
        Task<IProtocol> task = OutsideTheLoop(() => new TcpClientEndpoint(rig.Reactor, "127.0.0.1", server.Port).ConnectAsync(factory, source.Token));

        OffThread.Run(source.Cancel); // Would throw if the attempt were stopped there.

        Assert.False(task.IsCompleted);
        await Assert.ThrowsAsync<ConnectingCancelledException>(() => task);
        Assert.Equal((1, 1), (factory.Starts, factory.Stops));
    });

    [Fact, Clause("EP-7", "EP-10")]
    public void Hostname_FirstAddressRefuses_ConnectsToTheNextAtOnce() => Run(async rig =>
    {
        RecordingFactory servers = new();
        IListeningPort port = rig.Listen(servers);
        Answer(rig, "::1", "127.0.0.1"); // Nobody listens on the first.
        HostnameEndpoint endpoint = new(rig.Reactor, "example.com", ReactorRig.AddressOf(port).Port, attemptDelay: TimeSpan.FromHours(1));

        RecordingProtocol client = await endpoint.ConnectProtocolAsync(new RecordingProtocol("client"));

        Assert.Equal(port.GetHost(), client.Transport.GetPeer());
        await rig.Until(() => servers.Built.Count == 1);
    });

    [Fact, Clause("EP-7")]
    public void Hostname_FirstAddressIsSilent_ConnectsToTheNextAfterTheDelay() => Run(async rig =>
    {
        using SilentServer silent = new();
        RecordingFactory servers = new();
        rig.Reactor.ListenTcp(silent.Port, servers, host: "127.0.0.2");
        Answer(rig, "127.0.0.1", "127.0.0.2");
        HostnameEndpoint endpoint = new(rig.Reactor, "example.com", silent.Port, attemptDelay: TimeSpan.FromMilliseconds(10));

        RecordingProtocol client = await endpoint.ConnectProtocolAsync(new RecordingProtocol("client"));

        Assert.Equal(IPAddress.Parse("127.0.0.2"), ((IPEndPoint)client.Transport.GetPeer()).Address);
        Assert.Equal(2, rig.Plan.Count(Operation.Connect));
        Assert.Empty(rig.Reactor.GetDelayedCalls()); // The other attempt is over, its time limit too.
    });

    [Fact, Clause("EP-8")]
    public void Hostname_NobodyListens_FailsWithTheLastFailure() => Run(async rig =>
    {
        int number = ReactorRig.AddressOf(rig.Listen(new RecordingFactory())).Port; // On another address.
        Answer(rig, "127.0.0.78", "127.0.0.79");

        await Assert.ThrowsAsync<ConnectRefusedException>(() =>
            new HostnameEndpoint(rig.Reactor, "example.com", number).ConnectAsync(new RecordingFactory()));

        Assert.Equal(2, rig.Plan.Count(Operation.Connect));
    });

    [Fact, Clause("PROTO-12")]
    public void ClientCreator_ConnectTcp_GivesTheProtocolInALaterTurn() => Run(async rig =>
    {
        IListeningPort port = rig.Listen(new RecordingFactory());
        int number = ReactorRig.AddressOf(port).Port;
        int madeIn = -1;
        ClientCreator<RecordingProtocol> creator = new(rig.Reactor, () => new RecordingProtocol("client") { OnMade = () => madeIn = rig.Plan.Turns });

        RecordingProtocol client = await creator.ConnectTcpAsync("127.0.0.1", number);

        Assert.Equal(1, client.MadeCount);
        Assert.True(rig.Plan.Turns > madeIn);
        client.Transport.LoseConnection();
        await rig.Until(() => client.LostCount == 1);
    });

    [Fact, Clause("PROTO-12")]
    public void ClientCreator_ConnectUnix_GivesTheProtocol() => Run(async rig =>
    {
        using UnixRig unix = new(rig);
        ClientCreator<RecordingProtocol> creator = new(rig.Reactor, () => new RecordingProtocol("client"));
        await Assert.ThrowsAsync<ConnectException>(() => creator.ConnectUnixAsync(unix.Socket));
        await Assert.ThrowsAsync<BadFileException>(() => creator.ConnectUnixAsync(unix.Socket, checkPid: true));
        IListeningPort port = rig.Reactor.ListenUnix(unix.Socket, new RecordingFactory());

        RecordingProtocol client = await creator.ConnectUnixAsync(unix.Socket, TimeSpan.FromSeconds(5));

        Assert.Equal((1, (EndPoint)(UnixAddress)unix.Socket), (client.MadeCount, client.Transport.GetPeer()));
        await port.StopListening();
    });

    [Fact, Clause("PROTO-12")]
    public void ClientCreator_ConnectSsl_GivesTheProtocolBeforeTheHandshake() => Run(async rig =>
    {
        RecordingFactory servers = new(() => new RecordingProtocol("server"));
        IListeningPort port = rig.Reactor.ListenSsl(0, servers, new CertificateOptions(certificate: TestCertificates.Server), host: "127.0.0.1");
        ClientCreator<ListeningProtocol> creator = new(rig.Reactor, () => new ListeningProtocol("client"));
        TlsContext context = CertificateOptions.ForClient("localhost", TrustRoot.FromCertificate(TestCertificates.Root));

        ListeningProtocol client = await creator.ConnectSslAsync("127.0.0.1", ReactorRig.AddressOf(port).Port, context);

        Assert.Equal((1, 0), (client.MadeCount, client.HandshakeCount));
        client.Transport.Write("hello"u8);
        await rig.Until(() => servers.Built is [{ ReceivedCount: 5 }]);
    });

    [Fact, Clause("PROTO-12")]
    public void ClientCreator_Cancelled_AbortsTheAttemptOrTheDelivery() => Run(async rig =>
    {
        using CancellationTokenSource attempt = new();
        using CancellationTokenSource delivery = new();
        RecordingProtocol client = new("client");
        client.OnMade = () => rig.Loop.CallSoon(delivery.Cancel);
        int number = ReactorRig.AddressOf(rig.Listen(new RecordingFactory())).Port;
        ClientCreator<RecordingProtocol> creator = new(rig.Reactor, () => client);

        Task<RecordingProtocol> first = creator.ConnectTcpAsync("127.0.0.1", number, cancellationToken: attempt.Token);
        attempt.Cancel();
        await Assert.ThrowsAsync<ConnectingCancelledException>(() => first);
        Assert.Equal(0, client.MadeCount);

        await Assert.ThrowsAsync<ConnectingCancelledException>(() => creator.ConnectTcpAsync("127.0.0.1", number, cancellationToken: delivery.Token));
        await rig.Until(() => client.LostCount == 1);
        Assert.IsType<TransportAbortedException>(client.Reason);
    });

    private void Run(Func<ReactorRig, Task> test) => ReactorRig.Run(Kind, test);

    // As a program does that sets its reactor up and then runs it: no context is current.
    private static T OutsideTheLoop<T>(Func<T> call)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return call();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private static void Answer(ReactorRig rig, params string[] addresses) =>
        rig.Kernel.NameLookups = new ScriptedLookups { Answer = _ => [.. addresses.Select(IPAddress.Parse)] };
}
