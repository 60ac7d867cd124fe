using Spindle.Kernel;

namespace Spindle.Selectors;

/// <summary>
/// Does for poll and select what epoll does by itself: refuses what cannot be watched, and knows when a number has come
/// to mean another file.
/// </summary>
internal sealed class FileIdentities(IFiles files)
{
    private readonly Dictionary<int, FileIdentity> _known = [];

    /// <summary>Writes down what is behind a number.</summary>
    /// <returns>Zero; -EPERM for a regular file or directory; -EBADF if it is closed.</returns>
    public int Add(int fd)
    {
        int result = files.Identify(fd, out FileIdentity identity);
        result = result == 0 && !identity.CanBeWatched ? -Errno.EPERM : result;
        if (result == 0)
        {
            _known[fd] = identity;
        }

        return result;
    }

    /// <summary>Looks whether the number still means the same file.</summary>
    /// <returns>Zero; -ENOENT if it means another; -EBADF if it is closed.</returns>
    public int Check(int fd)
    {
        int result = files.Identify(fd, out FileIdentity identity);
        return result == 0 && identity != _known[fd] ? -Errno.ENOENT : result;
    }

    public void Remove(int fd) => _known.Remove(fd);
}
