using System.Net;

namespace Spindle.Endpoints;

/// <summary>More ways to connect to an endpoint.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public static class StreamClientEndpoints
{
    /// <summary>Connects a protocol that exists already.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="protocol">The protocol; used for this one connection.</param>
    /// <param name="cancellationToken">Gives the attempt up; the task then fails with <see cref="ConnectingCancelledException"/>.</param>
    /// <returns>The protocol, after its <see cref="IProtocol.MakeConnection"/> ran. Failures come through the task.</returns>
    /// <remarks>Source: Twisted's <c>connectProtocol</c>.</remarks>
    public static async Task<TProtocol> ConnectProtocolAsync<TProtocol>(
        this IStreamClientEndpoint endpoint,
        TProtocol protocol,
        CancellationToken cancellationToken = default)
        where TProtocol : class, IProtocol
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(protocol);
        await endpoint.ConnectAsync(new OneProtocolFactory(protocol), cancellationToken).ConfigureAwait(true);
        return protocol;
    }

    private sealed class OneProtocolFactory(IProtocol protocol) : IFactory
    {
        public void DoStart()
        {
        }

        public void DoStop()
        {
        }

        public IProtocol? BuildProtocol(EndPoint address) => protocol;
    }
}
