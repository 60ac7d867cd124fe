using System.Net;
using Spindle.Descriptors;
using Spindle.Protocols;

namespace Spindle.Policies;

/// <summary>Puts a <see cref="ProtocolWrapper"/> around each protocol that another factory makes, for servers and for clients.</summary>
/// <remarks>
/// <para>
/// Starts, stops and the callbacks of connectors reach the wrapped factory, which need not be a client factory. Factories can
/// be wrapped several times: the outermost one is nearest to the network.
/// </para>
/// <example>
/// <code>
/// IFactory factory = new TimeoutFactory(reactor, Factory.For&lt;Echo&gt;(), TimeSpan.FromMinutes(1));
/// reactor.ListenTcp(7, new LimitTotalConnectionsFactory(factory, connectionLimit: 100));
/// </code>
/// </example>
/// <para>Thread: the reactor's.</para>
/// <para>
/// Source: Twisted's <c>protocols/policies.py</c>, <c>WrappingFactory</c>. When the wrapped factory wants no connection, there
/// is none.
/// </para>
/// </remarks>
public class WrappingFactory : ClientFactory, ILoggingContext
{
    private readonly HashSet<ProtocolWrapper> _protocols = [];

    /// <summary>Wraps a factory.</summary>
    public WrappingFactory(IFactory wrapped)
    {
        ArgumentNullException.ThrowIfNull(wrapped);
        WrappedFactory = wrapped;
    }

    /// <summary>The factory behind.</summary>
    public IFactory WrappedFactory { get; }

    /// <summary>The wrappers that are connected now, in no order.</summary>
    public IReadOnlyCollection<ProtocolWrapper> Protocols => _protocols;

    /// <summary>"EchoFactory (TimeoutFactory)": the wrapped factory's prefix and this one's type.</summary>
    public virtual string LogPrefix => $"{LogNames.Of(WrappedFactory)} ({GetType().Name})";

    /// <inheritdoc/>
    public override void DoStart()
    {
        WrappedFactory.DoStart();
        try
        {
            base.DoStart();
        }
        catch
        {
            WrappedFactory.DoStop();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void DoStop()
    {
        try
        {
            WrappedFactory.DoStop();
        }
        finally
        {
            base.DoStop();
        }
    }

    /// <inheritdoc/>
    public override void StartedConnecting(IConnector connector) => (WrappedFactory as IClientFactory)?.StartedConnecting(connector);

    /// <inheritdoc/>
    public override void ClientConnectionFailed(IConnector connector, Exception reason) =>
        (WrappedFactory as IClientFactory)?.ClientConnectionFailed(connector, reason);

    /// <inheritdoc/>
    public override void ClientConnectionLost(IConnector connector, Exception reason) =>
        (WrappedFactory as IClientFactory)?.ClientConnectionLost(connector, reason);

    internal void Register(ProtocolWrapper protocol)
    {
        _protocols.Add(protocol);
        ProtocolConnected(protocol);
    }

    internal void Unregister(ProtocolWrapper protocol)
    {
        _protocols.Remove(protocol);
        ProtocolLost(protocol);
    }

    private protected override void UseOn(IFactoryHost host)
    {
        base.UseOn(host);
        (WrappedFactory as IHostedFactory)?.UseOn(host);
    }

    /// <summary>Makes the wrapped factory's protocol and wraps it.</summary>
    protected override IProtocol? CreateProtocol(EndPoint address) =>
        WrappedFactory.BuildProtocol(address) is { } protocol ? Wrap(protocol, address) : null;

    /// <summary>Makes the wrapper of a new protocol.</summary>
    /// <param name="protocol">What the wrapped factory has made.</param>
    /// <param name="address">The peer.</param>
    protected virtual ProtocolWrapper Wrap(IProtocol protocol, EndPoint address) => new(this, protocol);

    /// <summary>A wrapper is being connected; its protocol has not yet been told.</summary>
    protected virtual void ProtocolConnected(ProtocolWrapper protocol)
    {
    }

    /// <summary>A wrapper's connection has ended; its protocol has not yet been told. Called once for each.</summary>
    protected virtual void ProtocolLost(ProtocolWrapper protocol)
    {
    }
}
