using System.Runtime.InteropServices;

namespace Spindle.Tls.OpenSsl;

/// <summary>Makes exceptions of what OpenSSL has in its queue of errors.</summary>
internal static class OpenSslErrors
{
    private const int ERR_LIB_SSL = 20;
    private const int AlertOffset = 1000; // Reasons from here to 1,255 are alerts of the peer.
    private const int LastAlert = 1255;

    private const int SSL_R_NO_SUITABLE_KEY_SHARE = 101;
    private const int SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM = 118;
    private const int SSL_R_HTTPS_PROXY_REQUEST = 155;
    private const int SSL_R_HTTP_REQUEST = 156;
    private const int SSL_R_NO_CIPHERS_AVAILABLE = 181;
    private const int SSL_R_NO_PROTOCOLS_AVAILABLE = 191;
    private const int SSL_R_NO_SHARED_CIPHER = 193;
    private const int SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE = 199;
    private const int SSL_R_NO_APPLICATION_PROTOCOL = 235;
    private const int SSL_R_UNSUPPORTED_PROTOCOL = 258;
    private const int SSL_R_WRONG_VERSION_NUMBER = 267;
    private const int SSL_R_NO_SUITABLE_GROUPS = 295;
    private const int SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS = 376;
    private const int SSL_R_VERSION_TOO_LOW = 396;
    private const int SSL_R_NO_SHARED_GROUPS = 410;

    /// <summary>Why a step of a session failed. Empties the queue.</summary>
    public static TlsException Session()
    {
        ulong error = LibCrypto.ERR_get_error();
        LibCrypto.ERR_clear_error();
        int library = (int)(error >> 23) & 0xFF;
        int reason = (int)(error & 0x7FFFFF);
        if (library != ERR_LIB_SSL)
        {
            return new TlsException(error == 0 ? "OpenSSL gave no reason" : Text(error));
        }

        if (reason is >= AlertOffset and <= LastAlert)
        {
            int alert = reason - AlertOffset;
            return new TlsException($"the peer refused us: {AlertText(alert)} (alert {alert})", TlsError.RefusedByPeer);
        }

        return reason switch
        {
            SSL_R_HTTP_REQUEST or SSL_R_HTTPS_PROXY_REQUEST => new TlsException("the peer speaks plain HTTP, not TLS"),
            SSL_R_WRONG_VERSION_NUMBER => new TlsException("what the peer sent is not TLS (wrong version number)"),
            SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE => new TlsException("the peer gave no certificate, and one is required", TlsError.CertificateMissing),
            SSL_R_UNSUPPORTED_PROTOCOL or SSL_R_NO_PROTOCOLS_AVAILABLE or SSL_R_VERSION_TOO_LOW => new TlsException($"there is no version of TLS that both accept ({Text(error)})", TlsError.NothingInCommon),
            SSL_R_NO_SHARED_CIPHER or SSL_R_NO_CIPHERS_AVAILABLE => new TlsException($"there is no cipher that both accept ({Text(error)})", TlsError.NothingInCommon),
            SSL_R_NO_APPLICATION_PROTOCOL => new TlsException("there is no application protocol that both accept", TlsError.NothingInCommon),
            SSL_R_NO_SUITABLE_KEY_SHARE or SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM or SSL_R_NO_SUITABLE_GROUPS or SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS or SSL_R_NO_SHARED_GROUPS
                => new TlsException($"there is no key exchange or signature that both accept ({Text(error)})", TlsError.NothingInCommon),
            _ => new TlsException(Text(error)),
        };
    }

    /// <summary>Why something of ours cannot be used. Empties the queue.</summary>
    public static TlsException Configuration(string what)
    {
        ulong error = LibCrypto.ERR_get_error();
        LibCrypto.ERR_clear_error();
        return new TlsException(error == 0 ? what : $"{what}: {Text(error)}", TlsError.Configuration);
    }

    /// <summary>An alert's name.</summary>
    public static string AlertText(int alert) => Marshal.PtrToStringUTF8(LibSsl.SSL_alert_desc_string_long(alert)) ?? "unknown";

    private static string Text(ulong error) => Marshal.PtrToStringUTF8(LibCrypto.ERR_reason_error_string(error)) ?? $"OpenSSL's error {error:x}";
}
