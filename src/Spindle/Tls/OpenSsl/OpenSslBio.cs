using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Spindle.Tls.OpenSsl;

/// <summary>What OpenSSL writes to: the engine that is at work. Unlike its own memory BIO it costs nothing while it is empty.</summary>
internal static unsafe class OpenSslBio
{
    private static readonly nint Method = MakeMethod();

    /// <summary>Makes one.</summary>
    public static nint Create()
    {
        nint bio = LibCrypto.BIO_new(Method);
        if (bio == 0)
        {
            throw OpenSslErrors.Configuration("A BIO cannot be made");
        }

        LibCrypto.BIO_set_init(bio, 1);
        return bio;
    }

    private static nint MakeMethod()
    {
        fixed (byte* name = "spindle\0"u8)
        {
            nint method = LibCrypto.BIO_meth_new(LibCrypto.BIO_get_new_index() | LibCrypto.BIO_TYPE_SOURCE_SINK, name);
            _ = LibCrypto.BIO_meth_set_write(method, &Write);

            // OpenSSL asks for this and that with every record (does the kernel encrypt?). Its null BIO knows the answers, without a way into managed code.
            _ = LibCrypto.BIO_meth_set_ctrl(method, LibCrypto.BIO_meth_get_ctrl(LibCrypto.BIO_s_null()));
            return method;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint bio, byte* data, int length) => OpenSslEngine.Current!.AddOutput(new ReadOnlySpan<byte>(data, length)) ? length : -1;
}
