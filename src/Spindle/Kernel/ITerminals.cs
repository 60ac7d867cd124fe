namespace Spindle.Kernel;

/// <summary>Pseudo terminals: pty(7).</summary>
internal interface ITerminals
{
    /// <summary>Makes a terminal. Its master side is non-blocking and close-on-exec.</summary>
    /// <param name="slave">The path of the slave side, with a NUL at the end; empty on failure.</param>
    /// <returns>The master's descriptor, or -errno.</returns>
    int Open(out byte[] slave);

    /// <summary>Sets the size of the window; the programs in it hear of it by SIGWINCH.</summary>
    /// <returns>Zero, or -errno.</returns>
    int SetSize(int fd, int columns, int rows);
}
