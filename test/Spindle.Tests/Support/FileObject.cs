namespace Spindle.Tests.Support;

/// <summary>An object that has a descriptor and can lose it.</summary>
internal sealed class FileObject(int fd) : IFileObject
{
    public int Fd { get; set; } = fd;

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    public int Fileno()
    {
        Asked++;
        return Fd;
    }
}
