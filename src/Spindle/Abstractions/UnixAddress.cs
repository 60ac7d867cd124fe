using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Spindle;

/// <summary>The address of a UNIX socket: a path, an abstract name, or nothing.</summary>
/// <remarks>
/// <para>Two are equal when their bytes are.</para>
/// <para>Thread: any; it never changes.</para>
/// <para>Source: Twisted's <c>address.UNIXAddress</c>.</para>
/// </remarks>
public sealed class UnixAddress : EndPoint, IEquatable<UnixAddress>
{
    private readonly byte[] _name;

    /// <summary>Makes one of a path or, with a zero character in front, of an abstract name.</summary>
    /// <param name="path">The path, in UTF-8 on the system's side; empty for a socket without a name.</param>
    public UnixAddress(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        _name = Encoding.UTF8.GetBytes(path);
    }

    /// <summary>Makes one of a name's bytes: a path without its final zero, or an abstract name with its zero in front.</summary>
    public UnixAddress(ReadOnlySpan<byte> name) => _name = name.ToArray();

    /// <summary>The address of a socket without a name, as clients have it.</summary>
    public static UnixAddress Unnamed { get; } = new([]);

    /// <summary>The name's bytes; empty for a socket without a name.</summary>
    public ReadOnlyMemory<byte> Name => _name;

    /// <summary>Whether the socket has no name.</summary>
    public bool IsUnnamed => _name.Length == 0;

    /// <summary>Whether the name is not one of the file system.</summary>
    public bool IsAbstract => _name is [0, ..];

    /// <inheritdoc/>
    public override AddressFamily AddressFamily => AddressFamily.Unix;

    /// <inheritdoc/>
    public bool Equals(UnixAddress? other) => other is not null && _name.AsSpan().SequenceEqual(other._name);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as UnixAddress);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(_name);
        return hash.ToHashCode();
    }

    /// <summary>The path; an abstract name with "@" in front; "unnamed".</summary>
    public override string ToString() =>
        IsUnnamed ? "unnamed" : IsAbstract ? "@" + Encoding.UTF8.GetString(_name.AsSpan(1)) : Encoding.UTF8.GetString(_name);
}
