using System.Net;
using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <inheritdoc cref="INameLookups"/>
internal sealed unsafe partial class LinuxNameLookups : INameLookups
{
    private const int EAI_SYSTEM = -11;

    public string? Resolve(string name, int family, int socketType, ICollection<IPAddress> addresses)
    {
        AddrInfo hints = new() { Family = family, SocketType = socketType };
        AddrInfo* found = null;
        int error = getaddrinfo(name, null, &hints, &found);
        if (error == EAI_SYSTEM)
        {
            int errno = Marshal.GetLastSystemError();
            return $"{Errno.Describe(errno)} (errno {errno})";
        }

        if (error != 0)
        {
            return $"{Marshal.PtrToStringUTF8(gai_strerror(error))} (getaddrinfo {error})";
        }

        for (AddrInfo* entry = found; entry is not null; entry = entry->Next)
        {
            if (entry->Family is SocketConstants.AF_INET or SocketConstants.AF_INET6)
            {
                addresses.Add(InternetAddresses.Read(new ReadOnlySpan<byte>(entry->Address, (int)entry->AddressLength)).Address);
            }
        }

        freeaddrinfo(found);
        return null;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int getaddrinfo(string name, string? service, AddrInfo* hints, AddrInfo** found);

    [LibraryImport("libc")]
    private static partial void freeaddrinfo(AddrInfo* found);

    [LibraryImport("libc")]
    private static partial nint gai_strerror(int error);

    /// <summary><c>struct addrinfo</c> of glibc, LP64: 48 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct AddrInfo
    {
        public int Flags;
        public int Family;
        public int SocketType;
        public int Protocol;
        public uint AddressLength; // Followed by four bytes of padding.
        public byte* Address;
        public nint CanonicalName;
        public AddrInfo* Next;
    }
}
