using System.Runtime.InteropServices;

namespace Spindle.Tls.OpenSsl;

/// <summary>What is used of libssl 3. Only this folder calls it.</summary>
internal static unsafe partial class LibSsl
{
    public const string Name = "libssl.so.3";

    public const int SSL_ERROR_SSL = 1;
    public const int SSL_ERROR_WANT_READ = 2;
    public const int SSL_ERROR_WANT_X509_LOOKUP = 4;
    public const int SSL_ERROR_ZERO_RETURN = 6;
    public const int SSL_ERROR_WANT_RETRY_VERIFY = 12;

    public const ulong SSL_OP_NO_TICKET = 1UL << 14;
    public const ulong SSL_OP_NO_COMPRESSION = 1UL << 17;
    public const ulong SSL_OP_CIPHER_SERVER_PREFERENCE = 1UL << 22;
    public const ulong SSL_OP_NO_TLSv1 = 1UL << 26;
    public const ulong SSL_OP_NO_TLSv1_2 = 1UL << 27;
    public const ulong SSL_OP_NO_TLSv1_1 = 1UL << 28;
    public const ulong SSL_OP_NO_TLSv1_3 = 1UL << 29;
    public const ulong SSL_OP_NO_RENEGOTIATION = 1UL << 30;

    public const int SSL_MODE_ENABLE_PARTIAL_WRITE = 1;
    public const int SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER = 2;
    public const int SSL_MODE_AUTO_RETRY = 4;
    public const int SSL_MODE_NO_AUTO_CHAIN = 8;
    public const int SSL_MODE_RELEASE_BUFFERS = 16;

    public const int SSL_VERIFY_NONE = 0;
    public const int SSL_VERIFY_PEER = 1;
    public const int SSL_VERIFY_FAIL_IF_NO_PEER_CERT = 2;
    public const int SSL_VERIFY_CLIENT_ONCE = 4;

    public const int SSL_SESS_CACHE_OFF = 0;
    public const int SSL_SESS_CACHE_CLIENT = 1;
    public const int SSL_SESS_CACHE_SERVER = 2;
    public const int SSL_SESS_CACHE_NO_INTERNAL = 0x300;

    public const int SSL_CTRL_MODE = 33;
    public const int SSL_CTRL_SET_SESS_CACHE_SIZE = 42;
    public const int SSL_CTRL_SET_SESS_CACHE_MODE = 44;
    public const int SSL_CTRL_SET_TLSEXT_HOSTNAME = 55;
    public const int SSL_CTRL_SET_DH_AUTO = 118;
    public const int SSL_CTRL_SET_MIN_PROTO_VERSION = 123;
    public const int SSL_CTRL_SET_MAX_PROTO_VERSION = 124;
    public const int SSL_CTRL_SET_RETRY_VERIFY = 136;

    public const int TLSEXT_NAMETYPE_host_name = 0;
    public const int SSL_TLSEXT_ERR_OK = 0;
    public const int SSL_TLSEXT_ERR_NOACK = 3;

    public const int SSL_CB_WRITE_ALERT = 0x4008;
    public const int SSL3_MT_CERTIFICATE = 11;
    public const int SSL3_RT_HANDSHAKE = 22;

    public const int TLS1_VERSION = 0x0301;
    public const int TLS1_1_VERSION = 0x0302;
    public const int TLS1_2_VERSION = 0x0303;
    public const int TLS1_3_VERSION = 0x0304;

    [LibraryImport(Name)]
    public static partial nint TLS_server_method();

    [LibraryImport(Name)]
    public static partial nint TLS_client_method();

    [LibraryImport(Name)]
    public static partial nint SSL_CTX_new(nint method);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_free(nint context);

    [LibraryImport(Name)]
    public static partial nint SSL_CTX_ctrl(nint context, int command, nint number, nint pointer);

    [LibraryImport(Name)]
    public static partial ulong SSL_CTX_set_options(nint context, ulong options);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_set_verify(nint context, int mode, nint callback);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_set_cert_verify_callback(nint context, delegate* unmanaged[Cdecl]<nint, nint, int> callback, nint argument);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_set_cert_cb(nint context, delegate* unmanaged[Cdecl]<nint, nint, int> callback, nint argument);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_set_alpn_select_cb(nint context, delegate* unmanaged[Cdecl]<nint, byte**, byte*, byte*, uint, nint, int> callback, nint argument);

