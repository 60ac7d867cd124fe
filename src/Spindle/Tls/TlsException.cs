namespace Spindle.Tls;

/// <summary>TLS failed: in the handshake, in a check of the peer, or on a record.</summary>
/// <remarks>Thread: any.</remarks>
public class TlsException : ConnectionLostException
{
    /// <summary>Makes one.</summary>
    /// <param name="detail">What went wrong, and where known what would be right.</param>
    /// <param name="error">What kind of failure it is.</param>
    /// <param name="inner">What was found below, if anything.</param>
    public TlsException(string detail, TlsError error = TlsError.Protocol, Exception? inner = null)
        : base("TLS failed", detail, errno: 0, inner) => Error = error;

    /// <summary>What kind of failure it is.</summary>
    public TlsError Error { get; }
}
