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
            throw new CannotListenException(path, fault);
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
        if (path.FindFault() is { } fault)
        {
            throw new ArgumentException($"{path} cannot be connected to: {fault}.", nameof(path));
        }

        UnixConnector connector = new(this, path, factory, CheckTimeout(timeout), checkPid);
        connector.Connect();
        return connector;
    }
}
