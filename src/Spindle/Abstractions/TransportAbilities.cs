namespace Spindle;

/// <summary>What a transport can do beyond <see cref="ITransport"/>.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public static class TransportAbilities
{
    /// <summary>Finds an ability of a transport, or, if it is a wrapper without it, of the one below.</summary>
    /// <typeparam name="T">The ability's interface, or a wrapper's own type.</typeparam>
    /// <returns>What has it; null if nothing does.</returns>
    /// <remarks>
    /// <example>
    /// <code>
    /// if (Transport.FindAbility&lt;ITcpTransport&gt;() is { } tcp)
    /// {
    ///     tcp.TcpNoDelay = true;
    /// }
    /// </code>
    /// </example>
    /// </remarks>
    public static T? FindAbility<T>(this ITransport transport)
        where T : class
    {
        for (ITransport? current = transport; current is not null; current = (current as ITransportWrapper)?.WrappedTransport)
        {
            if (current is T ability)
            {
                return ability;
            }
        }

        return null;
    }
}
