using System.Runtime.InteropServices;

namespace Spindle.Tls.OpenSsl;

/// <summary>Makes exceptions of what OpenSSL has in its queue of errors.</summary>
internal static class OpenSslErrors
{
    /// <summary>Why a step of a session failed. Empties the queue.</summary>
    public static TlsException Session()
    {
        ulong error = Take();
        return SslReasons.Of((uint)error, error == 0 ? "OpenSSL gave no reason" : Text(error));
    }

    /// <summary>Why something of ours cannot be used. Empties the queue.</summary>
    public static TlsException Configuration(string what)
    {
        ulong error = Take();
        return new TlsException(error == 0 ? what : $"{what}: {Text(error)}", TlsError.Configuration);
    }

    private static ulong Take()
    {
        ulong error = LibCrypto.ERR_get_error();
        LibCrypto.ERR_clear_error();
        return error;
    }

    private static string Text(ulong error) => Marshal.PtrToStringUTF8(LibCrypto.ERR_reason_error_string(error)) ?? $"OpenSSL's error {error:x}";
}
