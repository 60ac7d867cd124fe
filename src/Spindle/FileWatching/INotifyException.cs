namespace Spindle.FileWatching;

/// <summary>The kernel refuses to watch a path.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>INotifyError</c>.</para>
/// </remarks>
public sealed class INotifyException : SpindleException
{
    internal INotifyException(string path, int errno)
        : base($"\"{path}\" cannot be watched: {Kernel.Errno.Describe(errno)} (errno {errno}).{(errno == Kernel.Errno.ENOSPC ? " The user's limit of watches, fs.inotify.max_user_watches, is reached." : "")}", errno) => Path = path;

    /// <summary>The path.</summary>
    public string Path { get; }
}
