using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tls.OpenSsl;

/// <summary>Makes an SSL_CTX of a configuration.</summary>
internal static unsafe class OpenSslContexts
{
    private const int SessionsOfAServer = 1024; // For clients of TLS 1.2 without tickets; the rest keep their sessions themselves.

#pragma warning disable SYSLIB0039, CA5397, CS0618 // Who lowers the minimum on purpose may.
    private static readonly (SslProtocols Protocol, int Version, ulong Without)[] Versions =
    [
        (SslProtocols.Tls, LibSsl.TLS1_VERSION, LibSsl.SSL_OP_NO_TLSv1),
        (SslProtocols.Tls11, LibSsl.TLS1_1_VERSION, LibSsl.SSL_OP_NO_TLSv1_1),
        (SslProtocols.Tls12, LibSsl.TLS1_2_VERSION, LibSsl.SSL_OP_NO_TLSv1_2),
        (SslProtocols.Tls13, LibSsl.TLS1_3_VERSION, LibSsl.SSL_OP_NO_TLSv1_3),
    ];
#pragma warning restore SYSLIB0039, CA5397, CS0618

    /// <summary>Makes one.</summary>
    /// <param name="configuration">Everything but the certificate.</param>
    /// <param name="certificate">What connections show; null if there is none or it is chosen for each.</param>
    /// <exception cref="ArgumentException">A choice of ciphers or parameters cannot be used.</exception>
    /// <exception cref="TlsException">The certificate cannot be used.</exception>
    public static SslContextHandle Create(TlsConfiguration configuration, SslStreamCertificateContext? certificate)
    {
        bool isServer = configuration.Role == TlsRole.Server;
        LibCrypto.ERR_clear_error();
        nint context = LibSsl.SSL_CTX_new(isServer ? LibSsl.TLS_server_method() : LibSsl.TLS_client_method());
        SslContextHandle handle = context != 0 ? new SslContextHandle(context) : throw OpenSslErrors.Configuration("OpenSSL cannot be used");
        ulong options = LibSsl.SSL_OP_NO_COMPRESSION | LibSsl.SSL_OP_NO_RENEGOTIATION
            | (configuration.Policy.PreferServerCiphers ? LibSsl.SSL_OP_CIPHER_SERVER_PREFERENCE : 0);
        LibSsl.SSL_CTX_set_options(context, options);
        LibSsl.SSL_CTX_ctrl(
            context,
            LibSsl.SSL_CTRL_MODE,
            LibSsl.SSL_MODE_ENABLE_PARTIAL_WRITE | LibSsl.SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | LibSsl.SSL_MODE_AUTO_RETRY | LibSsl.SSL_MODE_NO_AUTO_CHAIN | LibSsl.SSL_MODE_RELEASE_BUFFERS,
            0);
        SetVersions(context, configuration.Protocols);
        OpenSslCiphers.Choose(context, configuration);
        SetVerification(context, configuration, isServer);
        SetSessions(context, configuration, isServer);
        LibSsl.SSL_CTX_set_info_callback(context, &OpenSslCallbacks.Inform);
        if (configuration.SelectServerCertificate is not null || configuration.SelectClientCertificate is not null || configuration.ClientCertificates.Count > 0)
        {
            LibSsl.SSL_CTX_set_cert_cb(context, &OpenSslCallbacks.ChooseCertificate, 0);
        }

        if (certificate is not null)
        {
            new OpenSslCredential(certificate).UseFor(handle);
        }

        SetApplicationProtocols(context, configuration, isServer);
        if (isServer)
        {
            OpenSslCiphers.SetDhParameters(context, configuration.Policy.DhParameters);
        }

        return handle;
    }

    private static void SetVersions(nint context, SslProtocols protocols)
    {
        int lowest = 0;
        int highest = 0;
        foreach ((SslProtocols protocol, int version, ulong without) in Versions)
        {
            if ((protocols & protocol) == 0)
            {
                LibSsl.SSL_CTX_set_options(context, without);
                continue;
            }

            lowest = lowest == 0 ? version : lowest;
            highest = version;
        }

        LibSsl.SSL_CTX_ctrl(context, LibSsl.SSL_CTRL_SET_MIN_PROTO_VERSION, lowest, 0);
        LibSsl.SSL_CTX_ctrl(context, LibSsl.SSL_CTRL_SET_MAX_PROTO_VERSION, highest, 0);
    }

