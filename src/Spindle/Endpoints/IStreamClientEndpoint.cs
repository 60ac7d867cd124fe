namespace Spindle.Endpoints;

/// <summary>Somewhere to connect to.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IStreamClientEndpoint</c>.</para>
/// </remarks>
public interface IStreamClientEndpoint
{
    /// <summary>Connects once.</summary>
    /// <param name="factory">Makes the protocol.</param>
    /// <param name="cancellationToken">Gives the attempt up; the task then fails with <see cref="ConnectingCancelledException"/>.</param>
    /// <returns>
    /// The protocol, after its <see cref="IProtocol.MakeConnection"/> ran. Every failure comes through the task; the call
    /// itself never throws. What happens later is told to the protocol alone.
    /// </returns>
    Task<IProtocol> ConnectAsync(IFactory factory, CancellationToken cancellationToken = default);
}
