using Spindle.Descriptors;
using Spindle.Unix;

namespace Spindle.Reactors;

/// <content>UNIX sockets.</content>
public abstract partial class PosixReactorBase : IReactorUnix
{
    /// <inheritdoc/>
    public IListeningPort ListenUnix(UnixAddress path, IFactory factory, int backlog = 50, UnixFileMode mode = UnixModes.Everybody, bool wantPid = false)
    {
        EnsureAccess();
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentOutOfRangeException.ThrowIfNegative(backlog);
        if (path.FindFault() is { } fault)
        {
            throw new CannotListenException(path, fault, errno: 0);
        }

        UnixPort port = new(this, factory, _reserve, path, backlog, mode, wantPid);
        port.StartListening();
        return port;
    }

    /// <inheritdoc/>
    public IConnector ConnectUnix(UnixAddress path, IClientFactory factory, TimeSpan? timeout = null, bool checkPid = false)
    {
        EnsureAccess();
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(factory);
        CheckUnixPeer(path);
        UnixConnector connector = new(this, path, factory, CheckTimeout(timeout), checkPid);
        connector.Connect();
        return connector;
    }

    /// <inheritdoc/>
    public IDatagramTransport ListenUnixDatagram(
        UnixAddress path, IDatagramProtocol protocol, int maxPacketSize = 8192, UnixFileMode mode = UnixModes.Everybody)
    {
        ArgumentNullException.ThrowIfNull(path);
        CheckDatagramPort(protocol, host: "", maxPacketSize);
        UnixDatagramPort port = new(this, _datagrams, protocol, maxPacketSize, path, mode, destination: null);
        port.StartListening();
        return port;
    }

    /// <inheritdoc/>
    public IConnectedDatagramTransport ConnectUnixDatagram(
        UnixAddress path, IConnectedDatagramProtocol protocol, int maxPacketSize = 8192, UnixFileMode mode = UnixModes.Everybody, UnixAddress? bindAddress = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        CheckDatagramPort(protocol, host: "", maxPacketSize);
        CheckUnixPeer(path);
        if (bindAddress is { IsUnnamed: false } && bindAddress.FindFault() is { } fault)
        {
            throw new ArgumentException($"{bindAddress} cannot be this end's name: {fault}.", nameof(bindAddress));
        }

        UnixDatagramPort port = new(this, _datagrams, protocol, maxPacketSize, bindAddress, mode, path);
        try
        {
            port.StartListening();
        }
        catch (SpindleException failure)
        {
            _ = ((IDescriptorHost)this).Guard(port, _ => protocol.ConnectionFailed(failure), null);
        }

        return port;
    }

    private static void CheckUnixPeer(UnixAddress path)
    {
        if (path.FindFault() is { } fault)
        {
            throw new ArgumentException($"{path} cannot be connected to: {fault}.", nameof(path));
        }
    }
}
