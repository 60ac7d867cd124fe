using System.Net;
using Spindle.Loops;

namespace Spindle.Names;

/// <summary>A reactor's two resolvers: one was installed, the other wraps it (NAME-12, NAME-13).</summary>
internal sealed class InstalledResolvers(IHostnameResolver initial, IReactorTime clock, IEventLoop? loop)
{
    private IResolverSimple _simple = new ComplexResolverSimplifier(initial, clock, loop);

    public IHostnameResolver Full { get; private set; } = initial;

    public IResolverSimple Install(IResolverSimple resolver)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        IResolverSimple previous = _simple;
        _simple = resolver;
        Full = new SimpleResolverComplexifier(resolver, loop);
        return previous;
    }

    public IHostnameResolver Install(IHostnameResolver resolver)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        IHostnameResolver previous = Full;
        Full = resolver;
        _simple = new ComplexResolverSimplifier(resolver, clock, loop);
        return previous;
    }

    public Task<IPAddress> Resolve(string name, IReadOnlyList<TimeSpan>? timeouts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0)
        {
            return Task.FromResult(IPAddress.Any);
        }

        if (HostNames.TryParseAddress(name, out IPAddress literal))
        {
            return Task.FromResult(literal);
        }

        try
        {
            return _simple.GetHostByName(name, timeouts, cancellationToken);
        }
        catch (Exception failure) when (failure is not ArgumentException)
        {
            return Task.FromException<IPAddress>(failure);
        }
    }
}
