using System.Runtime.InteropServices;

namespace Spindle.Tls.OpenSsl;

/// <summary>What is used of libcrypto 3. Only this folder calls it.</summary>
internal static unsafe partial class LibCrypto
{
    public const string Name = "libcrypto.so.3";

    public const int BIO_TYPE_SOURCE_SINK = 0x0400;
    public const int BIO_C_GET_BUF_MEM_PTR = 115;
    public const int BIO_C_SET_BUF_MEM_EOF_RETURN = 130;

    [LibraryImport(Name)]
    public static partial int BIO_get_new_index();

    [LibraryImport(Name)]
    public static partial nint BIO_meth_new(int type, byte* name);

    [LibraryImport(Name)]
    public static partial int BIO_meth_set_write(nint method, delegate* unmanaged[Cdecl]<nint, byte*, int, int> write);

    [LibraryImport(Name)]
    public static partial int BIO_meth_set_ctrl(nint method, nint control);

    [LibraryImport(Name)]
    public static partial nint BIO_meth_get_ctrl(nint method);

    [LibraryImport(Name)]
    public static partial nint BIO_s_null();

    [LibraryImport(Name)]
    public static partial nint BIO_new_mem_buf(nint data, int length);

    [LibraryImport(Name)]
    public static partial nint BIO_ctrl(nint bio, int command, nint number, nint pointer);

    [LibraryImport(Name)]
    public static partial nint BIO_new(nint method);

    [LibraryImport(Name)]
    public static partial void BIO_set_init(nint bio, int init);

    [LibraryImport(Name)]
    public static partial nint BIO_s_mem();

    [LibraryImport(Name)]
    public static partial int BIO_write(nint bio, byte* data, int length);

    [LibraryImport(Name)]
    public static partial int BIO_free(nint bio);

    [LibraryImport(Name)]
    public static partial nint PEM_read_bio_Parameters(nint bio, nint* key);

    [LibraryImport(Name)]
    public static partial void ERR_clear_error();

    [LibraryImport(Name), SuppressGCTransition]
    public static partial nuint ERR_peek_error();

    [LibraryImport(Name)]
    public static partial ulong ERR_get_error();

    [LibraryImport(Name)]
    public static partial nint ERR_reason_error_string(ulong error);

    [LibraryImport(Name)]
    public static partial nint d2i_X509(nint old, byte** data, nint length);

    [LibraryImport(Name)]
    public static partial int i2d_X509(nint certificate, byte** data);

    [LibraryImport(Name)]
    public static partial int i2d_X509_NAME(nint name, byte** data);

    [LibraryImport(Name)]
    public static partial void X509_free(nint certificate);

    [LibraryImport(Name)]
    public static partial nint d2i_AutoPrivateKey(nint old, byte** data, nint length);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_up_ref(nint key);

    [LibraryImport(Name)]
    public static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Name)]
    public static partial nint OPENSSL_sk_new_null();

    [LibraryImport(Name)]
    public static partial int OPENSSL_sk_push(nint stack, nint item);

    [LibraryImport(Name)]
    public static partial int OPENSSL_sk_num(nint stack);

    [LibraryImport(Name)]
    public static partial nint OPENSSL_sk_value(nint stack, int index);

    [LibraryImport(Name)]
    public static partial void OPENSSL_sk_free(nint stack);

    [LibraryImport(Name)]
    public static partial nint X509_STORE_CTX_get0_cert(nint context);

    [LibraryImport(Name)]
    public static partial nint X509_STORE_CTX_get0_untrusted(nint context);

    [LibraryImport(Name)]
    public static partial void X509_STORE_CTX_set_error(nint context, int error);

    /// <summary>BUF_MEM of openssl/buffer.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct BufMem
    {
        public nuint Length;
        public byte* Data;
        public nuint Max;
        public nuint Flags;
    }
}
