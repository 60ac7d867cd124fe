using System.Globalization;
using System.Text;
using Spindle.Kernel;

namespace Spindle.Unix;

/// <summary>A lock between processes: a symbolic link whose target is the owner's number.</summary>
/// <remarks>
/// <para>A link appears or does not, whoever else tries; and what it says can be read without opening anything.</para>
/// <para>Thread: one at a time.</para>
/// <para>Source: Twisted's <c>python/lockfile.py</c>, <c>FilesystemLock</c>; it understands the original's locks and the other way round.</para>
/// </remarks>
internal sealed class LockFile
{
    private readonly IKernel _kernel;
    private readonly byte[] _path;

    /// <summary>Makes one that is not held.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="path">Where the link is, or is to be.</param>
    public LockFile(IKernel kernel, ReadOnlySpan<byte> path)
    {
        _kernel = kernel;
        _path = path.ToArray();
    }

    /// <summary>Whether this object holds it.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>False if the last owner had gone without giving it back.</summary>
    public bool IsClean { get; private set; }

    /// <summary>The lock of a socket's path.</summary>
    public static LockFile Of(IKernel kernel, UnixAddress address) => new(kernel, [.. address.Name.Span, .. ".lock"u8]);

    /// <summary>Takes it, from a dead owner too.</summary>
    /// <returns>False if a living process has it.</returns>
    /// <exception cref="SystemCallException">The link can be neither made nor read.</exception>
    /// <exception cref="SpindleException">There is a link that is no lock.</exception>
    public bool TryTake()
    {
        IsClean = true;
        while (true)
        {
            int result = _kernel.Paths.CreateLink(_path, Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            if (result == 0)
            {
                IsHeld = true;
                return true;
            }

            if (result != -Errno.EEXIST)
            {
                throw new SystemCallException("symlink", -result);
            }

            if (ReadOwner() is not { } owner)
            {
                continue; // Gone since.
            }

            if (_kernel.Processes.Probe(owner) != -Errno.ESRCH)
            {
                return false;
            }

            int removed = _kernel.Paths.Remove(_path);
            if (removed < 0 && removed != -Errno.ENOENT) // Else somebody has cleaned up before us.
            {
                throw new SystemCallException("unlink", -removed);
            }

            IsClean = false;
        }
    }

    /// <summary>Gives it back.</summary>
    /// <exception cref="InvalidOperationException">It is another process's.</exception>
    /// <exception cref="SystemCallException">The link can be neither read nor removed.</exception>
    public void Release()
    {
        int? owner = ReadOwner() ?? throw new SystemCallException("readlink", Errno.ENOENT);
        if (owner != Environment.ProcessId)
        {
            throw new InvalidOperationException($"The lock {this} is process {owner}'s and not ours; only its owner may give it back.");
        }

        IsHeld = false;
        int result = _kernel.Paths.Remove(_path);
        if (result < 0)
        {
            throw new SystemCallException("unlink", -result);
        }
    }

    /// <summary>Whether a living process has it: tried by taking it.</summary>
    public static bool IsTaken(LockFile tried)
    {
        if (!tried.TryTake())
        {
            return true;
        }

        tried.Release();
        return false;
    }

    /// <summary>The path.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_path);

    // Null if there is no link.
    private int? ReadOwner()
    {
        Span<byte> target = stackalloc byte[64];
        int length = _kernel.Paths.ReadLink(_path, target);
        if (length == -Errno.ENOENT)
        {
            return null;
        }

        if (length == -Errno.EINVAL)
        {
            throw new SpindleException($"{this} is no link, and so no lock; remove it if nobody needs it.", Errno.EINVAL);
        }

        if (length < 0)
        {
            throw new SystemCallException("readlink", -length);
        }

        return int.TryParse(target[..length], NumberStyles.None, CultureInfo.InvariantCulture, out int owner)
            ? owner
            : throw new SpindleException($"{this} is a link to \"{Encoding.UTF8.GetString(target[..length])}\", which is no process; remove it if nobody needs it.");
    }
}
