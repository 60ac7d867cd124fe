using System.Net;
using System.Net.Sockets;
using System.Text;
using Spindle.Kernel;

namespace Spindle;

/// <summary>The address of a UNIX socket: a path, an abstract name, or nothing.</summary>
/// <remarks>
/// <para>
/// Two are equal when their bytes are, or when both are paths of one file: equality and the hash code of a path ask the
/// file system, so that the hash code changes when the file comes or goes. A text converts to one.
/// </para>
/// <para>Thread: any; it never changes.</para>
/// <para>Source: Twisted's <c>address.UNIXAddress</c>.</para>
/// </remarks>
public sealed class UnixAddress : EndPoint, IEquatable<UnixAddress>
{
    /// <summary>How long a name may be: one less than the kernel's field, so that every program can write it.</summary>
    private const int MaxLength = 107;

    // Equality is asked for where there is no reactor, and of values that outlive it.
    private static readonly LinuxPaths Paths = new();

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

    private bool IsPath => !IsUnnamed && !IsAbstract;

    /// <summary>The address of a text, as the constructor makes it.</summary>
    public static implicit operator UnixAddress(string path) => new(path);

    /// <inheritdoc/>
    public bool Equals(UnixAddress? other) =>
        other is not null
        && (_name.AsSpan().SequenceEqual(other._name)
            || (TryIdentify(out FileIdentity file) && other.TryIdentify(out FileIdentity otherFile) && file.IsSameFileAs(otherFile)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as UnixAddress);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (TryIdentify(out FileIdentity file))
        {
            return HashCode.Combine(file.Device, file.Inode);
        }

        HashCode hash = default;
        hash.AddBytes(_name);
        return hash.ToHashCode();
    }

    /// <summary>The path; an abstract name with "@" in front; "unnamed".</summary>
    public override string ToString() =>
        IsUnnamed ? "unnamed" : IsAbstract ? "@" + Encoding.UTF8.GetString(_name.AsSpan(1)) : Encoding.UTF8.GetString(_name);

    /// <summary>What keeps a socket from having this name; null if nothing does.</summary>
    internal string? FindFault() => this switch
    {
        { IsUnnamed: true } => "the path is empty; it must name a file, or begin with a zero for an abstract name",
        { IsAbstract: false } when _name.Contains((byte)0) => "the path has a zero within; only an abstract name may, and it begins with one",
        { _name.Length: > MaxLength } => $"the path has {_name.Length} bytes; a socket's may have {MaxLength}",
        _ => null,
    };

    private bool TryIdentify(out FileIdentity file)
    {
        file = default;
        return IsPath && Paths.Identify(_name, out file) == 0;
    }
}
