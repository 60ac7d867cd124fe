using System.Security.Cryptography.X509Certificates;

namespace Spindle;

/// <summary>A connection that can be, or is, protected by TLS.</summary>
/// <remarks>
/// <para>TCP and UNIX connections have it, and what <see cref="Tls.TlsFactory"/> gives its protocols. Ask for it with <see cref="TransportAbilities.FindAbility{T}"/>.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>ITLSTransport</c> and <c>ISSLTransport</c>.</para>
/// </remarks>
public interface ITlsTransport : ITransport
{
    /// <summary>Whether TLS is on: what is written is encrypted. The handshake may still be under way.</summary>
    bool IsTls { get; }

    /// <summary>What the handshake agreed on, the application protocol (ALPN) among it; null before its end and without TLS.</summary>
    Tls.TlsSessionInfo? TlsSession { get; }

    /// <summary>The peer's certificate, as a copy; null before the end of the handshake, without TLS, or if the peer gave none.</summary>
    X509Certificate2? GetPeerCertificate();

    /// <summary>
    /// Our own certificate on this connection, as a copy without its key: the one that was chosen, when there are several or a
    /// callback chooses. Null before the end of the handshake, without TLS, after the connection, or if this side has none.
    /// </summary>
    X509Certificate2? GetLocalCertificate();

    /// <summary>Starts TLS on the connection. The protocol keeps its transport and is not connected again.</summary>
    /// <remarks>
    /// <para>
    /// What was written before goes out first, in the clear. What came before is not read again, unless it is handed over: a
    /// receiver of messages (<see cref="LineReceiver"/> and its kin) does that by itself when TLS is started in a message's
    /// handler, another protocol with <paramref name="received"/>. Nothing that came in the clear is ever delivered as if it
    /// had come protected.
    /// </para>
    /// <para>Without a connection any more it does nothing.</para>
    /// </remarks>
    /// <param name="context">Certificates, trust, versions.</param>
    /// <param name="normal">True: whoever connected is the TLS client. False: the other way round.</param>
    /// <param name="received">Bytes that came behind the agreement to start TLS: the beginning of the peer's handshake.</param>
    /// <exception cref="ArgumentException">The context does not serve this role.</exception>
    /// <exception cref="InvalidOperationException">TLS is on already.</exception>
    /// <exception cref="Tls.TlsException">The context cannot be used. Nothing has changed.</exception>
    void StartTls(Tls.TlsContext context, bool normal = true, ReadOnlySpan<byte> received = default);

    /// <summary>Ends TLS and goes on in the clear: says so to the peer (close_notify), and waits until it has said the same.</summary>
    /// <remarks>
    /// <para>What is written before goes out protected. What is written between the call and its end waits and goes out in the clear.</para>
    /// <para>
    /// A peer that says nothing at all for the context's <see cref="Tls.TlsContext.ShutdownTimeout"/> ends the connection; the time
    /// begins anew with everything that it says, and does not run while reading is paused.
    /// </para>
    /// <para>
    /// A receiver of messages (<see cref="LineReceiver"/> and its kin) keeps a message of which only the beginning has come. When its
    /// rest comes in the clear it is delivered in the clear: <see cref="IsTls"/> is false by then.
    /// </para>
    /// </remarks>
    /// <returns>Done when both have said it; fails with the reason if the connection ends instead.</returns>
    /// <exception cref="InvalidOperationException">TLS is not on, or its handshake is not done.</exception>
    Task StopTls();
}