    [LibraryImport(Name)]
    public static partial int SSL_CTX_set_alpn_protos(nint context, byte* protocols, uint length);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_set_info_callback(nint context, delegate* unmanaged[Cdecl]<nint, int, int, void> callback);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_set_msg_callback(nint context, delegate* unmanaged[Cdecl]<int, int, int, byte*, nuint, nint, nint, void> callback);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_sess_set_new_cb(nint context, delegate* unmanaged[Cdecl]<nint, nint, int> callback);

    [LibraryImport(Name)]
    public static partial int SSL_CTX_set_session_id_context(nint context, byte* id, uint length);

    [LibraryImport(Name)]
    public static partial int SSL_CTX_set_num_tickets(nint context, nuint count);

    [LibraryImport(Name)]
    public static partial int SSL_CTX_set_cipher_list(nint context, byte* list);

    [LibraryImport(Name)]
    public static partial int SSL_CTX_set_ciphersuites(nint context, byte* list);

    [LibraryImport(Name)]
    public static partial int SSL_CTX_use_cert_and_key(nint context, nint certificate, nint key, nint chain, int replace);

    [LibraryImport(Name)]
    public static partial int SSL_CTX_set0_tmp_dh_pkey(nint context, nint key);

    [LibraryImport(Name)]
    public static partial nint SSL_new(nint context);

    [LibraryImport(Name)]
    public static partial void SSL_free(nint ssl);

    [LibraryImport(Name)]
    public static partial void SSL_set_bio(nint ssl, nint read, nint write);

    [LibraryImport(Name)]
    public static partial void SSL_set_accept_state(nint ssl);

    [LibraryImport(Name)]
    public static partial void SSL_set_connect_state(nint ssl);

    [LibraryImport(Name)]
    public static partial nint SSL_ctrl(nint ssl, int command, nint number, nint pointer);

    [LibraryImport(Name)]
    public static partial void SSL_set_verify(nint ssl, int mode, nint callback);

    [LibraryImport(Name)]
    public static partial int SSL_use_cert_and_key(nint ssl, nint certificate, nint key, nint chain, int replace);

    [LibraryImport(Name)]
    public static partial int SSL_do_handshake(nint ssl);

    [LibraryImport(Name)]
    public static partial int SSL_read(nint ssl, byte* data, int length);

    [LibraryImport(Name)]
    public static partial int SSL_write(nint ssl, byte* data, int length);

    [LibraryImport(Name)]
    public static partial int SSL_shutdown(nint ssl);

    [LibraryImport(Name)]
    public static partial int SSL_get_error(nint ssl, int result);

    [LibraryImport(Name)]
    public static partial int SSL_version(nint ssl);

    [LibraryImport(Name)]
    public static partial int SSL_session_reused(nint ssl);

    [LibraryImport(Name)]
    public static partial nint SSL_get_current_cipher(nint ssl);

    [LibraryImport(Name)]
    public static partial ushort SSL_CIPHER_get_protocol_id(nint cipher);

    [LibraryImport(Name)]
    public static partial nint SSL_CIPHER_get_name(nint cipher);

    [LibraryImport(Name)]
    public static partial nint SSL_CIPHER_find(nint ssl, byte* id);

    [LibraryImport(Name)]
    public static partial nint SSL_get_ciphers(nint ssl);

    [LibraryImport(Name)]
    public static partial nint SSL_get_servername(nint ssl, int type);

    [LibraryImport(Name)]
    public static partial void SSL_get0_alpn_selected(nint ssl, byte** data, uint* length);

    [LibraryImport(Name)]
    public static partial nint SSL_get_certificate(nint ssl);

    [LibraryImport(Name)]
    public static partial nint SSL_get1_peer_certificate(nint ssl);

    [LibraryImport(Name)]
    public static partial nint SSL_get_peer_cert_chain(nint ssl);

    [LibraryImport(Name)]
    public static partial nint SSL_get_client_CA_list(nint ssl);

    [LibraryImport(Name)]
    public static partial int SSL_CTX_add_client_CA(nint context, nint certificate);

    [LibraryImport(Name)]
    public static partial int SSL_set_session(nint ssl, nint session);

    [LibraryImport(Name)]
    public static partial void SSL_SESSION_free(nint session);

    [LibraryImport(Name)]
    public static partial int SSL_SESSION_is_resumable(nint session);

    [LibraryImport(Name)]
    public static partial int SSL_SESSION_get_protocol_version(nint session);
}
