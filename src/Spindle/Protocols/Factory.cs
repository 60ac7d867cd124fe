using System.Net;
using Spindle.Descriptors;
using Spindle.Protocols;

namespace Spindle;

/// <summary>A factory to derive from, or to make with <see cref="For{TProtocol}()"/>.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocol.Factory</c>.</para>
/// </remarks>
public abstract class Factory : IFactory, IHostedFactory
{
    private int _users;

    /// <summary>Whether the log tells of the first use and of the end of the last one. Default true.</summary>
    public bool IsNoisy { get; set; } = true;

    /// <summary>The reactor that the factory was last used on.</summary>
    private protected IFactoryHost? Host { get; private set; }

    /// <summary>A factory that makes a <typeparamref name="TProtocol"/> for each connection.</summary>
    public static Factory For<TProtocol>()
        where TProtocol : IProtocol, new() => new FunctionFactory(static _ => new TProtocol(), $"{nameof(Factory)} of {typeof(TProtocol).Name}");

    /// <summary>A factory that asks a function for each connection's protocol; null closes the connection.</summary>
    public static Factory For(Func<EndPoint, IProtocol?> build) => new FunctionFactory(build, nameof(Factory));

    void IHostedFactory.UseOn(IFactoryHost host) => UseOn(host);

    /// <inheritdoc/>
    public virtual void DoStart()
    {
        if (_users++ > 0)
        {
            return;
        }

        try
        {
            Tell($"Starting factory {LogNames.Of(this)}");
            StartFactory();
        }
        catch
        {
            _users--; // The next one to use it tries again.
            throw;
        }
    }

    /// <inheritdoc/>
    public virtual void DoStop()
    {
        if (_users > 0 && --_users == 0)
        {
            Tell($"Stopping factory {LogNames.Of(this)}");
            StopFactory();
        }
    }

    /// <summary>The first port or connector begins to use the factory.</summary>
    public virtual void StartFactory()
    {
    }

    /// <summary>The last port or connector has ended its use.</summary>
    public virtual void StopFactory()
    {
    }

    /// <inheritdoc/>
    public IProtocol? BuildProtocol(EndPoint address)
    {
        IProtocol? built = CreateProtocol(address);
        if (built is Protocol protocol)
        {
            protocol.Factory = this;
        }

        return built;
    }

    /// <summary>Makes the protocol of a new connection, or null to close it.</summary>
    protected abstract IProtocol? CreateProtocol(EndPoint address);

    /// <inheritdoc cref="IHostedFactory.UseOn"/>
    private protected virtual void UseOn(IFactoryHost host) => Host = host;

    /// <summary>Writes to the reactor's log, if the factory is noisy and used on a reactor.</summary>
    private protected void Tell(string what)
    {
        if (IsNoisy)
        {
            Host?.LogInformation(what);
        }
    }

    private sealed class FunctionFactory : Factory, ILoggingContext
    {
        private readonly Func<EndPoint, IProtocol?> _build;

        public FunctionFactory(Func<EndPoint, IProtocol?> build, string name)
        {
            ArgumentNullException.ThrowIfNull(build);
            _build = build;
            LogPrefix = name;
        }

        public string LogPrefix { get; }

        protected override IProtocol? CreateProtocol(EndPoint address) => _build(address);
    }
}
