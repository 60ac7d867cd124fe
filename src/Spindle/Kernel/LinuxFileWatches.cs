using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <inheritdoc cref="IFileWatches"/>
internal sealed unsafe partial class LinuxFileWatches(DescriptorLedger ledger) : IFileWatches
{
    private const int IN_NONBLOCK = 0x800;
    private const int IN_CLOEXEC = 0x80000;

    public int Create() => ledger.Opened(Errno.OrResult(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)), "inotify_init1");

    public int Add(int fd, ReadOnlySpan<byte> path, uint mask)
    {
        byte[] terminated = [.. path, 0];
        fixed (byte* start = terminated)
        {
            return Errno.OrResult(inotify_add_watch(fd, start, mask));
        }
    }

    public int Remove(int fd, int watch) => Errno.OrResult(inotify_rm_watch(fd, watch));

    public (string Name, bool IsDirectory)[] List(string path)
    {
        try
        {
            return [.. new DirectoryInfo(path).EnumerateFileSystemInfos().Select(entry => (entry.Name, entry is DirectoryInfo && entry.LinkTarget is null))];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    [LibraryImport("libc")]
    private static partial int inotify_init1(int flags);

    [LibraryImport("libc")]
    private static partial int inotify_add_watch(int fd, byte* path, uint mask);

    [LibraryImport("libc")]
    private static partial int inotify_rm_watch(int fd, int watch);
}
