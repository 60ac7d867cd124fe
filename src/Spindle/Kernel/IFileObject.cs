namespace Spindle;

/// <summary>Something that has a descriptor: what Python calls a file object.</summary>
/// <remarks>Thread: the loop's.</remarks>
public interface IFileObject
{
    /// <summary>The descriptor's number, or -1 when there is none any more.</summary>
    int Fileno();
}
