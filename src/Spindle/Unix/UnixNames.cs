using System.Buffers.Binary;
using Spindle.Kernel;

namespace Spindle.Unix;

/// <summary>Between <see cref="UnixAddress"/> and <c>sockaddr_un</c>.</summary>
internal static class UnixNames
{
    private const int FamilySize = 2;

    /// <summary>Lays an address out for the kernel: a path with its final zero, an abstract name without one.</summary>
    /// <returns>The part of <paramref name="raw"/> that was used.</returns>
    public static ReadOnlySpan<byte> Write(UnixAddress address, Span<byte> raw)
    {
        raw.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(raw, SocketConstants.AF_UNIX);
        ReadOnlySpan<byte> name = address.Name.Span;
        name.CopyTo(raw[FamilySize..]);
        return raw[..(FamilySize + name.Length + (address.IsAbstract || address.IsUnnamed ? 0 : 1))];
    }

    /// <summary>Reads an address that the kernel laid out; unnamed if it gave none.</summary>
    public static UnixAddress Read(ReadOnlySpan<byte> raw)
    {
        if (raw.Length <= FamilySize)
        {
            return UnixAddress.Unnamed;
        }

        ReadOnlySpan<byte> name = raw[FamilySize..];
        int end = name[0] == 0 ? -1 : name.IndexOf((byte)0);
        return new UnixAddress(end < 0 ? name : name[..end]);
    }
}
