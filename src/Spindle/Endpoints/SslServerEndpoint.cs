using Spindle.Tls;

namespace Spindle.Endpoints;

/// <summary>A TCP port whose connections speak TLS from the start.</summary>
/// <param name="reactor">The reactor to listen on.</param>
/// <param name="port">0 to 65535; 0 takes a free one.</param>
/// <param name="context">The certificate and the rest.</param>
/// <param name="backlog">How many connections may wait to be accepted. Default 50.</param>
/// <param name="host">An address of this machine. Default "": every IPv4 address.</param>
/// <param name="options">What else of TCP; null for the defaults.</param>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>SSL4ServerEndpoint</c>.</para>
/// </remarks>
public sealed class SslServerEndpoint(IReactorSsl reactor, int port, TlsContext context, int backlog = 50, string host = "", TcpListenOptions? options = null) : IStreamServerEndpoint
{
    /// <inheritdoc/>
    public Task<IListeningPort> ListenAsync(IFactory factory)
    {
        try
        {
            return Task.FromResult(reactor.ListenSsl(port, factory, context, backlog, host, options));
        }
        catch (Exception failure)
        {
            return Task.FromException<IListeningPort>(failure);
        }
    }
}
