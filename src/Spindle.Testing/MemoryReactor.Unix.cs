namespace Spindle.Testing;

/// <content>UNIX sockets.</content>
public sealed partial class MemoryReactor : IReactorUnix
{
    private readonly List<MemoryUnixServer> _unixServers = [];
    private readonly List<MemoryUnixClient> _unixClients = [];
    private readonly List<MemoryUnixDatagramPort> _unixDatagramPorts = [];

    /// <summary>The calls of <see cref="ListenUnix"/>, in order.</summary>
    public IReadOnlyList<MemoryUnixServer> UnixServers => _unixServers;

    /// <summary>The calls of <see cref="ConnectUnix"/>, in order.</summary>
    public IReadOnlyList<MemoryUnixClient> UnixClients => _unixClients;

    /// <summary>The ports of <see cref="ListenUnixDatagram"/> and <see cref="ConnectUnixDatagram"/>, in order.</summary>
    public IReadOnlyList<MemoryUnixDatagramPort> UnixDatagramPorts => _unixDatagramPorts;

    /// <summary>What the next calls of <see cref="ConnectUnixDatagram"/> tell the protocol; null: they succeed. Default null.</summary>
    public Exception? UnixDatagramFailure { get; set; }

    /// <summary>Notes the call and starts the factory. No file is made.</summary>
    /// <inheritdoc cref="IReactorUnix.ListenUnix"/>
    public IListeningPort ListenUnix(UnixAddress path, IFactory factory, int backlog = 50, UnixFileMode mode = UnixModes.Everybody, bool wantPid = false)
    {
        ArgumentNullException.ThrowIfNull(factory);
        CheckListening(path);
        MemoryPort listener = new(this, factory, path);
        _unixServers.Add(new MemoryUnixServer(path, factory, backlog, mode, wantPid, listener));
        listener.StartListening();
        return listener;
    }

    /// <summary>Notes the call and starts the factory.</summary>
    /// <inheritdoc cref="IReactorUnix.ConnectUnix"/>
    public IConnector ConnectUnix(UnixAddress path, IClientFactory factory, TimeSpan? timeout = null, bool checkPid = false)
    {
        ArgumentNullException.ThrowIfNull(factory);
        CheckConnecting(path);
        MemoryConnector connector = new(this, factory, path);
        _unixClients.Add(new MemoryUnixClient(path, factory, timeout, checkPid, connector));
        connector.Connect();
        return connector;
    }

    /// <summary>Notes the call and connects the protocol. No file is made.</summary>
    /// <inheritdoc cref="IReactorUnix.ListenUnixDatagram"/>
    public IDatagramTransport ListenUnixDatagram(UnixAddress path, IDatagramProtocol protocol, int maxPacketSize = 8192, UnixFileMode mode = UnixModes.Everybody)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPacketSize, 1);
        CheckListening(path);
        MemoryUnixDatagramPort port = new(protocol, path, maxPacketSize, mode, destination: null);
        _unixDatagramPorts.Add(port);
        port.StartListening();
        return port;
    }

    /// <summary>Notes the call and connects the protocol, or tells it of <see cref="UnixDatagramFailure"/>.</summary>
    /// <inheritdoc cref="IReactorUnix.ConnectUnixDatagram"/>
    public IConnectedDatagramTransport ConnectUnixDatagram(
        UnixAddress path, IConnectedDatagramProtocol protocol, int maxPacketSize = 8192, UnixFileMode mode = UnixModes.Everybody, UnixAddress? bindAddress = null)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPacketSize, 1);
        CheckConnecting(path);
        MemoryUnixDatagramPort port = new(protocol, bindAddress ?? UnixAddress.Unnamed, maxPacketSize, mode, path);
        _unixDatagramPorts.Add(port);
        if (UnixDatagramFailure is { } failure)
        {
            protocol.ConnectionFailed(failure);
        }
        else
        {
            port.StartListening();
        }

        return port;
    }

    private void CheckListening(UnixAddress path)
    {
        ArgumentNullException.ThrowIfNull(path);
        ThrowIfListeningFails();
        if (path.FindFault() is { } fault)
        {
            throw new CannotListenException(path, fault, errno: 0);
        }
    }

    private static void CheckConnecting(UnixAddress path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.FindFault() is { } fault)
        {
            throw new ArgumentException($"{path} cannot be connected to: {fault}.", nameof(path));
        }
    }
}
