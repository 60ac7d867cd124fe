using System.Text;
using Spindle.Descriptors;
using Spindle.Kernel;

namespace Spindle.FileWatching;

/// <summary>Hears what happens to files and directories.</summary>
/// <remarks>
/// <para>
/// Nothing is heard before <see cref="StartReading"/>. A path is an absolute or relative path of the system in UTF-8. When a watched
/// path is removed its watch is gone; when none is left the instance closes. The original closes with the first.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/inotify.py</c>, <c>INotify</c>.</para>
/// </remarks>
public sealed class INotify
{
    private readonly IDescriptorHost _host;
    private readonly NotifyEnd _end;
    private readonly Dictionary<int, FileWatch> _byNumber = [];
    private readonly Dictionary<string, FileWatch> _byPath = new(StringComparer.Ordinal);

    /// <summary>Opens an instance.</summary>
    /// <param name="reactor">The reactor; null for the one on the event loop that runs on this thread.</param>
    /// <exception cref="ArgumentException">The reactor is not one of this library's.</exception>
    /// <exception cref="ObjectDisposedException">The reactor is disposed.</exception>
    /// <exception cref="SystemCallException">The kernel gives none.</exception>
    public INotify(IReactorFDSet? reactor = null)
    {
        _host = IDescriptorHost.Of(reactor, "To watch files takes");
        int fd = _host.Kernel.FileWatches.Create();
        _end = fd >= 0 ? new NotifyEnd(_host, fd, this) : throw new SystemCallException("inotify_init1", -fd);
        _end.Open();
    }

    /// <summary>Whether it is closed.</summary>
    public bool IsClosed => _end.IsDisconnected;

    /// <summary>Begins to hear.</summary>
    public void StartReading()
    {
        _host.EnsureAccess();
        _end.ResumeProducing();
    }

    /// <summary>Hears no more until it is started again; the kernel keeps what happens meanwhile.</summary>
    public void StopReading()
    {
        _end.PauseProducing();
    }

    /// <summary>Closes it, at once.</summary>
    public void LoseConnection()
    {
        _host.EnsureAccess();
        _end.ConnectionLost(ConnectionDoneException.Instance);
    }

    /// <summary>Watches a path.</summary>
    /// <param name="path">A file or a directory.</param>
    /// <param name="mask">What to hear of; <see cref="FileEvents.DeleteSelf"/> is heard of always. Default: whatever changes it.</param>
    /// <param name="autoAdd">Whether a new subdirectory is watched, too. What is in it already is told as made, in a later turn; something may be told twice.</param>
    /// <param name="callbacks">Called with this, the path and what has happened: the watched path, or that of its child.</param>
    /// <param name="recursive">Whether every directory below is watched, too.</param>
    /// <returns>The number of the watch; the same if the path is watched already, and nothing is changed then. Null if recursive.</returns>
    /// <exception cref="INotifyException">The kernel refuses.</exception>
    /// <exception cref="InvalidOperationException">It is closed.</exception>
    public int? Watch(string path, FileEvents mask = FileEvents.Changed, bool autoAdd = false, IEnumerable<Action<INotify, string, FileEvents>>? callbacks = null, bool recursive = false)
    {
        _host.EnsureAccess();
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("A path has no zero in it.", nameof(path));
        }

        if (IsClosed)
        {
            throw new InvalidOperationException("It is closed and watches nothing any more.");
        }

        Action<INotify, string, FileEvents>[] all = [.. callbacks ?? []];
        if (!recursive)
        {
            return Add(path, mask, autoAdd, all).Number;
        }

        foreach (string directory in Below(path))
        {
            Add(directory, mask, autoAdd, all);
        }

