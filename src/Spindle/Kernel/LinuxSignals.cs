using System.Runtime.InteropServices;

namespace Spindle.Kernel;

/// <inheritdoc cref="ISignals"/>
/// <remarks>
/// There is one registration for each signal, made on first use and kept for the life of the process: signals belong to
/// the process, and disposing of a registration between a delivery and its dispatch makes the runtime take the default
/// action and end the process. Without a subscriber a delivery therefore gets its default action, or is ignored if the
/// process had inherited that, as if nobody had ever asked. signalfd(2) is no way: the runtime's threads exist before Main with every signal unblocked.
/// </remarks>
internal sealed unsafe partial class LinuxSignals : ISignals
{
    private const int SIGILL = 4;
    private const int SIGTRAP = 5;
    private const int SIGBUS = 7;
    private const int SIGFPE = 8;
    private const int SIGKILL = 9;
    private const int SIGSEGV = 11;
    private const int SIGCHLD = 17;
    private const int SIGCONT = 18;
    private const int SIGSTOP = 19;
    private const int SIGURG = 23;
    private const int SIGWINCH = 28;
    private const int FirstRuntimeSignal = 32; // glibc's two, and the runtime's own for suspending threads.
    private const int LastRuntimeSignal = 34;
    private const int LastSignal = 64;
    private const int SIG_UNBLOCK = 1;
    private const int SignalSetSize = 128;
    private const int SigactionSize = 152;

    private static readonly nint SIG_DFL = 0;
    private static readonly nint SIG_IGN = 1;

    private static readonly Lock TableLock = new();
    private static readonly PosixSignalRegistration?[] Registrations = new PosixSignalRegistration?[LastSignal + 1];
    private static readonly Action[]?[] Subscribers = new Action[]?[LastSignal + 1];
    private static readonly bool[] WasIgnored = new bool[LastSignal + 1]; // Before there was a registration.

    public IDisposable? Subscribe(int signal, Action handler)
    {
        if (!CanBeCaught(signal))
        {
            return null;
        }

        lock (TableLock)
        {
            Subscribers[signal] = [.. Subscribers[signal] ?? [], handler];
            if (Registrations[signal] is null)
            {
                // An inherited SIG_IGN would make the runtime skip its handler without a word.
                WasIgnored[signal] = HasIgnoringHandler(signal);
                StopIgnoring(signal);
                Registrations[signal] = PosixSignalRegistration.Create((PosixSignal)signal, context => Dispatch(signal, context));
            }
        }

        return new Subscription(signal, handler);
    }

    public bool IsIgnored(int signal) =>
        HasIgnoringHandler(signal)
        || (CanBeCaught(signal) && WasIgnored[signal] && Volatile.Read(ref Subscribers[signal]) is not { Length: > 0 });

    public void StopIgnoring(int signal)
    {
        if (HasIgnoringHandler(signal))
        {
            _ = signal_(signal, SIG_DFL);
        }
    }

    public void StopProcess() => _ = kill(getpid(), SIGSTOP);

    public void DieOf(int signal)
    {
        RawTerminal.RestoreAll(); // No handler of the runtime's for the end of the process will run.
        _ = signal_(signal, SIG_DFL);
        byte* set = stackalloc byte[SignalSetSize];
        _ = sigemptyset(set);
        _ = sigaddset(set, signal);
        _ = pthread_sigmask(SIG_UNBLOCK, set, null);
        _ = kill(getpid(), signal);

        // Delivery to another thread of the process takes a moment.
        Thread.Sleep(1000);
    }

    private static bool CanBeCaught(int signal) =>
        signal is > 0 and <= LastSignal
            and not (SIGILL or SIGTRAP or SIGBUS or SIGFPE or SIGKILL or SIGSEGV or SIGSTOP)
            and not (>= FirstRuntimeSignal and <= LastRuntimeSignal);

    private static bool HasIgnoringHandler(int signal)
    {
        byte* old = stackalloc byte[SigactionSize];
        return sigaction(signal, null, old) == 0 && *(nint*)old == SIG_IGN;
    }

    private static void Dispatch(int signal, PosixSignalContext context)
    {
        Action[]? subscribers = Volatile.Read(ref Subscribers[signal]);
        context.Cancel = subscribers is { Length: > 0 } || WasIgnored[signal];
        foreach (Action subscriber in subscribers ?? [])
        {
            subscriber();
        }

        if (!context.Cancel && signal is not (SIGCHLD or SIGCONT or SIGURG or SIGWINCH))
        {
            RawTerminal.RestoreAll(); // The default action ends the process, or stops it.
        }
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint signal_(int signal, nint handler);

    [LibraryImport("libc")]
    private static partial int sigaction(int signal, byte* action, byte* old);

    [LibraryImport("libc")]
    private static partial int sigemptyset(byte* set);

    [LibraryImport("libc")]
    private static partial int sigaddset(byte* set, int signal);

    [LibraryImport("libc")]
    private static partial int pthread_sigmask(int how, byte* set, byte* old);

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc")]
    private static partial int getpid();

    private sealed class Subscription(int signal, Action handler) : IDisposable
    {
        private Action? _handler = handler;

        public void Dispose()
        {
            lock (TableLock)
            {
                if (_handler is not null)
                {
                    List<Action> left = [.. Subscribers[signal] ?? []];
                    left.Remove(_handler);
                    Subscribers[signal] = [.. left];
                    _handler = null;
                }
            }
        }
    }
}
