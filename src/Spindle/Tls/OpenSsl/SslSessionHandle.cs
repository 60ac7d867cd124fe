using Microsoft.Win32.SafeHandles;

namespace Spindle.Tls.OpenSsl;

/// <summary>An SSL_SESSION: what is needed to take up an earlier session.</summary>
internal sealed class SslSessionHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public SslSessionHandle(nint session)
        : base(ownsHandle: true) => SetHandle(session);

    /// <summary>Whether it may be used for one more connection only: those of TLS 1.3 would make connections linkable.</summary>
    public bool IsForOnce => LibSsl.SSL_SESSION_get_protocol_version(handle) >= LibSsl.TLS1_3_VERSION;

    /// <summary>Offers it in the hello of a connection.</summary>
    public void Offer(nint ssl) => _ = LibSsl.SSL_set_session(ssl, handle);

    protected override bool ReleaseHandle()
    {
        LibSsl.SSL_SESSION_free(handle);
        return true;
    }
}
