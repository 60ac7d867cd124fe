namespace Spindle.Kernel;

/// <summary>What is done to names of files: links, modes, removal. A path is bytes without a zero.</summary>
internal interface IPaths
{
    /// <summary>symlink(2): makes a link, unless the name is taken. The target is text that need not be a file.</summary>
    /// <returns>Zero, or -errno.</returns>
    int CreateLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target);

    /// <summary>readlink(2).</summary>
    /// <returns>The length of what the link says, or -errno: EINVAL if it is no link.</returns>
    int ReadLink(ReadOnlySpan<byte> path, Span<byte> target);

    /// <summary>unlink(2).</summary>
    /// <returns>Zero, or -errno.</returns>
    int Remove(ReadOnlySpan<byte> path);

    /// <summary>chmod(2), whatever the umask is.</summary>
    /// <returns>Zero, or -errno.</returns>
    int SetMode(ReadOnlySpan<byte> path, int mode);

    /// <summary>stat(2), as much of it as we need: what is at a path, links followed.</summary>
    /// <returns>Zero, or -errno.</returns>
    int Identify(ReadOnlySpan<byte> path, out FileIdentity identity);
}
