using System.Runtime.InteropServices;

namespace Spindle.Tls.OpenSsl;

/// <summary>What OpenSSL reads from: bytes that are lent to it for a step, where they are. It is a read-only memory BIO whose public BUF_MEM points at them.</summary>
/// <remarks>Thread: one at a time. The BIO belongs to the SSL that it is given to, and ends with it.</remarks>
internal readonly unsafe struct OpenSslInput
{
    private static readonly nint Nothing = Marshal.AllocHGlobal(1); // A BIO is not made without memory.

    private readonly LibCrypto.BufMem* _memory;

    private OpenSslInput(nint bio, LibCrypto.BufMem* memory)
    {
        Bio = bio;
        _memory = memory;
    }

    /// <summary>The BIO.</summary>
    public nint Bio { get; }

    /// <summary>How many of the bytes that were lent were not read.</summary>
    public int Left => (int)_memory->Length;

    /// <summary>Makes one, with nothing to read.</summary>
    public static OpenSslInput Create()
    {
        nint bio = LibCrypto.BIO_new_mem_buf(Nothing, 1);
        LibCrypto.BufMem* memory = null;
        if (bio == 0 || LibCrypto.BIO_ctrl(bio, LibCrypto.BIO_C_GET_BUF_MEM_PTR, 0, (nint)(&memory)) <= 0)
        {
            _ = LibCrypto.BIO_free(bio);
            throw OpenSslErrors.Configuration("A BIO cannot be made");
        }

        // A read that finds nothing is to be tried again: no end.
        _ = LibCrypto.BIO_ctrl(bio, LibCrypto.BIO_C_SET_BUF_MEM_EOF_RETURN, -1, 0);
        OpenSslInput input = new(bio, memory);
        input.Lend(null, 0);
        return input;
    }

    /// <summary>Has OpenSSL read these bytes; with none, nothing.</summary>
    public void Lend(byte* bytes, int count)
    {
        _memory->Data = bytes;
        _memory->Length = (nuint)count;
        _memory->Max = (nuint)count;
    }
}
