namespace Spindle;

/// <summary>Hears of the datagrams of one address. Derive from <see cref="ConnectedDatagramProtocol"/> unless you need every call yourself.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IConnectedUDPTransport</c> and <c>protocol.ConnectedDatagramProtocol</c>.</para>
/// </remarks>
public interface IConnectedDatagramProtocol : IDatagramProtocol
{
    /// <summary>The connection could not be made; there will be no other call.</summary>
    /// <param name="failure">Why.</param>
    void ConnectionFailed(Exception failure);
}
