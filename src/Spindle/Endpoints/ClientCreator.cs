using System.Net;
using Spindle.Tls;

namespace Spindle.Endpoints;

/// <summary>Makes connections whose protocols are the result, without a factory of one's own.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocol.ClientCreator</c>. New code uses <see cref="StreamClientEndpoints.ConnectProtocolAsync"/>.</para>
/// </remarks>
/// <typeparam name="TProtocol">The protocols' type.</typeparam>
public sealed class ClientCreator<TProtocol>
    where TProtocol : Protocol
{
    private readonly IReactorCore _reactor;
    private readonly Func<TProtocol> _create;

    /// <summary>Makes one.</summary>
    /// <param name="reactor">The reactor to connect on.</param>
    /// <param name="create">Makes the protocol of a connection.</param>
    public ClientCreator(IReactorCore reactor, Func<TProtocol> create)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        ArgumentNullException.ThrowIfNull(create);
        _reactor = reactor;
        _create = create;
    }

    /// <summary>Connects by TCP.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">0 to 65535.</param>
    /// <param name="timeout">How long the attempt may take. Null: 30 s. <see cref="Timeout.InfiniteTimeSpan"/>: no limit.</param>
    /// <param name="bindAddress">The local end; null lets the kernel choose.</param>
    /// <param name="cancellationToken">Gives the attempt up; a connection that is made but not yet delivered is aborted. The task fails with <see cref="ConnectingCancelledException"/>.</param>
    /// <returns>The protocol, in the turn after the one in which it was connected; fails with <see cref="ConnectException"/>.</returns>
    /// <exception cref="ArgumentException">The reactor has no TCP.</exception>
    public Task<TProtocol> ConnectTcpAsync(
        string host,
        int port,
        TimeSpan? timeout = null,
        IPEndPoint? bindAddress = null,
        CancellationToken cancellationToken = default) =>
        ConnectAsync(
            new TcpClientEndpoint(ReactorAbilities.Require<IReactorTcp>(_reactor), host, port, timeout, bindAddress),
            EndpointAddresses.Parse(host, port),
            cancellationToken);

    /// <summary>Connects by TCP and begins a TLS handshake; the connecting is done before that is.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">0 to 65535.</param>
    /// <param name="context">Whom to trust, and for which name the certificate must be.</param>
    /// <param name="timeout">How long the attempt may take, without the handshake. Null: 30 s. <see cref="Timeout.InfiniteTimeSpan"/>: no limit.</param>
    /// <param name="bindAddress">The local end; null lets the kernel choose.</param>
    /// <param name="cancellationToken">As for <see cref="ConnectTcpAsync"/>.</param>
    /// <returns>The protocol, in the turn after the one in which it was connected; fails with <see cref="ConnectException"/>.</returns>
    /// <exception cref="ArgumentException">The reactor has no TLS.</exception>
    public Task<TProtocol> ConnectSslAsync(
        string host,
        int port,
        TlsContext context,
        TimeSpan? timeout = null,
        IPEndPoint? bindAddress = null,
        CancellationToken cancellationToken = default) =>
        ConnectAsync(
            new SslClientEndpoint(ReactorAbilities.Require<IReactorSsl>(_reactor), host, port, context, timeout, bindAddress),
            EndpointAddresses.Parse(host, port),
            cancellationToken);

    /// <summary>Connects to a UNIX socket.</summary>
    /// <param name="path">A path, or an abstract name with a zero in front.</param>
    /// <param name="timeout">How long the attempt may take. Null: 30 s. <see cref="Timeout.InfiniteTimeSpan"/>: no limit.</param>
    /// <param name="checkPid">Whether to connect only if a living process holds the lock "path.lock". Default false.</param>
    /// <param name="cancellationToken">As for <see cref="ConnectTcpAsync"/>.</param>
    /// <returns>The protocol, in the turn after the one in which it was connected; fails with <see cref="ConnectException"/>.</returns>
    /// <exception cref="ArgumentException">The reactor has no UNIX sockets.</exception>
    public Task<TProtocol> ConnectUnixAsync(
        UnixAddress path,
        TimeSpan? timeout = null,
        bool checkPid = false,
        CancellationToken cancellationToken = default) =>
        ConnectAsync(
            new UnixClientEndpoint(ReactorAbilities.Require<IReactorUnix>(_reactor), path, timeout, checkPid),
            path,
            cancellationToken);

    private async Task<TProtocol> ConnectAsync(IStreamClientEndpoint endpoint, EndPoint destination, CancellationToken cancellationToken)
    {
        // The await comes back in a later turn; until then the connection may be cancelled.
        IProtocol protocol = await endpoint.ConnectAsync(Factory.For(_ => _create()), cancellationToken).ConfigureAwait(true);
        if (!cancellationToken.IsCancellationRequested)
        {
            return (TProtocol)protocol;
        }

        ((TProtocol)protocol).Transport.AbortConnection();
        throw new ConnectingCancelledException(destination);
    }
}
