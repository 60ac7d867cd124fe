namespace Spindle;

/// <summary>The ability of a transport whose other side is a program on a terminal.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public interface ITerminalTransport : ITransport
{
    /// <summary>Sets the size of the window; the programs in it hear of it by SIGWINCH. After the end: nothing.</summary>
    /// <exception cref="SystemCallException">The system refuses.</exception>
    void ResizeTerminal(TerminalSize size);
}
