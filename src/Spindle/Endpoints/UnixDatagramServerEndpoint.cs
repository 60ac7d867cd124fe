namespace Spindle.Endpoints;

/// <summary>A UNIX socket to receive datagrams on.</summary>
/// <param name="reactor">The reactor to listen on.</param>
/// <param name="path">A path that is free, or an abstract name with a zero in front.</param>
/// <param name="maxPacketSize">Longer datagrams are cut to so many bytes; from 1. Default 8,192.</param>
/// <param name="mode">The file's permissions. Default 0666.</param>
/// <remarks>Thread: the reactor's.</remarks>
public sealed class UnixDatagramServerEndpoint(
    IReactorUnix reactor,
    UnixAddress path,
    int maxPacketSize = 8192,
    UnixFileMode mode = UnixModes.Everybody) : IDatagramServerEndpoint
{
    /// <inheritdoc/>
    public Task<IDatagramTransport> ListenAsync(IDatagramProtocol protocol)
    {
        try
        {
            return Task.FromResult(reactor.ListenUnixDatagram(path, protocol, maxPacketSize, mode));
        }
        catch (Exception failure)
        {
            return Task.FromException<IDatagramTransport>(failure);
        }
    }
}
