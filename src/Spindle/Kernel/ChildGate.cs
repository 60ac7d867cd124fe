using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Spindle.Kernel;

/// <summary>Holds a child that is being made, before its program runs, until a pidfd for it is open.</summary>
/// <remarks>
/// <para>
/// As process 1 the runtime waits for all children as soon as it handles SIGCHLD, and a child that it has waited for before
/// there is a pidfd has no status any more. So the child first opens a FIFO for reading, which waits for a writer. Meanwhile
/// the thread that makes it hangs in vfork(2); another one finds the child among that thread's children, opens the pidfd, and
/// then opens the FIFO for writing.
/// </para>
/// <para>The FIFO has no name: it is opened through /proc. Thread: any; one child at a time.</para>
/// </remarks>
internal sealed unsafe partial class ChildGate
{
    private const int SYS_pidfd_open = 434;
    private const int O_WRONLY = 1;
    private const int O_NONBLOCK = 0x800;
    private const int O_CLOEXEC = 0x80000;
    private const int O_PATH = 0x200000;
    private const int SIGCHLD = 17;
    private const int SigactionSize = 152;
    private const int StackSize = 256 * 1024;
    private const uint EveryOne = 0x1B6; // rw-rw-rw-: the child may be another user already.

    private readonly Lock _oneAtATime = new();
    private readonly byte[] _path;
    private int _spawner; // The thread that makes the child; zero until it is about to.
    private volatile bool _isDone;

    private ChildGate(int fifo)
    {
        Fifo = fifo;
        _path = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{fifo}\0"));
    }

    /// <summary>The descriptor that the child finds the FIFO by; its first action must not close it.</summary>
    public int Fifo { get; }

    /// <summary>What the child's first action opens for reading; ends with a NUL.</summary>
    public ReadOnlySpan<byte> FifoPath => _path;

    /// <summary>Whether the runtime waits for every child of this process.</summary>
    public static bool IsNeeded
    {
        get
        {
            byte* action = stackalloc byte[SigactionSize];
            return Environment.ProcessId == 1 && sigaction(SIGCHLD, null, action) == 0 && *(nint*)action is not (0 or 1);
        }
    }

    /// <summary>Makes one.</summary>
    /// <returns>Null when there is nowhere to make a FIFO, or no /proc to find children in.</returns>
    public static ChildGate? TryMake()
    {
        if (!File.Exists($"/proc/self/task/{gettid()}/children"))
        {
            return null;
        }

        foreach (string folder in new[] { Path.GetTempPath(), "/dev/shm", "/run" })
        {
            string name = Path.Combine(folder, $"spindle-{Environment.ProcessId}-{gettid()}-{Environment.CurrentManagedThreadId}.fifo");
            if (mkfifo(name, EveryOne) == 0)
            {
                _ = chmod(name, EveryOne); // Whatever the umask is.
                int fifo = open(name, O_PATH | O_CLOEXEC, 0);
                _ = unlink(name);
                return fifo < 0 ? null : new ChildGate(fifo);
            }
        }

        return null;
    }

    /// <summary>Makes a child.</summary>
    /// <param name="spawn">Makes it, with a first action of opening the FIFO; calls <see cref="Announce"/> on its thread before. Gives zero, or -errno.</param>
    /// <param name="pidFd">The child's descriptor, close-on-exec; or -errno if it could not be had.</param>
    /// <returns>What <paramref name="spawn"/> gives.</returns>
    public int Spawn(Func<int> spawn, out int pidFd)
    {
        lock (_oneAtATime)
        {
            _spawner = 0;
            _isDone = false;
            int result = 0;
            Thread thread = new(
                () =>
                {
                    result = spawn();
                    _isDone = true;
                },
                StackSize)
            { IsBackground = true, Name = "spindle-spawn" };
            thread.Start();
            int child = FindChild();
            pidFd = child > 0 ? Errno.OrResult((int)syscall(SYS_pidfd_open, child, 0)) : -Errno.ESRCH;
            Open();
            thread.Join();
            return result;
        }
    }

    /// <summary>This thread makes the child now, and had none before.</summary>
    public void Announce() => Volatile.Write(ref _spawner, gettid());

    private int FindChild()
    {
        SpinWait spin = default;
        while (!_isDone)
        {
            int spawner = Volatile.Read(ref _spawner);
            if (spawner != 0 && ReadChild(spawner) is > 0 and var child)
            {
                return child;
            }

            spin.SpinOnce();
        }

        return 0;
    }

    // A thread that has only just been made has no other child.
    private static int ReadChild(int thread)
    {
        try
        {
            string children = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{thread}/children"));
            return int.TryParse(children.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int child) ? child : 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return 0; // The thread is gone.
        }
    }

    // There is no reader before the child has got so far (ENXIO). It is let in by the opening; nothing is written.
    private void Open()
    {
        SpinWait spin = default;
        while (!_isDone)
        {
            fixed (byte* path = _path)
            {
                int writer = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC, 0);
                if (writer >= 0)
                {
                    _ = close(writer);
                    return;
                }
            }

            spin.SpinOnce();
        }
    }

    [LibraryImport("libc")]
    private static partial int sigaction(int signal, byte* action, byte* old);

    [LibraryImport("libc")]
    private static partial int gettid();

    [LibraryImport("libc")]
    private static partial nint syscall(nint number, nint first, nint second);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkfifo(string path, uint mode);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chmod(string path, uint mode);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlink(string path);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc")]
    private static partial int open(byte* path, int flags, int mode);

    [LibraryImport("libc")]
    private static partial int close(int fd);
}