        return null;
    }

    /// <summary>Stops watching a path. What has happened and was not told yet is dropped.</summary>
    /// <exception cref="KeyNotFoundException">It is not watched.</exception>
    public void Ignore(string path)
    {
        _host.EnsureAccess();
        ArgumentNullException.ThrowIfNull(path);
        if (!_byPath.TryGetValue(path, out FileWatch? watch))
        {
            throw new KeyNotFoundException($"\"{path}\" is not watched.");
        }

        Forget(watch);
        _ = _host.Kernel.FileWatches.Remove(_end.Fileno(), watch.Number);
    }

    /// <summary>Whether a path is watched.</summary>
    public bool IsWatched(string path) => _byPath.ContainsKey(path);

    /// <summary>The names of what has happened, as inotify(7) has them: "create", "is_dir".</summary>
    public static IReadOnlyList<string> HumanReadableMask(FileEvents mask) => [.. Names.Where(each => (mask & each.Event) != 0).Select(each => each.Name)];

    /// <summary>Takes what was read, cut anywhere.</summary>
    internal void Feed(ReadOnlySpan<byte> data) => _end.Take(data);

    internal void Heard(int number, FileEvents events, string name)
    {
        if ((events & FileEvents.Overflow) != 0)
        {
            foreach (FileWatch each in _byNumber.Values.ToArray())
            {
                if (_byNumber.ContainsKey(each.Number))
                {
                    Tell(each, each.Path, events);
                }
            }

            return;
        }

        // Late events of a watch that was removed, and those of an instance that a callback has closed, are dropped.
        if (IsClosed || !_byNumber.TryGetValue(number, out FileWatch? watch))
        {
            return;
        }

        string path = name.Length == 0 ? watch.Path : Path.Combine(watch.Path, name);
        Tell(watch, path, events);
        if ((events & (FileEvents.DeleteSelf | FileEvents.Ignored | FileEvents.Unmount)) != 0 && !IsClosed && _byNumber.ContainsKey(number))
        {
            Forget(watch);
            if (_byNumber.Count == 0)
            {
                LoseConnection();
            }
        }

        const FileEvents NewDirectory = FileEvents.Create | FileEvents.IsDirectory;
        if (watch.AutoAdd && (events & NewDirectory) == NewDirectory && !IsClosed)
        {
            AddNew(watch, path);
        }
    }

    internal void Closed()
    {
        _byNumber.Clear();
        _byPath.Clear();
    }

    private static readonly (FileEvents Event, string Name)[] Names =
    [
        (FileEvents.Access, "access"), (FileEvents.Modify, "modify"), (FileEvents.Attributes, "attrib"), (FileEvents.CloseWrite, "close_write"),
        (FileEvents.CloseNoWrite, "close_nowrite"), (FileEvents.Open, "open"), (FileEvents.MovedFrom, "moved_from"), (FileEvents.MovedTo, "moved_to"),
        (FileEvents.Create, "create"), (FileEvents.Delete, "delete"), (FileEvents.DeleteSelf, "delete_self"), (FileEvents.MoveSelf, "move_self"),
        (FileEvents.Unmount, "unmount"), (FileEvents.Overflow, "queue_overflow"), (FileEvents.Ignored, "ignored"), (FileEvents.OnlyDirectory, "only_dir"),
        (FileEvents.DoNotFollow, "dont_follow"), (FileEvents.IsDirectory, "is_dir"), (FileEvents.OneShot, "one_shot"),
    ];

    private FileWatch Add(string path, FileEvents mask, bool autoAdd, Action<INotify, string, FileEvents>[] callbacks)
    {
        if (_byPath.TryGetValue(path, out FileWatch? known))
        {
            return known;
        }

        mask |= FileEvents.DeleteSelf;
        int number = _host.Kernel.FileWatches.Add(_end.Fileno(), Encoding.UTF8.GetBytes(path), (uint)(mask & ~FileEvents.Unmount));
        if (number < 0)
        {
            throw new INotifyException(path, -number);
        }

        if (_byNumber.TryGetValue(number, out FileWatch? alias))
        {
            _byPath.Remove(alias.Path); // The same file by another path: the kernel has one watch for both.
        }

        FileWatch watch = new(number, path, mask, autoAdd, callbacks);
        _byNumber[number] = watch;
        _byPath[path] = watch;
        return watch;
    }

    private void Tell(FileWatch watch, string path, FileEvents events)
    {
        foreach (Action<INotify, string, FileEvents> callback in watch.Callbacks)
        {
            _host.Guard(_end, static state => ((Action)state!)(), () => callback(this, path, events));
        }
    }

    // What was made in the directory before it was watched was seen by nobody: it is looked for in a later turn.
    private void AddNew(FileWatch parent, string path)
    {
        try
        {
            FileWatch added = Add(path, parent.Mask, parent.AutoAdd, parent.Callbacks);
            _host.CallSoon(_end, _ => TellChildren(added), null);
        }
        catch (INotifyException gone) when (gone.Errno == Errno.ENOENT)
        {
            // It was removed meanwhile, which is told by itself.
        }
        catch (INotifyException refused)
        {
            _host.LogError(_end, "A new directory is not watched", refused);
        }
    }

    private void TellChildren(FileWatch watch)
    {
        if (IsClosed || !_byNumber.ContainsKey(watch.Number))
        {
            return;
        }

        foreach ((string name, bool isDirectory) in _host.Kernel.FileWatches.List(watch.Path))
        {
            if (IsClosed || !_byNumber.ContainsKey(watch.Number))
            {
                return; // A callback has had enough.
            }

            string path = Path.Combine(watch.Path, name);
            Tell(watch, path, isDirectory ? FileEvents.Create | FileEvents.IsDirectory : FileEvents.Create);
            if (!isDirectory)
            {
                Tell(watch, path, FileEvents.CloseWrite);
            }
            else if (!IsClosed)
            {
                AddNew(watch, path);
            }
        }
    }

    private IEnumerable<string> Below(string path)
    {
        yield return path;
        foreach ((string name, bool isDirectory) in _host.Kernel.FileWatches.List(path))
        {
            foreach (string below in isDirectory ? Below(Path.Combine(path, name)) : [])
            {
                yield return below;
            }
        }
    }

    private void Forget(FileWatch watch)
    {
        _byNumber.Remove(watch.Number);
        _byPath.Remove(watch.Path);
    }
}
