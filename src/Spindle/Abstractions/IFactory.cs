using System.Net;

namespace Spindle;

/// <summary>Makes a protocol for each connection.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public interface IFactory
{
    /// <summary>A port or connector starts to use the factory. Called once for each.</summary>
    void DoStart();

    /// <summary>A port or connector has ended its use.</summary>
    void DoStop();

    /// <summary>Makes the protocol of a new connection.</summary>
    /// <param name="address">The peer.</param>
    /// <returns>The protocol, or null to close the connection.</returns>
    IProtocol? BuildProtocol(EndPoint address);
}
