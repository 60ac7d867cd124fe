using System.Net;
using Spindle.Names;

namespace Spindle.Reactors;

/// <content>Names.</content>
public abstract partial class ReactorBase : IReactorPluggableResolver, IReactorPluggableNameResolver
{
    private readonly InstalledResolvers _resolvers;

    /// <inheritdoc/>
    /// <remarks>Default: a <see cref="GetAddrInfoResolver"/>. One with other limits is installed with <see cref="InstallNameResolver"/>.</remarks>
    public IHostnameResolver NameResolver
    {
        get
        {
            EnsureAccess();
            return _resolvers.Full;
        }
    }

    /// <inheritdoc/>
    public Task<IPAddress> Resolve(string name, IReadOnlyList<TimeSpan>? timeouts = null, CancellationToken cancellationToken = default)
    {
        EnsureAccess();
        return _resolvers.Resolve(name, timeouts, cancellationToken);
    }

    /// <inheritdoc/>
    public IResolverSimple InstallResolver(IResolverSimple resolver)
    {
        EnsureAccess();
        return _resolvers.Install(resolver);
    }

    /// <inheritdoc/>
    public IHostnameResolver InstallNameResolver(IHostnameResolver resolver)
    {
        EnsureAccess();
        return _resolvers.Install(resolver);
    }
}
