namespace Spindle.Endpoints;

/// <summary>A UNIX socket to connect to.</summary>
/// <param name="reactor">The reactor to connect on.</param>
/// <param name="path">A path, or an abstract name with a zero in front.</param>
/// <param name="timeout">How long the attempt may take. Null: 30 s. <see cref="Timeout.InfiniteTimeSpan"/>: no limit.</param>
/// <param name="checkPid">Whether to connect only if a living process holds the lock "path.lock". Default false.</param>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>UNIXClientEndpoint</c>.</para>
/// </remarks>
public sealed class UnixClientEndpoint(IReactorUnix reactor, UnixAddress path, TimeSpan? timeout = null, bool checkPid = false) : IStreamClientEndpoint
{
    /// <inheritdoc/>
    public Task<IProtocol> ConnectAsync(IFactory factory, CancellationToken cancellationToken = default) =>
        ConnectTask.Start(
            reactor,
            factory,
            task =>
            {
                IConnector connector = reactor.ConnectUnix(path, new OneConnectionFactory(factory, task), timeout, checkPid);
                return (connector.GetDestination(), connector.Disconnect);
            },
            cancellationToken);
}
