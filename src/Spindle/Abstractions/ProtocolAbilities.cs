namespace Spindle;

/// <summary>What a protocol can hear of beyond <see cref="IProtocol"/>.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public static class ProtocolAbilities
{
    /// <summary>Finds an ability of a protocol, or, if it is a wrapper without it, of the one behind.</summary>
    /// <typeparam name="T">The ability's interface.</typeparam>
    /// <returns>What has it; null if nothing does.</returns>
    public static T? FindAbility<T>(this IProtocol protocol)
        where T : class
    {
        for (IProtocol? current = protocol; current is not null; current = (current as IProtocolWrapper)?.WrappedProtocol)
        {
            if (current is T ability)
            {
                return ability;
            }
        }

        return null;
    }
}
