namespace Spindle.Tls.OpenSsl;

/// <summary>What OpenSSL is told of a certificate that is not accepted; it chooses the alert by it.</summary>
internal static class OpenSslVerdicts
{
    /// <summary>Leads to certificate_unknown, as all do that OpenSSL has no alert for.</summary>
    public const int Refused = 74; // X509_V_ERR_OCSP_VERIFY_FAILED

    private const int X509_V_ERR_CERT_HAS_EXPIRED = 10;
    private const int X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY = 20;
    private const int X509_V_ERR_CERT_REVOKED = 23;
    private const int X509_V_ERR_INVALID_PURPOSE = 26;
    private const int X509_V_ERR_HOSTNAME_MISMATCH = 62;

    /// <summary>OpenSSL's number for a failure.</summary>
    public static int Of(TlsError error) => error switch
    {
        TlsError.CertificateExpired => X509_V_ERR_CERT_HAS_EXPIRED,
        TlsError.CertificateUntrusted => X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
        TlsError.CertificateRevoked => X509_V_ERR_CERT_REVOKED,
        TlsError.CertificateInvalid => X509_V_ERR_INVALID_PURPOSE,
        TlsError.CertificateNameMismatch => X509_V_ERR_HOSTNAME_MISMATCH,
        _ => Refused,
    };
}
