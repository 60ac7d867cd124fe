namespace Spindle.Tests.Testing;

/// <summary>A descriptor that takes every other of its kind for its equal, as a record with the same values would.</summary>
internal sealed class EqualDescriptor(int fd) : TestDescriptor(fd)
{
    public override bool Equals(object? obj) => obj is EqualDescriptor;

    public override int GetHashCode() => 1;
}
