using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Spindle.Tls.OpenSsl;

namespace Spindle.Tests.Support;

/// <summary>What a peer can do that the library never does.</summary>
internal static partial class OpenSslCalls
{
    private const ulong NoRenegotiation = 1UL << 30;
    private const int UpdateRequested = 1;

    /// <summary>Asks for a renegotiation with the next write.</summary>
    public static void Renegotiate(OpenSslEngine engine)
    {
        SSL_clear_options(Ssl(engine), NoRenegotiation);
        Assert.Equal(1, SSL_renegotiate(Ssl(engine)));
    }

    /// <summary>Changes the keys with the next write, and asks the peer to change its own.</summary>
    public static void UpdateKeys(OpenSslEngine engine) => Assert.Equal(1, SSL_key_update(Ssl(engine), UpdateRequested));

    /// <summary>How many bytes the C library has given out.</summary>
    public static long NativeMemory() => (long)mallinfo2().uordblks + (long)mallinfo2().hblkhd;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_ssl")]
    private static extern ref nint Ssl(OpenSslEngine engine);

    [LibraryImport("libssl.so.3")]
    private static partial ulong SSL_clear_options(nint ssl, ulong options);

    [LibraryImport("libssl.so.3")]
    private static partial int SSL_renegotiate(nint ssl);

    [LibraryImport("libssl.so.3")]
    private static partial int SSL_key_update(nint ssl, int kind);

    [LibraryImport("libc")]
    private static partial MallInfo mallinfo2();

    [StructLayout(LayoutKind.Sequential)]
    private struct MallInfo
    {
        public nuint arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
    }
}
