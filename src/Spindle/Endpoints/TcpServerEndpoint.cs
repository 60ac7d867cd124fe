namespace Spindle.Endpoints;

/// <summary>A TCP port.</summary>
/// <param name="reactor">The reactor to listen on.</param>
/// <param name="port">0 to 65535; 0 takes a free one.</param>
/// <param name="backlog">How many connections may wait to be accepted. Default 50.</param>
/// <param name="host">An address of this machine. Default "": every IPv4 address.</param>
/// <param name="options">What else; null for the defaults.</param>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>TCP4ServerEndpoint</c> and <c>TCP6ServerEndpoint</c>.</para>
/// </remarks>
public sealed class TcpServerEndpoint(IReactorTcp reactor, int port, int backlog = 50, string host = "", TcpListenOptions? options = null) : IStreamServerEndpoint
{
    /// <inheritdoc/>
    public Task<IListeningPort> ListenAsync(IFactory factory)
    {
        try
        {
            return Task.FromResult(reactor.ListenTcp(port, factory, backlog, host, options));
        }
        catch (Exception failure)
        {
            return Task.FromException<IListeningPort>(failure);
        }
    }
}
