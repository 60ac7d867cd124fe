using Spindle.Tests.Support;

namespace Spindle.Tests.Testing;

/// <summary>A folder for sockets, and what is done with them on a reactor.</summary>
internal sealed class UnixRig(ReactorRig rig) : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public ReactorRig Reactor { get; } = rig;

    public string Socket => _folder.File("socket");

    public string Lock => Socket + ".lock";

    public string File(string name) => _folder.File(name);

    public IListeningPort Listen(IFactory factory, bool wantPid = false) => Reactor.Reactor.ListenUnix(Socket, factory, wantPid: wantPid);

    /// <summary>A connection of which both ends are this reactor's.</summary>
    public async Task<Pair> ConnectPair(RecordingProtocol? server = null, RecordingProtocol? client = null, UnixAddress? path = null)
    {
        RecordingFactory servers = new(() => server ?? new RecordingProtocol("server")) { Name = "servers" };
        RecordingFactory clients = new(() => client ?? new RecordingProtocol("client")) { Name = "clients" };
        IListeningPort port = Reactor.Reactor.ListenUnix(path ?? Socket, servers);
        IConnector connector = Reactor.Reactor.ConnectUnix(path ?? Socket, clients);
        await Reactor.Until(() => servers.Built.Count == 1 && clients.Built.Count == 1);
        return new Pair(port, connector, servers, clients);
    }

    public void Dispose() => _folder.Dispose();
}
