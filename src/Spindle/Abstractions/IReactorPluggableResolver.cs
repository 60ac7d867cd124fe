namespace Spindle;

/// <summary>A reactor whose simple resolver can be exchanged.</summary>
/// <remarks>
/// <para>Thread: the reactor's; before it runs, any one thread.</para>
/// <para>Source: Twisted's <c>IReactorPluggableResolver</c>.</para>
/// </remarks>
public interface IReactorPluggableResolver
{
    /// <summary>Has all names looked up by a simple resolver; <see cref="IReactorPluggableNameResolver.NameResolver"/> then wraps it.</summary>
    /// <returns>The simple resolver that there was; if a full one was installed, a wrapper of that.</returns>
    IResolverSimple InstallResolver(IResolverSimple resolver);
}
