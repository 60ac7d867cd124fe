using Spindle.Kernel;

namespace Spindle.Stdio;

/// <summary>A descriptor that was there before us: as it was found, and as it is to be left.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class StandardDescriptor
{
    private const int LastStandard = 2;

    private readonly IKernel _kernel;
    private readonly bool _wasNonBlocking;

    /// <summary>Looks at it; changes nothing yet.</summary>
    /// <exception cref="ArgumentException">It is not open, or not for this direction.</exception>
    public StandardDescriptor(IKernel kernel, int fd, string parameter, bool forReading)
    {
        _kernel = kernel;
        Fd = fd;
        int result = kernel.Files.GetStatus(fd, out FileStatus status);
        FileIdentity identity = default;
        if (result == 0)
        {
            result = kernel.Files.Identify(fd, out identity);
            IsSocket = identity.IsSocket;
            IsEndOfPipe = identity.IsPipe && !status.CanRead;
        }

        string? fault = result < 0 ? Errno.Describe(-result) : FaultOf(fd, status, identity, forReading);
        if (fault is not null)
        {
            throw new ArgumentException($"Descriptor {fd} cannot be used as {parameter}: {fault}.");
        }

        _wasNonBlocking = status.IsNonBlocking;
    }

    /// <summary>The number.</summary>
    public int Fd { get; private set; }

    public bool IsSocket { get; }

    /// <summary>Whether it is the writing end of a pipe, and cannot be read.</summary>
    public bool IsEndOfPipe { get; }

    /// <returns>Zero, or -errno.</returns>
    public int MakeNonBlocking() => Fd < 0 ? 0 : _kernel.Files.SetNonBlocking(Fd, isNonBlocking: true);

    /// <summary>The mode belongs to all who share the open file, the shell that started us among them: it gets back what it had (STDIO-12).</summary>
    public void Restore()
    {
        if (Fd >= 0 && !_wasNonBlocking)
        {
            _ = _kernel.Files.SetNonBlocking(Fd, isNonBlocking: false);
        }
    }

    /// <summary>Tells a peer that nothing more comes, though others hold the socket as well.</summary>
    public void ShutDownWriting()
    {
        if (IsSocket && Fd >= 0)
        {
            _ = _kernel.Sockets.Shutdown(Fd, ShutdownSide.Write);
        }
    }

    // What is closed when another program is run cannot have been there when this one was: the runtime has taken the free
    // number for something of its own, a pipe for example, which would never end.
    private static string? FaultOf(int fd, FileStatus status, FileIdentity identity, bool forReading) =>
        fd <= LastStandard && status.IsCloseOnExec ? "it was closed when the process was started"
        : identity.IsDirectory ? "it is a directory"
        : (forReading ? status.CanRead : status.CanWrite) ? null
        : $"it is not open for {(forReading ? "reading" : "writing")}";

    /// <summary>Closes it, once. The three standard numbers stay taken: the next file that anybody opens must not become standard output unnoticed.</summary>
    public void Close()
    {
        int fd = Fd;
        Fd = -1;
        if (fd > LastStandard)
        {
            _ = _kernel.Files.Close(fd);
        }
        else if (fd >= 0)
        {
            _ = _kernel.Files.ReplaceByNull(fd); // Should there be no descriptor for it, the old one stays: the end of the process closes it.
        }
    }
}
