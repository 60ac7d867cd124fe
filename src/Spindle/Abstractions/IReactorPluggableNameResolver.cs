namespace Spindle;

/// <summary>A reactor whose name resolver can be exchanged.</summary>
/// <remarks>
/// <para>Thread: the reactor's; before it runs, any one thread.</para>
/// <para>Source: Twisted's <c>IReactorPluggableNameResolver</c>.</para>
/// </remarks>
public interface IReactorPluggableNameResolver
{
    /// <summary>What looks names up, for connections too.</summary>
    IHostnameResolver NameResolver { get; }

    /// <summary>Has all names looked up by another resolver; the simple resolver is a wrapper of it from now on.</summary>
    /// <returns>The resolver that there was.</returns>
    IHostnameResolver InstallNameResolver(IHostnameResolver resolver);
}
