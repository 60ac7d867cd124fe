using System.Globalization;

namespace Spindle;

/// <summary>What a child process gets as one of its descriptors.</summary>
/// <remarks>
/// <para>In a map of descriptors the short forms of the original do: <c>new() { [0] = "w", [1] = "r", [2] = 2 }</c>.</para>
/// <para>Thread: any; it never changes.</para>
/// </remarks>
public readonly record struct ChildDescriptor
{
    private readonly ChildDescriptorKind _kind;
    private readonly int _fd;

    private ChildDescriptor(ChildDescriptorKind kind, int fd)
    {
        _kind = kind;
        _fd = fd;
    }

    /// <summary>A pipe that the child writes and this process reads: "r".</summary>
    public static ChildDescriptor Read { get; } = new(ChildDescriptorKind.Read, -1);

    /// <summary>A pipe that this process writes and the child reads: "w".</summary>
    public static ChildDescriptor Write { get; } = new(ChildDescriptorKind.Write, -1);

    internal ChildDescriptorKind Kind => _kind;

    internal int Fd => _fd;

    /// <summary>A descriptor of this process, which keeps it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public static ChildDescriptor Inherit(int fd)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fd);
        return new(ChildDescriptorKind.Inherit, fd);
    }

    /// <summary>"r" or "w", as the original has them.</summary>
    /// <exception cref="ArgumentException">Another text.</exception>
    public static ChildDescriptor FromString(string target) => target switch
    {
        "r" => Read,
        "w" => Write,
        _ => throw new ArgumentException($"\"{target}\" is no target for a child's descriptor; it must be \"r\", \"w\" or a descriptor's number.", nameof(target)),
    };

    /// <inheritdoc cref="FromString"/>
    public static implicit operator ChildDescriptor(string target) => FromString(target);

    /// <inheritdoc cref="Inherit"/>
    public static implicit operator ChildDescriptor(int fd) => Inherit(fd);

    /// <inheritdoc cref="Inherit"/>
    public static ChildDescriptor FromInt32(int fd) => Inherit(fd);

    /// <summary>"r", "w" or the number.</summary>
    public override string ToString() => _kind switch
    {
        ChildDescriptorKind.Read => "r",
        ChildDescriptorKind.Write => "w",
        ChildDescriptorKind.Inherit => _fd.ToString(CultureInfo.InvariantCulture),
        _ => "none",
    };
}
