using System.Net;

namespace Spindle.Endpoints;

/// <summary>A TCP server to connect to.</summary>
/// <param name="reactor">The reactor to connect on.</param>
/// <param name="host">A name or an address.</param>
/// <param name="port">0 to 65535.</param>
/// <param name="timeout">How long the attempt may take. Null: 30 s. <see cref="Timeout.InfiniteTimeSpan"/>: no limit.</param>
/// <param name="bindAddress">The local end; null lets the kernel choose.</param>
/// <param name="options">What else; null for the defaults.</param>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>TCP4ClientEndpoint</c>.</para>
/// </remarks>
public sealed class TcpClientEndpoint(
    IReactorTcp reactor,
    string host,
    int port,
    TimeSpan? timeout = null,
    IPEndPoint? bindAddress = null,
    TcpConnectOptions? options = null) : IStreamClientEndpoint
{
    /// <inheritdoc/>
    public Task<IProtocol> ConnectAsync(IFactory factory, CancellationToken cancellationToken = default) =>
        ConnectTask.Start(
            reactor,
            factory,
            task =>
            {
                IConnector connector = reactor.ConnectTcp(host, port, new OneConnectionFactory(factory, task), timeout, bindAddress, options);
                return (connector.GetDestination(), connector.Disconnect);
            },
            cancellationToken);
}
