namespace Spindle;

/// <summary>A protocol that stands in front of another one, which keeps its abilities.</summary>
/// <remarks>
/// <para>
/// Transports ask for an ability (<see cref="IHalfCloseable"/> for example) with
/// <see cref="ProtocolAbilities.FindAbility{T}"/>, which looks behind a wrapper that does not have it itself. So a wrapper
/// implements only those that it wants to hear of.
/// </para>
/// <para>Thread: the reactor's.</para>
/// </remarks>
public interface IProtocolWrapper : IProtocol
{
    /// <summary>The protocol behind; null while there is none: before it is known which it will be, and after the end.</summary>
    IProtocol? WrappedProtocol { get; }
}
