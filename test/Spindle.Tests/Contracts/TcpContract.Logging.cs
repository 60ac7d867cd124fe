using Spindle.Descriptors;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <content>Whose code runs, as the log has it.</content>
public abstract partial class TcpContract
{
    [Fact, Clause("OVR-17", "FD-4", "TCP-26", "TCP-37")]
    public void LogSystem_InEachCallback_IsWhoIsCalled() => Run(async rig =>
    {
        Dictionary<string, string> seen = [];
        HalfCloseProtocol server = new("server") { OnMade = () => Note("server made"), OnData = _ => Note("server data"), OnLost = _ => Note("server lost") };
        HalfCloseProtocol client = new("client") { OnMade = () => Note("client made"), OnData = _ => Note("client data"), OnLost = _ => Note("client lost") };
        server.OnReadLost = () => Note("server read lost");
        client.OnWriteLost = () => Note("client write lost");
        PushProducer producer = new() { OnPause = () => Note("pause"), OnResume = () => Note("resume"), OnStop = () => Note("stop") };
        RecordingFactory servers = new(() => server) { Name = "servers", OnBuild = _ => Note("server build") };
        RecordingFactory clients = new(() => client) { Name = "clients", OnBuild = _ => Note("client build"), OnLost = _ => Note("client factory lost") };
        Assert.Equal("-", rig.Reactor.LogSystem);

        IListeningPort port = rig.Listen(servers);
        rig.Connect(port, clients);
        await rig.Until(() => server.MadeCount == 1 && client.MadeCount == 1);
        client.Transport.RegisterProducer(producer, streaming: true);
        client.Transport.Write([0]);
        client.Transport.Write(new byte[FileDescriptor.HighWaterMark]);
        server.Transport.Write([1]);
        await rig.Until(() => client.DataCount > 0 && producer.Journal.Contains("resume"));
        client.Transport.UnregisterProducer();
        client.Transport.LoseWriteConnection();
        await rig.Until(() => server.ReadLostCount == 1 && client.WriteLostCount == 1);
        client.Transport.RegisterProducer(producer, streaming: true);
        server.Transport.AbortConnection();
        await rig.Until(() => server.LostCount == 1 && clients.Losses.Count == 1);
        await port.StopListening();

        Assert.Equal("-", rig.Reactor.LogSystem);
        Assert.Equal("servers", seen["server build"]);
        Assert.Equal("servers", seen["server made"]); // The port accepts it.
        Assert.Equal("clients", seen["client build"]);
        Assert.All(["server data", "server read lost", "server lost"], each => Assert.Equal("server,0,127.0.0.1", seen[each]));
        Assert.All(["client data", "client write lost", "client lost", "resume", "stop"], each => Assert.Equal("client,client", seen[each]));
        Assert.Equal("-", seen["pause"]); // It is the writer's call, which was made outside of any callback.
        Assert.Equal("clients", seen["client factory lost"]);

        void Note(string what) => seen[what] = rig.Reactor.LogSystem;
    });

    [Fact, Clause("OVR-17")]
    public void LogSystem_NobodyNamesHimself_IsTheNameOfTheType() => Run(async rig =>
    {
        string? system = null;
        PlainProtocol protocol = new() { OnData = () => system = rig.Reactor.LogSystem };
        IListeningPort port = rig.Listen(new PlainFactory(protocol));
        using RawPeer peer = RawPeer.Connect(ReactorRig.AddressOf(port));
        await peer.Send(new byte[] { 1 });

        await rig.Until(() => system is not null);

        Assert.Equal($"{nameof(PlainProtocol)},0,127.0.0.1", system);
        Assert.Contains(TextsOf(rig.Log.Take()), text => text.Contains($"{nameof(PlainFactory)} starting on", StringComparison.Ordinal));
    });

    [Fact, Clause("OVR-17")]
    public void Records_OfTheReactor_HaveItsTypeAsTheirCategory() => Run(rig =>
    {
        rig.Listen(new RecordingFactory { IsNoisy = false });

        Assert.Equal(typeof(AsyncSelectorReactor).FullName, Assert.Single(rig.Log.Take()).Category);
        return Task.CompletedTask;
    });

    private sealed class PlainFactory(IProtocol protocol) : IFactory
    {
        public void DoStart()
        {
        }

        public void DoStop()
        {
        }

        public IProtocol? BuildProtocol(System.Net.EndPoint address) => protocol;
    }

    private sealed class PlainProtocol : IProtocol
    {
        public Action? OnData { get; init; }

        public void MakeConnection(ITransport transport)
        {
        }

        public void DataReceived(ReadOnlySpan<byte> data) => OnData?.Invoke();

        public void ConnectionLost(Exception reason)
        {
        }
    }
}
