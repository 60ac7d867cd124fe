namespace Spindle;

/// <summary>A transport that stands on another one, whose abilities can still be used.</summary>
/// <remarks>
/// <para>
/// Protocols ask for an ability (<see cref="ITcpTransport"/> for example) with
/// <see cref="TransportAbilities.FindAbility{T}"/>, which looks below a wrapper that does not have it itself.
/// </para>
/// <para>Thread: the reactor's.</para>
/// </remarks>
public interface ITransportWrapper : ITransport
{
    /// <summary>The transport below; null before there is a connection.</summary>
    ITransport? WrappedTransport { get; }
}
