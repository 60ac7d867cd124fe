using System.Net;

namespace Spindle;

/// <summary>Makes a connection, and makes it again.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public interface IConnector
{
    /// <summary>What it is doing.</summary>
    ConnectorState State { get; }

    /// <summary>Starts an attempt.</summary>
    /// <exception cref="InvalidOperationException">It is connecting or connected.</exception>
    void Connect();

    /// <summary>Gives an attempt up; the factory is told within the call, with <see cref="UserAbortedException"/>.</summary>
    /// <exception cref="NotConnectingException">There is none.</exception>
    void StopConnecting();

    /// <summary>Gives an attempt up or closes the connection, whichever there is.</summary>
    void Disconnect();

    /// <summary>The address as it was given: an <see cref="IPEndPoint"/>, or a <see cref="DnsEndPoint"/> for a name.</summary>
    EndPoint GetDestination();
}
