namespace Spindle.Kernel;

/// <summary>What is behind a descriptor: which file, and whether waiting for it can mean anything.</summary>
/// <param name="Device">The device number.</param>
/// <param name="Inode">The file's number on it. A socket's or pipe's is its own for as long as it lives.</param>
/// <param name="Mode">st_mode: type and permissions.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, uint Mode)
{
    private const uint TypeMask = 0xF000;
    private const uint RegularFile = 0x8000;
    private const uint Directory = 0x4000;
    private const uint Pipe = 0x1000;
    private const uint Socket = 0xC000;

    /// <summary>Whether both are one file, whatever its mode was when it was looked at.</summary>
    public bool IsSameFileAs(FileIdentity other) => Device == other.Device && Inode == other.Inode;

    /// <summary>False for regular files and directories: they are always ready and epoll refuses them (SEL-7).</summary>
    public bool CanBeWatched => (Mode & TypeMask) is not (RegularFile or Directory);

    public bool IsRegularFile => (Mode & TypeMask) == RegularFile;

    public bool IsDirectory => (Mode & TypeMask) == Directory;

    public bool IsPipe => (Mode & TypeMask) == Pipe;

    public bool IsSocket => (Mode & TypeMask) == Socket;

    /// <summary>Whether anybody may run it.</summary>
    public bool IsExecutable => (Mode & 0x49) != 0;
}
