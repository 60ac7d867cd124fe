using System.Net;
using Spindle.Tls;

namespace Spindle.Endpoints;

/// <summary>A TCP server to connect to and speak TLS with. The connecting is done before the handshake is.</summary>
/// <param name="reactor">The reactor to connect on.</param>
/// <param name="host">A name or an address to connect to; what the certificate must be for, the context says.</param>
/// <param name="port">0 to 65535.</param>
/// <param name="context">Whom to trust and the rest.</param>
/// <param name="timeout">How long the attempt may take. Null: 30 s. <see cref="Timeout.InfiniteTimeSpan"/>: no limit.</param>
/// <param name="bindAddress">The local end; null lets the kernel choose.</param>
/// <param name="options">What else of TCP; null for the defaults.</param>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>SSL4ClientEndpoint</c>.</para>
/// </remarks>
public sealed class SslClientEndpoint(
    IReactorSsl reactor,
    string host,
    int port,
    TlsContext context,
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
                IConnector connector = reactor.ConnectSsl(host, port, new OneConnectionFactory(factory, task), context, timeout, bindAddress, options);
                return (connector.GetDestination(), connector.Disconnect);
            },
            cancellationToken);
}
