namespace Spindle.Tls;

/// <summary>Tells from a peer's first bytes that it does not speak TLS.</summary>
internal static class NotTls
{
    private const byte Handshake = 22;
    private const byte Alert = 21;

    /// <summary>Looks at the first bytes that a peer sent.</summary>
    /// <returns>What they are instead; null if they can be the begin of a handshake.</returns>
    public static TlsException? Recognize(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0 || bytes[0] is Handshake or Alert)
        {
            return null;
        }

        bool isHttp = bytes.StartsWith("GET "u8) || bytes.StartsWith("POST"u8) || bytes.StartsWith("HEAD"u8) || bytes.StartsWith("PUT "u8)
            || bytes.StartsWith("OPTIONS"u8) || bytes.StartsWith("CONNECT"u8) || bytes.StartsWith("PRI "u8) || bytes.StartsWith("HTTP/"u8);
        return new TlsException(isHttp ? SslReasons.PlainHttp : SslReasons.WrongVersion);
    }
}
