namespace Spindle.Kernel;

/// <summary>Terminals and their pseudo kind: pty(7), termios(3), ioctl_tty(2).</summary>
internal interface ITerminals
{
    /// <summary>Makes a terminal. Its master side is non-blocking and close-on-exec.</summary>
    /// <param name="slave">The path of the slave side, with a NUL at the end; empty on failure.</param>
    /// <returns>The master's descriptor, or -errno.</returns>
    int Open(out byte[] slave);

    /// <summary>The size of the window.</summary>
    /// <returns>Zero, or -errno: ENOTTY if it is no terminal.</returns>
    int GetSize(int fd, out int columns, out int rows);

    /// <summary>Sets the size of the window; the programs in it hear of it by SIGWINCH.</summary>
    /// <returns>Zero, or -errno.</returns>
    int SetSize(int fd, int columns, int rows);

    /// <summary>How a terminal treats what passes through it.</summary>
    /// <returns>Zero, or -errno: ENOTTY if it is no terminal.</returns>
    int GetMode(int fd, out TerminalMode mode);

    /// <summary>Changes that at once; what is still to be put out is not waited for.</summary>
    /// <returns>Zero, or -errno.</returns>
    int SetMode(int fd, in TerminalMode mode);

    /// <summary>Whether this process may change the terminal without being stopped for it: it is in the foreground, or under no job control there.</summary>
    bool IsOurs(int fd);
}
