using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tls.OpenSsl;

/// <summary>A certificate, its key and the authorities above it, as OpenSSL has them.</summary>
/// <remarks>Thread: any. The collector frees what nobody uses; who was given it by OpenSSL holds it, too.</remarks>
internal sealed unsafe class OpenSslCredential
{
    private readonly nint _certificate;
    private readonly nint _key;
    private readonly nint _chain;

    /// <summary>Takes a certificate over.</summary>
    /// <exception cref="TlsException">OpenSSL cannot use it.</exception>
    public OpenSslCredential(SslStreamCertificateContext certificate)
    {
        try
        {
            _certificate = ToX509(certificate.TargetCertificate);
            _key = ToKey(certificate.TargetCertificate);
            _chain = LibCrypto.OPENSSL_sk_new_null();
            foreach (X509Certificate2 authority in certificate.IntermediateCertificates)
            {
                nint copy = ToX509(authority);
                if (LibCrypto.OPENSSL_sk_push(_chain, copy) == 0)
                {
                    LibCrypto.X509_free(copy);
                    throw OpenSslErrors.Configuration("The chain of the certificate cannot be used");
                }
            }
        }
        catch (CryptographicException exception)
        {
            throw new TlsException($"the private key of {certificate.TargetCertificate.Subject} cannot be used: {exception.Message}", TlsError.Configuration, exception);
        }
    }

    ~OpenSslCredential()
    {
        LibCrypto.X509_free(_certificate);
        LibCrypto.EVP_PKEY_free(_key);
        if (_chain != 0)
        {
            for (int i = 0; i < LibCrypto.OPENSSL_sk_num(_chain); i++)
            {
                LibCrypto.X509_free(LibCrypto.OPENSSL_sk_value(_chain, i));
            }

            LibCrypto.OPENSSL_sk_free(_chain);
        }
    }

    /// <summary>Lets all connections of a context show it.</summary>
    /// <exception cref="TlsException">The key does not fit the certificate, or is too weak.</exception>
    public void UseFor(SslContextHandle context) => Check(LibSsl.SSL_CTX_use_cert_and_key(context.DangerousGetHandle(), _certificate, _key, _chain, replace: 1));

    /// <summary>Lets one connection show it.</summary>
    /// <exception cref="TlsException">The key does not fit the certificate, or is too weak.</exception>
    public void UseFor(nint ssl) => Check(LibSsl.SSL_use_cert_and_key(ssl, _certificate, _key, _chain, replace: 1));

    /// <summary>A certificate as OpenSSL has it, without its key; to be freed.</summary>
    /// <exception cref="TlsException">OpenSSL cannot read it.</exception>
    public static nint ToX509(X509Certificate2 certificate)
    {
        byte[] raw = certificate.RawData;
        fixed (byte* start = raw)
        {
            byte* data = start;
            nint copy = LibCrypto.d2i_X509(0, &data, raw.Length);
            return copy != 0 ? copy : throw OpenSslErrors.Configuration($"The certificate {certificate.Subject} cannot be read");
        }
    }

    private void Check(int result)
    {
        GC.KeepAlive(this);
        if (result != 1)
        {
            throw OpenSslErrors.Configuration("The certificate or its key cannot be used");
        }
    }

    private static nint ToKey(X509Certificate2 certificate)
    {
        using ECDsa? ecdsa = certificate.GetECDsaPrivateKey();
        using RSA? rsa = ecdsa is null ? certificate.GetRSAPrivateKey() : null;

        // A key that never leaves its device can only be lent, and only if the runtime uses the same OpenSSL.
        using SafeEvpPKeyHandle? lent = !OpenSslLibrary.IsTheRuntimes ? null
            : ecdsa is ECDsaOpenSsl ec ? ec.DuplicateKeyHandle()
            : rsa is RSAOpenSsl r ? r.DuplicateKeyHandle() : null;
        if (lent is not null)
        {
            nint shared = lent.DangerousGetHandle();
            return LibCrypto.EVP_PKEY_up_ref(shared) == 1 ? shared : throw OpenSslErrors.Configuration("The private key cannot be shared");
        }

        byte[] raw = (ecdsa as AsymmetricAlgorithm ?? rsa ?? throw new CryptographicException("it is neither RSA nor ECDSA")).ExportPkcs8PrivateKey();
        fixed (byte* start = raw)
        {
            byte* data = start;
            nint key = LibCrypto.d2i_AutoPrivateKey(0, &data, raw.Length);
            CryptographicOperations.ZeroMemory(raw);
            return key != 0 ? key : throw OpenSslErrors.Configuration($"The private key of {certificate.Subject} cannot be read");
        }
    }
}
