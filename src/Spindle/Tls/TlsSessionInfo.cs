using System.Net.Security;
using System.Security.Authentication;

namespace Spindle.Tls;

/// <summary>What a TLS handshake agreed on.</summary>
/// <param name="Protocol">The version.</param>
/// <param name="CipherSuite">How records are protected.</param>
/// <param name="ApplicationProtocol">What ALPN selected; the default value, with no bytes, if nothing.</param>
/// <param name="ServerName">The name that the client asked for (SNI); null if none.</param>
/// <param name="IsResumed">Whether an earlier session was taken up again.</param>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record TlsSessionInfo(
    SslProtocols Protocol,
    TlsCipherSuite CipherSuite,
    SslApplicationProtocol ApplicationProtocol,
    string? ServerName,
    bool IsResumed);
