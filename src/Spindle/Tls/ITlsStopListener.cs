namespace Spindle;

/// <summary>A protocol that lets its peer end TLS and goes on in the clear.</summary>
/// <remarks>
/// <para>Without it, or before it has called <see cref="ITlsTransport.StopTls"/> itself, the peer's close_notify ends the connection.</para>
/// <para>Thread: the reactor's.</para>
/// </remarks>
public interface ITlsStopListener
{
    /// <summary>The peer has ended TLS.</summary>
    /// <returns>True to agree: what comes and is written from now on is in the clear. False to close.</returns>
    bool PeerStopsTls();
}
