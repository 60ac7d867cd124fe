namespace Spindle;

/// <summary>A protocol that wants to know when the TLS handshake is done.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IHandshakeListener</c>. Not called when the peer was refused.</para>
/// </remarks>
public interface ITlsHandshakeListener
{
    /// <summary>The handshake is done and the peer accepted: its certificate and the session are known. Called once, before any data.</summary>
    void HandshakeCompleted();
}
