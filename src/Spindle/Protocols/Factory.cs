using System.Net;

namespace Spindle;

/// <summary>A factory to derive from, or to make with <see cref="For{TProtocol}()"/>.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocol.Factory</c>.</para>
/// </remarks>
public abstract class Factory : IFactory
{
    private int _users;

    /// <summary>A factory that makes a <typeparamref name="TProtocol"/> for each connection.</summary>
    public static Factory For<TProtocol>()
        where TProtocol : IProtocol, new() => For(static _ => new TProtocol());

    /// <summary>A factory that asks a function for each connection's protocol; null closes the connection.</summary>
    public static Factory For(Func<EndPoint, IProtocol?> build) => new FunctionFactory(build);

    /// <inheritdoc/>
    public virtual void DoStart()
    {
        if (_users++ > 0)
        {
            return;
        }

        try
        {
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

    private sealed class FunctionFactory : Factory
    {
        private readonly Func<EndPoint, IProtocol?> _build;

        public FunctionFactory(Func<EndPoint, IProtocol?> build)
        {
            ArgumentNullException.ThrowIfNull(build);
            _build = build;
        }

        protected override IProtocol? CreateProtocol(EndPoint address) => _build(address);
    }
}
