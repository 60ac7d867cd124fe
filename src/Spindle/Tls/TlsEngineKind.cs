namespace Spindle.Tls;

/// <summary>What does the cryptography of a TLS connection.</summary>
public enum TlsEngineKind
{
    /// <summary><see cref="OpenSsl"/> where the system has it, <see cref="SslStream"/> elsewhere.</summary>
    Default,

    /// <summary>The system's libssl. Its alerts tell the peer why it was refused.</summary>
    OpenSsl,

    /// <summary>.NET's own <see cref="System.Net.Security.SslStream"/>.</summary>
    SslStream,
}
