namespace Spindle.Kernel;

/// <summary>inotify(7): what happens to files. A path is bytes without a zero.</summary>
internal interface IFileWatches
{
    /// <summary>inotify_init1(2): non-blocking and close-on-exec.</summary>
    /// <returns>The descriptor, or -errno.</returns>
    int Create();

    /// <summary>inotify_add_watch(2).</summary>
    /// <returns>The number of the watch, or -errno.</returns>
    int Add(int fd, ReadOnlySpan<byte> path, uint mask);

    /// <summary>inotify_rm_watch(2).</summary>
    /// <returns>Zero, or -errno: EINVAL if there is no such watch.</returns>
    int Remove(int fd, int watch);

    /// <summary>What is in a directory; links are no directories. Empty if it cannot be read, or is gone.</summary>
    (string Name, bool IsDirectory)[] List(string path);
}
