using Spindle.Loops;
using Spindle.Policies;
using Spindle.Reactors;

namespace Spindle.Endpoints;

/// <summary>An endpoint whose clients come through a proxy that tells who they are; see <see cref="HaProxyFactory"/>.</summary>
/// <remarks>
/// <para>A factory of <see cref="ReactorGroup.Spread"/> stays spread.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/haproxy</c>, <c>proxyEndpoint</c>.</para>
/// </remarks>
public sealed class HaProxyServerEndpoint : IStreamServerEndpoint
{
    private readonly IReactorTime _reactor;
    private readonly IStreamServerEndpoint _endpoint;
    private readonly HaProxyOptions _options;

    /// <summary>Wraps an endpoint.</summary>
    /// <param name="reactor">Has the time.</param>
    /// <param name="endpoint">Where to listen.</param>
    /// <param name="options">How strict to be; null for the defaults. Without a logger refused connections are reported where the reactor's loop logs.</param>
    public HaProxyServerEndpoint(IReactorTime reactor, IStreamServerEndpoint endpoint, HaProxyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        ArgumentNullException.ThrowIfNull(endpoint);
        _reactor = reactor;
        _endpoint = endpoint;
        _options = options ?? new HaProxyOptions();
    }

    /// <inheritdoc/>
    public Task<IListeningPort> ListenAsync(IFactory factory)
    {
        try
        {
            // What belongs to one reactor's thread cannot stand in front of several.
            return _endpoint.ListenAsync(factory is SpreadFactory spread ? spread.WrapEach(Wrap) : Wrap(_reactor, factory));
        }
        catch (Exception failure)
        {
            return Task.FromException<IListeningPort>(failure);
        }
    }

    private HaProxyFactory Wrap(IReactorTime reactor, IFactory factory)
    {
        HaProxyOptions options = _options.Logger is null && reactor is ReactorBase { EventLoop: SelectorEventLoop loop }
            ? _options with { Logger = loop.Logger }
            : _options;
        return new HaProxyFactory(reactor, factory, options);
    }
}
