using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tls;

/// <summary>One side of a TLS session, without any input or output: the peer's bytes are fed to it, and what is to be sent is taken from it.</summary>
/// <remarks>
/// <para>Nothing here waits. After every step there may be bytes to take, after a failed one too: the alert.</para>
/// <para>Thread: one at a time, the reactor's.</para>
/// </remarks>
internal interface ITlsEngine : IDisposable
{
    /// <summary>Which side it is.</summary>
    TlsRole Role { get; }

    /// <summary>How many bytes wait to be taken.</summary>
    int PendingOutput { get; }

    /// <summary>Why a step failed; null while none has. A <see cref="TlsException"/>, or what a callback of the user threw.</summary>
    Exception? Failure { get; }

    /// <summary>The peer's certificate; null before the handshake, or if it gave none. The engine's own: who keeps it copies it.</summary>
    X509Certificate2? PeerCertificate { get; }

    /// <summary>Our own certificate, as DER; empty if there is none.</summary>
    ReadOnlyMemory<byte> LocalCertificate { get; }

    /// <summary>What the handshake agreed on; null before its end.</summary>
    TlsSessionInfo? Session { get; }

    /// <summary>Called, in the reactor's thread, when a step that ended with <see cref="TlsStatus.WantsVerdict"/> can go on. Null: nobody waits.</summary>
    Action? Resumed { get; set; }

    /// <summary>Hands over bytes of the peer. All are taken.</summary>
    void Feed(ReadOnlySpan<byte> ciphertext);

    /// <summary>The peer's bytes have ended. What was fed can still be read; what comes short then fails with <see cref="TlsTruncatedException"/>.</summary>
    void FeedEnd();

    /// <summary>Goes on with the handshake: the first call of a client makes its hello.</summary>
    TlsStatus Handshake();

    /// <summary>Decrypts at most one record.</summary>
    /// <param name="plaintext">Room for 16,384 bytes, the most that a record has.</param>
    /// <param name="count">How many came; zero unless <see cref="TlsStatus.Done"/>.</param>
    TlsStatus Read(Span<byte> plaintext, out int count);

    /// <summary>Encrypts the front of what is given.</summary>
    /// <param name="plaintext">Not empty.</param>
    /// <param name="count">How many bytes were taken; zero unless <see cref="TlsStatus.Done"/>.</param>
    TlsStatus Write(ReadOnlySpan<byte> plaintext, out int count);

    /// <summary>Says that nothing more is sent (close_notify). Reading goes on. A second call does nothing.</summary>
    TlsStatus CloseOutput();

    /// <summary>Hands over what is to be sent.</summary>
    /// <returns>A buffer that is the caller's now, who clears it; empty when nothing waits.</returns>
    TlsBuffer TakeOutput();

    /// <summary>Moves what was fed behind the peer's close_notify into a buffer: it is not of the session.</summary>
    /// <returns>How many bytes; zero when there are none, or the peer has not closed.</returns>
    int TakeRest(Span<byte> rest);
}
