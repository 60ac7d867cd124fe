namespace Spindle;

/// <summary>What a child process has beyond the parameters of <see cref="IReactorProcess.SpawnProcess"/>.</summary>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record ProcessOptions
{
    /// <summary>The complete argument vector as bytes, instead of the text. They must not contain a NUL. Default null.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? ArgumentBytes { get; init; }

    /// <summary>Whether the child leads a new session, without a terminal, and so a process group of its own. Default false. A terminal brings a session anyway.</summary>
    public bool NewSession { get; init; }

    /// <summary>The process group that the child joins; 0: a new one that it leads. Default null: this process's. Not together with a session or a terminal.</summary>
    public int? ProcessGroup { get; init; }

    /// <summary>The size of the terminal's window. Default null: as the system makes it, which is 0 by 0.</summary>
    public TerminalSize? TerminalSize { get; init; }

    /// <summary>A terminal that was made elsewhere, for a child with <c>usePty</c>. Default null: a new one is made.</summary>
    public PtyDescriptors? Pty { get; init; }
}
