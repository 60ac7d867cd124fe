namespace Spindle.Endpoints;

/// <summary>Somewhere to listen.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IStreamServerEndpoint</c>.</para>
/// </remarks>
public interface IStreamServerEndpoint
{
    /// <summary>Listens.</summary>
    /// <param name="factory">Makes a protocol for each connection.</param>
    /// <returns>The port. Every failure comes through the task; the call itself never throws.</returns>
    Task<IListeningPort> ListenAsync(IFactory factory);
}
