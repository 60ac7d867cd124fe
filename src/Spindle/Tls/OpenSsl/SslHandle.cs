using Microsoft.Win32.SafeHandles;

namespace Spindle.Tls.OpenSsl;

/// <summary>An SSL with its BIO: one side of one connection. An engine that nobody disposed of is cleaned up by the collector.</summary>
internal sealed class SslHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public SslHandle(nint ssl)
        : base(ownsHandle: true) => SetHandle(ssl);

    /// <summary>The pointer. Its user sees to it that the handle lives.</summary>
    public nint Pointer => handle;

    protected override bool ReleaseHandle()
    {
        LibSsl.SSL_free(handle);
        return true;
    }
}
