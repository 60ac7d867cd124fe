using Spindle.Descriptors;
using Spindle.Kernel;

namespace Spindle.Stdio;

/// <summary>A terminal that this process was started on: its window, and its raw mode. What is read and written goes through <see cref="StandardIO"/>.</summary>
/// <remarks>
/// <para>
/// In raw mode every byte that is typed comes at once and as it is, Ctrl-C as 3, and nothing is echoed; the signals of the
/// keyboard are off. A terminal keeps its mode when a process ends, so the mode that was found is set again when the process
/// ends in whatever way but SIGKILL: normally, by an exception, by a signal that is handled or not. While the process is
/// stopped (SIGTSTP) the terminal is as it was found, and raw again when it goes on.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: none; Twisted's programs call Python's <c>tty</c> for this.</para>
/// </remarks>
public sealed class Terminal : IDisposable
{
    private const int SIGWINCH = 28;

    private readonly IDescriptorHost _host;
    private readonly IReactorFromThreads _threads;
    private readonly List<RawMode> _modes = [];
    private IDisposable? _windowSignal;
    private EventHandler? _sizeChanged;
    private bool _isDisposed;

    /// <summary>Takes a terminal; nothing is changed.</summary>
    /// <param name="fd">A descriptor of the terminal's. Default 0, standard input.</param>
    /// <param name="reactor">The reactor; null for the one on the event loop that runs on this thread.</param>
    /// <exception cref="ArgumentException">The descriptor is no terminal, or the reactor not one of this library's.</exception>
    /// <exception cref="ObjectDisposedException">The reactor is disposed.</exception>
    public Terminal(int fd = 0, IReactorFDSet? reactor = null)
    {
        _host = HostOf(reactor);
        _threads = (IReactorFromThreads)_host;
        Fd = fd;
        int result = _host.Kernel.Terminals.GetMode(fd, out _);
        if (result < 0)
        {
            throw new ArgumentException($"Descriptor {fd} is no terminal: {Errno.Describe(-result)}.", nameof(fd));
        }
    }

    /// <summary>Raised in a later turn when the window has got another size; several changes may be told as one. What a handler throws is logged.</summary>
    /// <remarks>It is the process that hears of this (SIGWINCH), and of its controlling terminal only.</remarks>
    public event EventHandler? SizeChanged
    {
        add
        {
            EnsureUsable();
            _windowSignal ??= _host.Kernel.Signals.Subscribe(SIGWINCH, Hear);
            _sizeChanged += value;
        }

        remove => _sizeChanged -= value;
    }

    /// <summary>The descriptor.</summary>
    public int Fd { get; }

    /// <summary>The size of the window, asked for each time. 0 by 0 when nobody has set it.</summary>
    /// <exception cref="SystemCallException">It is no terminal any more.</exception>
    public TerminalSize Size => ReadSize();

    /// <summary>Whether a descriptor is a terminal.</summary>
    /// <param name="fd">Any number.</param>
    /// <param name="reactor">As for the constructor.</param>
    /// <exception cref="ArgumentException">The reactor is not one of this library's.</exception>
    public static bool IsTerminal(int fd, IReactorFDSet? reactor = null) => HostOf(reactor).Kernel.Terminals.GetMode(fd, out _) == 0;

    /// <summary>Puts the terminal into raw mode.</summary>
    /// <returns>What restores the mode that was found. Those who enter it several times leave in the reverse order.</returns>
    /// <exception cref="SystemCallException">The kernel refuses.</exception>
    public IDisposable EnterRawMode()
    {
        EnsureUsable();
        int result = RawTerminal.Enter(_host.Kernel, Fd, out RawTerminal? raw);
        if (result < 0)
        {
            throw new SystemCallException("ioctl", -result);
        }

        RawMode mode = new(this, raw!);
        _modes.Add(mode);
        return mode;
    }

    /// <summary>Restores the mode that was found, and raises no event any more. The descriptor stays open.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _windowSignal?.Dispose();
        _windowSignal = null;
        for (int i = _modes.Count - 1; i >= 0; i--)
        {
            _modes[i].Dispose();
        }
    }

    private static IDescriptorHost HostOf(IReactorFDSet? reactor) => IDescriptorHost.Of(reactor, "A terminal needs");

    private TerminalSize ReadSize()
    {
        EnsureUsable();
        int result = _host.Kernel.Terminals.GetSize(Fd, out int columns, out int rows);
        return result == 0 ? new TerminalSize(columns, rows) : throw new SystemCallException("ioctl", -result);
    }

    private void EnsureUsable()
    {
        _host.EnsureAccess();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
    }

    // On whatever thread signals are dispatched.
    private void Hear()
    {
        try
        {
            _threads.CallFromThread(Tell);
        }
        catch (ObjectDisposedException)
        {
            // The loop is closed: nobody is left to hear of it.
        }
    }

    private void Tell()
    {
        if (!_isDisposed)
        {
            _sizeChanged?.Invoke(this, EventArgs.Empty);
        }
    }

    private sealed class RawMode(Terminal owner, RawTerminal raw) : IDisposable
    {
        public void Dispose()
        {
            owner._modes.Remove(this);
            raw.Dispose();
        }
    }
}
