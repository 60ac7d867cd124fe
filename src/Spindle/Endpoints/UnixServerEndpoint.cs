namespace Spindle.Endpoints;

/// <summary>A UNIX socket to listen on.</summary>
/// <param name="reactor">The reactor to listen on.</param>
/// <param name="path">A path that is free, or an abstract name with a zero in front.</param>
/// <param name="backlog">How many connections may wait to be accepted. Default 50.</param>
/// <param name="mode">The file's permissions. Default 0666.</param>
/// <param name="wantPid">Whether to hold the lock "path.lock", and to remove what a dead process left. Default false.</param>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>UNIXServerEndpoint</c>.</para>
/// </remarks>
public sealed class UnixServerEndpoint(
    IReactorUnix reactor,
    UnixAddress path,
    int backlog = 50,
    UnixFileMode mode = UnixModes.Everybody,
    bool wantPid = false) : IStreamServerEndpoint
{
    /// <inheritdoc/>
    public Task<IListeningPort> ListenAsync(IFactory factory)
    {
        try
        {
            return Task.FromResult(reactor.ListenUnix(path, factory, backlog, mode, wantPid));
        }
        catch (Exception failure)
        {
            return Task.FromException<IListeningPort>(failure);
        }
    }
}
