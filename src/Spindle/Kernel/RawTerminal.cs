namespace Spindle.Kernel;

/// <summary>A terminal in raw mode, which gets back the mode that it had: when this is disposed of, and however the process ends, kill -9 excepted.</summary>
/// <remarks>
/// A mode outlives the process that has set it, and a shell behind raw mode is of no use to anybody. So the terminals are
/// listed for the whole process. Who else restores them than their owner: the end of the process, an exception that nobody
/// caught, a signal's default action. While the process is stopped the shell has the terminal as it was.
/// <para>Thread: any.</para>
/// </remarks>
internal sealed class RawTerminal : IDisposable
{
    private const int SIGCONT = 18;
    private const int SIGTSTP = 20;

    private static readonly int[] Deadly = [1, 2, 3, 15]; // SIGHUP, SIGINT, SIGQUIT, SIGTERM.
    private static readonly Lock TableLock = new();
    private static readonly List<RawTerminal> Table = [];
    private static bool _isHooked;

    private readonly IKernel _kernel;
    private readonly int _fd; // A duplicate: the owner's may be closed first.
    private readonly TerminalMode _before;
    private readonly TerminalMode _raw;
    private IDisposable? _stops;
    private IDisposable? _continues;

    private RawTerminal(IKernel kernel, int fd, TerminalMode before)
    {
        _kernel = kernel;
        _fd = fd;
        _before = before;
        _raw = before.ToRaw();
    }

    /// <summary>Puts a terminal into raw mode.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="fd">The terminal; may be closed afterwards.</param>
    /// <param name="terminal">What restores it; null on failure.</param>
    /// <returns>Zero, or -errno: ENOTTY if it is no terminal.</returns>
    public static int Enter(IKernel kernel, int fd, out RawTerminal? terminal)
    {
        terminal = null;
        int result = kernel.Terminals.GetMode(fd, out TerminalMode before);
        int own = result < 0 ? result : kernel.Files.Duplicate(fd);
        if (own < 0)
        {
            return own;
        }

        RawTerminal made = new(kernel, own, before);
        lock (TableLock)
        {
            Hook(kernel);
            Table.Add(made); // First: should a signal end the process now, what was is set once more.
        }

        result = kernel.Terminals.SetMode(own, in made._raw);
        if (result < 0)
        {
            made.Dispose();
            return result;
        }

        made._stops = kernel.Signals.Subscribe(SIGTSTP, made.Stop);
        made._continues = kernel.Signals.Subscribe(SIGCONT, made.Continue);
        terminal = made;
        return 0;
    }

    /// <summary>Gives every terminal its mode back; those who have them may still dispose of them.</summary>
    public static void RestoreAll()
    {
        lock (TableLock)
        {
            // The last first: two of them may be one terminal.
            for (int i = Table.Count - 1; i >= 0; i--)
            {
                Table[i].Restore();
            }
        }
    }

    public void Dispose()
    {
        lock (TableLock)
        {
            if (Table.Remove(this))
            {
                _stops?.Dispose();
                _continues?.Dispose();
                Restore();
                _ = _kernel.Files.Close(_fd);
            }
        }
    }

    // A signal that nobody takes has its default action without a word to us, unless we have asked for it once.
    private static void Hook(IKernel kernel)
    {
        if (_isHooked)
        {
            return;
        }

        _isHooked = true;
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => RestoreAll();
        AppDomain.CurrentDomain.UnhandledException += static (_, _) => RestoreAll();
        foreach (int signal in Deadly)
        {
            kernel.Signals.Subscribe(signal, static () => { })?.Dispose();
        }
    }

    // In the background the terminal is somebody else's, and to touch it would stop us.
    private void Restore() => Set(in _before);

    private void Set(in TerminalMode mode)
    {
        if (_kernel.Terminals.IsOurs(_fd))
        {
            _ = _kernel.Terminals.SetMode(_fd, in mode);
        }
    }

    private void Stop()
    {
        lock (TableLock)
        {
            if (!Table.Contains(this))
            {
                return;
            }

            Restore();
        }

        _kernel.Signals.StopProcess();
    }

    private void Continue()
    {
        lock (TableLock)
        {
            if (Table.Contains(this))
            {
                Set(in _raw);
            }
        }
    }
}
