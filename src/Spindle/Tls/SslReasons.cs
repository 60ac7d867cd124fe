using System.Security.Cryptography;

namespace Spindle.Tls;

/// <summary>Makes exceptions of OpenSSL's error numbers, which SslStream hands on, too.</summary>
internal static class SslReasons
{
    public const string PlainHttp = "the peer speaks plain HTTP, not TLS";
    public const string WrongVersion = "what the peer sent is not TLS (wrong version number)";

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

    /// <summary>Why a session failed.</summary>
    /// <param name="error">OpenSSL's number; zero if it gave none.</param>
    /// <param name="text">OpenSSL's words.</param>
    /// <param name="inner">What was thrown below, if anything.</param>
    public static TlsException Of(uint error, string text, Exception? inner = null)
    {
        int reason = (int)(error & 0x7FFFFF);
        if (((error >> 23) & 0xFF) != ERR_LIB_SSL)
        {
            return new TlsException(text, TlsError.Protocol, inner);
        }

        if (reason is >= AlertOffset and <= LastAlert)
        {
            return RefusedBy(reason - AlertOffset, inner);
        }

        (string detail, TlsError kind) = reason switch
        {
            SSL_R_HTTP_REQUEST or SSL_R_HTTPS_PROXY_REQUEST => (PlainHttp, TlsError.Protocol),
            SSL_R_WRONG_VERSION_NUMBER => (WrongVersion, TlsError.Protocol),
            SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE => ("the peer gave no certificate, and one is required", TlsError.CertificateMissing),
            SSL_R_UNSUPPORTED_PROTOCOL or SSL_R_NO_PROTOCOLS_AVAILABLE or SSL_R_VERSION_TOO_LOW => ($"there is no version of TLS that both accept ({text})", TlsError.NothingInCommon),
            SSL_R_NO_SHARED_CIPHER or SSL_R_NO_CIPHERS_AVAILABLE => ($"there is no cipher that both accept ({text})", TlsError.NothingInCommon),
            SSL_R_NO_APPLICATION_PROTOCOL => ("there is no application protocol that both accept", TlsError.NothingInCommon),
            SSL_R_NO_SUITABLE_KEY_SHARE or SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM or SSL_R_NO_SUITABLE_GROUPS or SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS or SSL_R_NO_SHARED_GROUPS
                => ($"there is no key exchange or signature that both accept ({text})", TlsError.NothingInCommon),
            _ => (text, TlsError.Protocol),
        };
        return new TlsException(detail, kind, inner);
    }

    /// <summary>Whether OpenSSL's number says that the peer does not speak TLS at all.</summary>
    public static bool IsNotTls(uint error) => ((error >> 23) & 0xFF) == ERR_LIB_SSL
        && (int)(error & 0x7FFFFF) is SSL_R_HTTP_REQUEST or SSL_R_HTTPS_PROXY_REQUEST or SSL_R_WRONG_VERSION_NUMBER;

    /// <summary>Why an <see cref="System.Net.Security.SslStream"/> failed: the first of OpenSSL's numbers in what it threw, else its words.</summary>
    public static TlsException Of(Exception exception)
    {
        Exception deepest = exception;
        for (Exception? inner = exception; inner is not null; inner = inner.InnerException)
        {
            deepest = inner;
            if (inner is CryptographicException && (((uint)inner.HResult >> 23) & 0xFF) == ERR_LIB_SSL)
            {
                return Of((uint)inner.HResult, inner.Message[(inner.Message.LastIndexOf(':') + 1)..], exception); // "error:0A0000C1:SSL routines::no shared cipher".
            }
        }

        return new TlsException(deepest.Message, TlsError.Protocol, exception);
    }

    /// <summary>The peer sent an alert.</summary>
    public static TlsException RefusedBy(int alert, Exception? inner = null) =>
        new($"the peer refused us: {TlsAlerts.NameOf(alert)} (alert {alert})", TlsError.RefusedByPeer, inner);
}
