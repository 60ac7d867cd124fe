using System.Runtime.InteropServices;

namespace Spindle.Tests.Support;

/// <summary>What tests ask of the system and the library has no need of.</summary>
internal static unsafe partial class NativeCalls
{
    public const int SIGUSR1 = 10;
    public const int SIGUSR2 = 12;

    private const int AF_UNIX = 1;
    private const int SOCK_STREAM = 1;
    private const int SOCK_NONBLOCK = 0x800;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int O_CLOEXEC = 0x80000;
    private const int F_GETFD = 1;
    private const int F_GETFL = 3;
    private const int F_DUPFD_CLOEXEC = 1030;
    private const int FD_CLOEXEC = 1;
    private const int O_NONBLOCK = 0x800;
    private const nint SIG_IGN = 1;

    public static (int First, int Second) CreateSocketPair()
    {
        int* ends = stackalloc int[2];
        Check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), nameof(socketpair));
        return (ends[0], ends[1]);
    }

    /// <summary>Makes a second descriptor for a file, under the number that is given.</summary>
    public static void DuplicateTo(int fd, int number) => Check(dup3(fd, number, O_CLOEXEC), nameof(dup3));

    /// <summary>Makes a second descriptor for a file, under the lowest number that is free from <paramref name="lowest"/> on.</summary>
    public static int DuplicateFrom(int fd, int lowest) => Check(fcntl(fd, F_DUPFD_CLOEXEC, lowest), nameof(fcntl));

    public static bool IsCloseOnExec(int fd) => (Check(fcntl(fd, F_GETFD, 0), nameof(fcntl)) & FD_CLOEXEC) != 0;

    public static bool IsNonBlocking(int fd) => (Check(fcntl(fd, F_GETFL, 0), nameof(fcntl)) & O_NONBLOCK) != 0;

    /// <summary>Sends this process a signal.</summary>
    public static void Raise(int signal) => Check(kill(Environment.ProcessId, signal), nameof(kill));

    /// <summary>Has the process ignore a signal, as it may inherit it.</summary>
    public static void Ignore(int signal) => _ = signal_(signal, SIG_IGN);

    /// <summary>Sends one thread of this process a signal.</summary>
    public static void RaiseIn(int threadId, int signal) => Check(tgkill(Environment.ProcessId, threadId, signal), nameof(tgkill));

    public static void Kill(int pid, int signal) => Check(kill(pid, signal), nameof(kill));

    /// <summary>Waits until a child has ended, and leaves its status to whoever wants it.</summary>
    public static void AwaitEnd(int pid)
    {
        const int P_PID = 1;
        const int WEXITED = 4;
        const int WNOWAIT = 0x01000000;
        byte* info = stackalloc byte[128];
        Check(waitid(P_PID, pid, info, WEXITED | WNOWAIT), nameof(waitid));
    }

    /// <summary>Waits for a child's end and takes its status away from whoever else wants it.</summary>
    public static void WaitFor(int pid) => Check(waitpid(pid, null, 0), nameof(waitpid));

    /// <summary>The system's number of this thread.</summary>
    public static int ThreadId() => gettid();

    private static int Check(int result, string call) =>
        result >= 0 ? result : throw new InvalidOperationException($"{call} failed with errno {Marshal.GetLastPInvokeError()}.");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socketpair(int family, int type, int protocol, int* ends);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup3(int fd, int number, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint signal_(int signal, nint handler);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tgkill(int process, int thread, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitid(int idType, int id, byte* info, int options);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int pid, int* status, int options);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int gettid();
}
