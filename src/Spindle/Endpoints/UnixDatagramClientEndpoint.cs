namespace Spindle.Endpoints;

/// <summary>A UNIX socket somewhere else, for datagrams.</summary>
/// <param name="reactor">The reactor to open ports on.</param>
/// <param name="path">The other one's path or abstract name.</param>
/// <param name="maxPacketSize">Longer datagrams are cut to so many bytes; from 1. Default 8,192.</param>
/// <param name="mode">The permissions of <paramref name="bindAddress"/>'s file. Default 0666.</param>
/// <param name="bindAddress">This end's own name. Default null: an abstract one of the kernel's choice, so that the other can answer.</param>
/// <remarks>Thread: the reactor's.</remarks>
public sealed class UnixDatagramClientEndpoint(
    IReactorUnix reactor,
    UnixAddress path,
    int maxPacketSize = 8192,
    UnixFileMode mode = UnixModes.Everybody,
    UnixAddress? bindAddress = null) : IDatagramClientEndpoint
{
    /// <inheritdoc/>
    /// <exception cref="ConnectException">Through the task: nobody is there.</exception>
    public Task<IDatagramTransport> ConnectAsync(IDatagramProtocol protocol, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<IDatagramTransport>(cancellationToken);
        }

        try
        {
            ArgumentNullException.ThrowIfNull(protocol);
            ConnectedDatagrams connected = new(protocol);
            IDatagramTransport port = reactor.ConnectUnixDatagram(path, connected, maxPacketSize, mode, bindAddress ?? UnixAddress.Unnamed);
            return connected.Failure is { } failure ? Task.FromException<IDatagramTransport>(failure) : Task.FromResult(port);
        }
        catch (Exception failure)
        {
            return Task.FromException<IDatagramTransport>(failure);
        }
    }
}