    private static void SetVerification(nint context, TlsConfiguration configuration, bool isServer)
    {
        int mode = LibSsl.SSL_VERIFY_PEER;
        if (isServer && !configuration.AsksForCertificate)
        {
            mode = LibSsl.SSL_VERIFY_NONE;
        }
        else if (isServer && !configuration.Verifier.HasCallback)
        {
            mode |= LibSsl.SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
        }
        else if (isServer)
        {
            LibSsl.SSL_CTX_set_msg_callback(context, &OpenSslCallbacks.SeeMessage);
        }

        foreach (X509Certificate2 authority in configuration.NamedAuthorities)
        {
            nint copy = OpenSslCredential.ToX509(authority);
            bool isNamed = LibSsl.SSL_CTX_add_client_CA(context, copy) == 1; // It copies the name.
            LibCrypto.X509_free(copy);
            if (!isNamed)
            {
                throw OpenSslErrors.Configuration($"The authority {authority.Subject} cannot be named");
            }
        }

        LibSsl.SSL_CTX_set_verify(context, mode, 0);
        LibSsl.SSL_CTX_set_cert_verify_callback(context, &OpenSslCallbacks.Verify, 0);
    }

    private static void SetSessions(nint context, TlsConfiguration configuration, bool isServer)
    {
        if (!configuration.AllowsResumption || configuration.AsksForCertificate)
        {
            // A ticket has the client's certificate but not those above it: it could not be checked again.
            LibSsl.SSL_CTX_set_options(context, LibSsl.SSL_OP_NO_TICKET);
            _ = LibSsl.SSL_CTX_set_num_tickets(context, 0);
            LibSsl.SSL_CTX_ctrl(context, LibSsl.SSL_CTRL_SET_SESS_CACHE_MODE, LibSsl.SSL_SESS_CACHE_OFF, 0);
            return;
        }

        if (isServer)
        {
            fixed (byte* id = "spindle"u8)
            {
                _ = LibSsl.SSL_CTX_set_session_id_context(context, id, (uint)"spindle"u8.Length);
            }

            _ = LibSsl.SSL_CTX_set_num_tickets(context, 1); // Every connection that uses one up gets another.
            LibSsl.SSL_CTX_ctrl(context, LibSsl.SSL_CTRL_SET_SESS_CACHE_MODE, LibSsl.SSL_SESS_CACHE_SERVER, 0);
            LibSsl.SSL_CTX_ctrl(context, LibSsl.SSL_CTRL_SET_SESS_CACHE_SIZE, SessionsOfAServer, 0);
            return;
        }

        LibSsl.SSL_CTX_ctrl(context, LibSsl.SSL_CTRL_SET_SESS_CACHE_MODE, LibSsl.SSL_SESS_CACHE_CLIENT | LibSsl.SSL_SESS_CACHE_NO_INTERNAL, 0);
        LibSsl.SSL_CTX_sess_set_new_cb(context, &OpenSslCallbacks.KeepSession);
    }

    private static void SetApplicationProtocols(nint context, TlsConfiguration configuration, bool isServer)
    {
        if (configuration.ApplicationProtocols.Count == 0)
        {
            return;
        }

        if (isServer)
        {
            LibSsl.SSL_CTX_set_alpn_select_cb(context, &OpenSslCallbacks.SelectProtocol, 0);
            return;
        }

        byte[] wire = [.. configuration.ApplicationProtocols.SelectMany(protocol => (byte[])[(byte)protocol.Protocol.Length, .. protocol.Protocol.Span])];
        fixed (byte* data = wire)
        {
            if (LibSsl.SSL_CTX_set_alpn_protos(context, data, (uint)wire.Length) != 0)
            {
                throw new ArgumentException("ApplicationProtocols: a name is empty, or all together are longer than 65,535 bytes.", nameof(configuration));
            }
        }
    }
}
