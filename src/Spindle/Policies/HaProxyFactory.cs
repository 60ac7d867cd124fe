using System.Net;
using Microsoft.Extensions.Logging;
using Spindle.Loops;

namespace Spindle.Policies;

/// <summary>Serves clients that come through a proxy that tells who they are: HAProxy's PROXY protocol, versions 1 and 2.</summary>
/// <remarks>
/// <para>
/// Each connection begins with a header that names the client's and the proxy's addresses. The wrapped factory's protocol is
/// made when it is there: <see cref="IFactory.BuildProtocol"/>, <see cref="ITransport.GetPeer"/> and
/// <see cref="ITransport.GetHost"/> have the addresses in it, or the connection's own if it names none (UNKNOWN, LOCAL). The
/// proxy's own are those of the transport below, <see cref="ITransportWrapper.WrappedTransport"/>.
/// </para>
/// <para>
/// A connection without a good header is aborted, and <see cref="HeaderRefused"/> is told why. Anyone who can connect can
/// claim to be anyone: let nobody but the proxy reach the port.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>
/// Source: <c>proxy-protocol.txt</c> of HAProxy; Twisted's <c>protocols/haproxy</c>, which makes the protocol before the
/// addresses are known and waits for a header for ever.
/// </para>
/// </remarks>
public class HaProxyFactory : WrappingFactory
{
    private readonly ILogger _logger;

    /// <summary>Wraps a factory.</summary>
    /// <param name="reactor">Has the time.</param>
    /// <param name="wrapped">The factory.</param>
    /// <param name="options">How strict to be; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public HaProxyFactory(IReactorTime reactor, IFactory wrapped, HaProxyOptions? options = null)
        : base(wrapped)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        options ??= new HaProxyOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxHeaderLength, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxHeaderLength, ushort.MaxValue, nameof(options));
        if (options.HeaderTimeout <= TimeSpan.Zero && options.HeaderTimeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.HeaderTimeout, "The time for the header must be more than zero, or infinite.");
        }

        Reactor = reactor;
        Options = options;
        _logger = options.Logger ?? StandardErrorLogger.Instance;
    }

    internal IReactorTime Reactor { get; }

    internal HaProxyOptions Options { get; }

    internal void Refuse(EndPoint peer, InvalidProxyHeaderException reason) => HeaderRefused(peer, reason);

    /// <summary>The wrapper; its protocol is made when the addresses are known.</summary>
    protected sealed override IProtocol? CreateProtocol(EndPoint address) => new HaProxyProtocol(this);

    /// <summary>A connection is aborted, or has ended, because its header is wrong, incomplete or too late. Writes a warning.</summary>
    /// <param name="peer">Who connected: the proxy, or somebody who is none.</param>
    /// <param name="reason">What was wrong.</param>
    protected virtual void HeaderRefused(EndPoint peer, InvalidProxyHeaderException reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        PolicyLog.HeaderRefused(_logger, LogPrefix, peer, reason.Message);
    }
}
