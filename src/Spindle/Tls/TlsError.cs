namespace Spindle.Tls;

/// <summary>Why TLS failed.</summary>
public enum TlsError
{
    /// <summary>The peer does not speak TLS, or broke its rules.</summary>
    Protocol,

    /// <summary>There is no version, cipher or application protocol that both accept.</summary>
    NothingInCommon,

    /// <summary>The peer sent an alert: it refused us. The text names it.</summary>
    RefusedByPeer,

    /// <summary>The peer gave no certificate, and one is required.</summary>
    CertificateMissing,

    /// <summary>The peer's certificate does not lead to a trusted root.</summary>
    CertificateUntrusted,

    /// <summary>The peer's certificate, or one above it, has expired or is not valid yet.</summary>
    CertificateExpired,

    /// <summary>The peer's certificate is for another name.</summary>
    CertificateNameMismatch,

    /// <summary>The peer's certificate, or one above it, is revoked.</summary>
    CertificateRevoked,

    /// <summary>Whether the peer's certificate is revoked could not be found out, and must be.</summary>
    RevocationUnknown,

    /// <summary>The peer's certificate may not be used for this, or is wrong in another way.</summary>
    CertificateInvalid,

    /// <summary>A callback of the user refused the certificate, or threw.</summary>
    CertificateRefused,

    /// <summary>The handshake did not end in time.</summary>
    HandshakeTimeout,

    /// <summary>The peer did not take what was sent, or did not answer our close_notify, in time.</summary>
    ShutdownTimeout,

    /// <summary>The connection ended within the session, without the peer's close_notify.</summary>
    Truncated,

    /// <summary>Our own certificate, key or option cannot be used.</summary>
    Configuration,
}
