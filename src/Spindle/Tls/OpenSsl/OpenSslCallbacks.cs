using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Spindle.Tls.OpenSsl;

/// <summary>What OpenSSL calls while an engine is at work. No exception goes back into it: the engine keeps it, and the step fails.</summary>
internal static unsafe class OpenSslCallbacks
{
    /// <summary>The peer's certificate is to be checked.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Verify(nint store, nint argument)
    {
        OpenSslEngine engine = OpenSslEngine.Current!;
        try
        {
            return engine.VerifyPeer(store);
        }
        catch (Exception exception)
        {
            engine.CallbackFailed(exception);
            LibCrypto.X509_STORE_CTX_set_error(store, OpenSslVerdicts.Refused);
            return 0;
        }
    }

    /// <summary>Our certificate is to be chosen.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int ChooseCertificate(nint ssl, nint argument)
    {
        OpenSslEngine engine = OpenSslEngine.Current!;
        try
        {
            engine.ChooseCertificate();
            return 1;
        }
        catch (Exception exception)
        {
            engine.CallbackFailed(exception);
            return 0;
        }
    }

    /// <summary>A client offers application protocols.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int SelectProtocol(nint ssl, byte** selected, byte* selectedLength, byte* offered, uint length, nint argument)
    {
        int at = OpenSslEngine.Current!.SelectProtocol(new ReadOnlySpan<byte>(offered, (int)length));
        if (at < 0)
        {
            return LibSsl.SSL_TLSEXT_ERR_NOACK;
        }

        *selectedLength = offered[at];
        *selected = offered + at + 1;
        return LibSsl.SSL_TLSEXT_ERR_OK;
    }

    /// <summary>A server gave a session that can be taken up again.</summary>
    /// <returns>1: we hold it from now on.</returns>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int KeepSession(nint ssl, nint session)
    {
        OpenSslEngine.Current!.KeepSession(session);
        return 1;
    }

    /// <summary>Something happened; alerts that are sent are all that counts.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static void Inform(nint ssl, int where, int value)
    {
        if (where == LibSsl.SSL_CB_WRITE_ALERT)
        {
            OpenSslEngine.Current!.AlertSent(value);
        }
    }

    /// <summary>A message came, before it is looked at.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static void SeeMessage(int isWritten, int version, int type, byte* data, nuint length, nint ssl, nint argument)
    {
        if (isWritten == 0 && type == LibSsl.SSL3_RT_HANDSHAKE && length > 0 && data[0] == LibSsl.SSL3_MT_CERTIFICATE)
        {
            OpenSslEngine engine = OpenSslEngine.Current!;
            try
            {
                engine.SeeCertificateMessage((int)length);
            }
            catch (Exception exception)
            {
                engine.CallbackFailed(exception);
                engine.RequireCertificate();
            }
        }
    }
}
