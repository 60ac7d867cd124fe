namespace Spindle.Tls;

/// <summary>The connection ended without the peer's close_notify: what came may not be all that was sent.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class TlsTruncatedException : TlsException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">Where it happened.</param>
    public TlsTruncatedException(string detail = "the peer sent no close_notify")
        : base(detail, TlsError.Truncated)
    {
    }

    /// <summary>It happened in the handshake of a side.</summary>
    internal static TlsTruncatedException InHandshake(TlsRole role) =>
        new(role == TlsRole.Client ? "the server closed the connection during the handshake" : "the client closed the connection during the handshake");
}
