using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Spindle.Tls.OpenSsl;

/// <summary>What OpenSSL reads from and writes to: the buffers of the engine that is at work. Unlike its own memory BIOs they cost nothing while they are empty.</summary>
internal static unsafe class OpenSslBio
{
    private static readonly nint Method = MakeMethod();

    /// <summary>Makes one, for reading and writing.</summary>
    public static nint Create()
    {
        nint bio = LibCrypto.BIO_new(Method);
        if (bio == 0)
        {
            throw OpenSslErrors.Configuration("A BIO cannot be made");
        }

        LibCrypto.BIO_set_init(bio, 1);

        // For good: all that can fail is a read for want of input.
        LibCrypto.BIO_set_flags(bio, LibCrypto.BIO_FLAGS_READ | LibCrypto.BIO_FLAGS_SHOULD_RETRY);
        return bio;
    }

    private static nint MakeMethod()
    {
        fixed (byte* name = "spindle\0"u8)
        {
            nint method = LibCrypto.BIO_meth_new(LibCrypto.BIO_get_new_index() | LibCrypto.BIO_TYPE_SOURCE_SINK, name);
            _ = LibCrypto.BIO_meth_set_read(method, &Read);
            _ = LibCrypto.BIO_meth_set_write(method, &Write);
            _ = LibCrypto.BIO_meth_set_ctrl(method, &Control);
            return method;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(nint bio, byte* data, int length)
    {
        int count = OpenSslEngine.Current!.TakeInput(new Span<byte>(data, length));
        return count > 0 ? count : -1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint bio, byte* data, int length) => OpenSslEngine.Current!.AddOutput(new ReadOnlySpan<byte>(data, length)) ? length : -1;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Control(nint bio, int command, nint number, nint pointer) => command == LibCrypto.BIO_CTRL_FLUSH ? 1 : 0;
}
