using Spindle.Tls.OpenSsl;
using Spindle.Tls.SslStreams;

namespace Spindle.Tls;

/// <summary>Chooses what does the cryptography of a context.</summary>
internal static class TlsBackends
{
    /// <summary>Makes the backend of a kind.</summary>
    /// <exception cref="PlatformNotSupportedException">OpenSSL is wanted, and the system does not have it.</exception>
    public static ITlsBackend Create(TlsEngineKind kind, TlsConfiguration configuration) => Create(kind, configuration, OpenSslLibrary.IsAvailable);

    /// <inheritdoc cref="Create(TlsEngineKind, TlsConfiguration)"/>
    /// <param name="kind">Which.</param>
    /// <param name="configuration">What it is made by.</param>
    /// <param name="hasOpenSsl">Whether the system has it.</param>
    internal static ITlsBackend Create(TlsEngineKind kind, TlsConfiguration configuration, bool hasOpenSsl)
    {
        switch (kind)
        {
            case TlsEngineKind.OpenSsl when !hasOpenSsl:
                throw OpenSslLibrary.IsMissing();
            case TlsEngineKind.OpenSsl:
            case TlsEngineKind.Default when hasOpenSsl:
                return new OpenSslBackend(configuration);
            case TlsEngineKind.Default or TlsEngineKind.SslStream:
                return new SslStreamBackend(configuration);
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such engine.");
        }
    }
}
