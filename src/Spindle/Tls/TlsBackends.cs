using Spindle.Tls.OpenSsl;
using Spindle.Tls.SslStreams;

namespace Spindle.Tls;

/// <summary>Chooses what does the cryptography of a context.</summary>
internal static class TlsBackends
{
    /// <summary>Makes the backend of a kind.</summary>
    /// <exception cref="PlatformNotSupportedException">OpenSSL is wanted, and the system does not have it.</exception>
    public static ITlsBackend Create(TlsEngineKind kind, TlsConfiguration configuration)
    {
        switch (kind)
        {
            case TlsEngineKind.OpenSsl:
                OpenSslLibrary.Require();
                return new OpenSslBackend(configuration);
            case TlsEngineKind.Default when OpenSslLibrary.IsAvailable:
                return new OpenSslBackend(configuration);
            case TlsEngineKind.Default or TlsEngineKind.SslStream:
                return new SslStreamBackend(configuration);
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such engine.");
        }
    }
}
