namespace Spindle.Streams;

/// <summary>A protocol that stands on a connection as a layer and knows better why it ended.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal interface ILayer
{
    /// <summary>The reason to be told to the protocol and to the factory (TLS-27).</summary>
    /// <param name="reason">The connection's own.</param>
    Exception Judge(Exception reason);

    /// <summary>Waits no longer for a peer to be heard once before it closes.</summary>
    void LoseConnectionUnheard();
}
