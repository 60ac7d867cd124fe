using System.Net;

namespace Spindle.Tool;

/// <summary>Compares UNIX addresses by their names: what they are themselves equal by changes with the file system.</summary>
internal sealed class AddressComparer : IEqualityComparer<EndPoint>
{
    public bool Equals(EndPoint? one, EndPoint? other) => one is UnixAddress path && other is UnixAddress otherPath
        ? path.Name.Span.SequenceEqual(otherPath.Name.Span)
        : object.Equals(one, other);

    public int GetHashCode(EndPoint address)
    {
        if (address is not UnixAddress path)
        {
            return address.GetHashCode();
        }

        HashCode hash = default;
        hash.AddBytes(path.Name.Span);
        return hash.ToHashCode();
    }
}
