using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <inheritdoc cref="IPaths"/>
internal sealed unsafe partial class LinuxPaths : IPaths
{
    public int CreateLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target)
    {
        fixed (byte* name = Terminate(path), text = Terminate(target))
        {
            return Errno.OrResult(symlink(text, name));
        }
    }

    public int ReadLink(ReadOnlySpan<byte> path, Span<byte> target)
    {
        fixed (byte* name = Terminate(path), text = target)
        {
            return Errno.OrResult(readlink(name, text, (nuint)target.Length));
        }
    }

    public int Remove(ReadOnlySpan<byte> path)
    {
        fixed (byte* name = Terminate(path))
        {
            return Errno.OrResult(unlink(name));
        }
    }

    public int SetMode(ReadOnlySpan<byte> path, int mode)
    {
        fixed (byte* name = Terminate(path))
        {
            return Errno.OrResult(chmod(name, (uint)mode));
        }
    }

    public int Identify(ReadOnlySpan<byte> path, out FileIdentity identity)
    {
        fixed (byte* name = Terminate(path))
        {
            return LinuxFiles.IdentifyAt(name, out identity);
        }
    }

    private static byte[] Terminate(ReadOnlySpan<byte> path) => [.. path, 0];

    [LibraryImport("libc")]
    private static partial int symlink(byte* target, byte* path);

    [LibraryImport("libc")]
    private static partial nint readlink(byte* path, byte* buffer, nuint size);

    [LibraryImport("libc")]
    private static partial int unlink(byte* path);

    [LibraryImport("libc")]
    private static partial int chmod(byte* path, uint mode);
}
