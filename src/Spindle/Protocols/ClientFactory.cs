using System.Net;

namespace Spindle;

/// <summary>A client factory to derive from: override what you need.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocol.ClientFactory</c>.</para>
/// </remarks>
public abstract class ClientFactory : Factory, IClientFactory
{
    /// <summary>A client factory that makes a <typeparamref name="TProtocol"/> for each connection.</summary>
    public static new ClientFactory For<TProtocol>()
        where TProtocol : IProtocol, new() => new FunctionClientFactory(static _ => new TProtocol(), $"{nameof(ClientFactory)} of {typeof(TProtocol).Name}");

    /// <summary>A client factory that asks a function for each connection's protocol.</summary>
    public static new ClientFactory For(Func<EndPoint, IProtocol?> build) => new FunctionClientFactory(build, nameof(ClientFactory));

    /// <inheritdoc/>
    public virtual void StartedConnecting(IConnector connector)
    {
    }

    /// <inheritdoc/>
    public virtual void ClientConnectionFailed(IConnector connector, Exception reason)
    {
    }

    /// <inheritdoc/>
    public virtual void ClientConnectionLost(IConnector connector, Exception reason)
    {
    }

    private sealed class FunctionClientFactory : ClientFactory, ILoggingContext
    {
        private readonly Func<EndPoint, IProtocol?> _build;

        public FunctionClientFactory(Func<EndPoint, IProtocol?> build, string name)
        {
            ArgumentNullException.ThrowIfNull(build);
            _build = build;
            LogPrefix = name;
        }

        public string LogPrefix { get; }

        protected override IProtocol? CreateProtocol(EndPoint address) => _build(address);
    }
}
