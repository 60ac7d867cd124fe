using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Spindle.Tls.OpenSsl;

/// <summary>Whether the system's libssl can be used. Looked for once, when first asked.</summary>
/// <remarks>Thread: any.</remarks>
internal static class OpenSslLibrary
{
    private static readonly Lazy<bool> Found = new(() =>
        NativeLibrary.TryLoad(LibCrypto.Name, typeof(OpenSslLibrary).Assembly, null, out _)
        && NativeLibrary.TryLoad(LibSsl.Name, typeof(OpenSslLibrary).Assembly, null, out nint library)
        && NativeLibrary.TryGetExport(library, nameof(LibSsl.SSL_CTX_set0_tmp_dh_pkey), out _)); // New in 3.0: what calls itself so has the rest.

    /// <summary>Whether it is there.</summary>
    public static bool IsAvailable => Found.Value;

    /// <summary>Whether the runtime uses the same library: then objects of OpenSSL's can be shared with it.</summary>
    public static bool IsTheRuntimes { get; } = !OperatingSystem.IsWindows() && SafeEvpPKeyHandle.OpenSslVersion is >= 0x3000_0000 and < 0x4000_0000;

    /// <summary>What to throw where it is needed and not there.</summary>
    public static PlatformNotSupportedException IsMissing() => new(
        $"TlsEngineKind.OpenSsl needs {LibSsl.Name} and {LibCrypto.Name} (OpenSSL 3), which this system does not have; TlsEngineKind.Default takes SslStream then.");
}
