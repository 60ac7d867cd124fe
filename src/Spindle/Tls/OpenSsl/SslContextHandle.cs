using Microsoft.Win32.SafeHandles;

namespace Spindle.Tls.OpenSsl;

/// <summary>An SSL_CTX. Sessions made of it hold it, too.</summary>
internal sealed class SslContextHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public SslContextHandle(nint context)
        : base(ownsHandle: true) => SetHandle(context);

    protected override bool ReleaseHandle()
    {
        LibSsl.SSL_CTX_free(handle);
        return true;
    }
}
