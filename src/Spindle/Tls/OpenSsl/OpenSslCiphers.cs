using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Text;

namespace Spindle.Tls.OpenSsl;

/// <summary>Chooses the ciphers of an SSL_CTX.</summary>
internal static unsafe class OpenSslCiphers
{
    /// <summary>Forward secrecy and a peer that is known. AES-128 is as strong as the key exchange (P-256, X25519) and the fastest, so it is first.</summary>
    private const string ForwardSecret = "ECDHE+AESGCM+AES128:ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM+AES128:DHE+AESGCM:DHE+CHACHA20:ECDHE+AES:DHE+AES:!aNULL:!eNULL:!DSS:!PSK:!SRP:!AESCCM8";

    private const string ForwardSecret13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

    private const int FirstOfTls13 = 0x1300;
    private const int BehindTls13 = 0x1400;

    /// <summary>Chooses.</summary>
    /// <exception cref="ArgumentException">Nothing that OpenSSL has is among what is wanted.</exception>
    public static void Choose(nint context, TlsConfiguration configuration)
    {
        TlsPolicy policy = configuration.Policy;
        if (configuration.CipherSuites is { } suites)
        {
            if (policy.CipherList is not null || policy.CipherSuites is not null)
            {
                throw new ArgumentException("CipherSuitesPolicy and TlsPolicy both name ciphers: only one can.", nameof(configuration));
            }

            Choose(context, configuration.Protocols, suites);
            return;
        }

        // Before TLS 1.2 there are only signatures that OpenSSL's higher levels of security refuse.
        string level = (configuration.Protocols & ~(SslProtocols.Tls12 | SslProtocols.Tls13)) != 0 ? ":@SECLEVEL=0" : "";
        SetList(context, policy.CipherList ?? ForwardSecret + level);
        SetSuites(context, policy.CipherSuites ?? ForwardSecret13);
    }

    /// <summary>Sets the parameters of Diffie-Hellman.</summary>
    /// <param name="context">A server's.</param>
    /// <param name="parameters">In PEM; null for those that fit the key.</param>
    /// <exception cref="ArgumentException">They cannot be used.</exception>
    public static void SetDhParameters(nint context, string? parameters)
    {
        if (parameters is null)
        {
            LibSsl.SSL_CTX_ctrl(context, LibSsl.SSL_CTRL_SET_DH_AUTO, 1, 0);
            return;
        }

        byte[] text = Encoding.ASCII.GetBytes(parameters);
        nint memory = LibCrypto.BIO_new(LibCrypto.BIO_s_mem());
        nint key;
        fixed (byte* data = text)
        {
            _ = LibCrypto.BIO_write(memory, data, text.Length);
            key = LibCrypto.PEM_read_bio_Parameters(memory, null);
        }

        _ = LibCrypto.BIO_free(memory);
        if (key == 0 || LibSsl.SSL_CTX_set0_tmp_dh_pkey(context, key) != 1)
        {
            LibCrypto.EVP_PKEY_free(key);
            throw new ArgumentException($"TlsPolicy.DhParameters: {OpenSslErrors.Configuration("they are no parameters of Diffie-Hellman in PEM").Message}", nameof(parameters));
        }
    }

    private static void Choose(nint context, SslProtocols protocols, CipherSuitesPolicy policy)
    {
        List<string> older = [];
        List<string> newer = [];
        byte* id = stackalloc byte[2];
        nint ssl = LibSsl.SSL_new(context);
#pragma warning disable CA1416 // Where there is libssl.so.3 there is no Windows.
        foreach (TlsCipherSuite suite in policy.AllowedCipherSuites)
#pragma warning restore CA1416
        {
            id[0] = (byte)((int)suite >> 8);
            id[1] = (byte)suite;
            nint cipher = LibSsl.SSL_CIPHER_find(ssl, id);
            if (cipher != 0 && Marshal.PtrToStringUTF8(LibSsl.SSL_CIPHER_get_name(cipher)) is { } name)
            {
                ((int)suite is >= FirstOfTls13 and < BehindTls13 ? newer : older).Add(name);
            }
        }

        LibSsl.SSL_free(ssl);
        bool hasNewer = newer.Count > 0 && (protocols & SslProtocols.Tls13) != 0;
        bool hasOlder = older.Count > 0 && (protocols & ~SslProtocols.Tls13) != 0;
        if (!hasNewer && !hasOlder)
        {
            throw new ArgumentException("CipherSuitesPolicy: OpenSSL has none of these ciphers for these versions.", nameof(policy));
        }

        SetSuites(context, string.Join(':', newer));
        if (hasOlder)
        {
            SetList(context, string.Join(':', older));
        }

        if (!hasNewer)
        {
            LibSsl.SSL_CTX_set_options(context, LibSsl.SSL_OP_NO_TLSv1_3);
        }

        if (!hasOlder)
        {
            LibSsl.SSL_CTX_set_options(context, LibSsl.SSL_OP_NO_TLSv1 | LibSsl.SSL_OP_NO_TLSv1_1 | LibSsl.SSL_OP_NO_TLSv1_2);
        }
    }

    private static void SetList(nint context, string list)
    {
        fixed (byte* text = Encoding.ASCII.GetBytes(list + "\0"))
        {
            if (LibSsl.SSL_CTX_set_cipher_list(context, text) != 1)
            {
                LibCrypto.ERR_clear_error();
                throw new ArgumentException($"No cipher is usable: OpenSSL has none that '{list}' names.", nameof(list));
            }
        }
    }

    private static void SetSuites(nint context, string list)
    {
        fixed (byte* text = Encoding.ASCII.GetBytes(list + "\0"))
        {
            if (LibSsl.SSL_CTX_set_ciphersuites(context, text) != 1)
            {
                LibCrypto.ERR_clear_error();
                throw new ArgumentException($"No cipher is usable: OpenSSL has no cipher of TLS 1.3 that '{list}' names.", nameof(list));
            }
        }
    }
}
