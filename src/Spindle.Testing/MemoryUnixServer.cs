namespace Spindle.Testing;

/// <summary>A call of <see cref="MemoryReactor.ListenUnix"/>: its arguments, and the port that it was given.</summary>
/// <param name="Path">The path or abstract name.</param>
/// <param name="Factory">The factory.</param>
/// <param name="Backlog">The backlog.</param>
/// <param name="Mode">The permissions.</param>
/// <param name="WantPid">Whether it was to hold the lock.</param>
/// <param name="Listener">What the call returned.</param>
/// <remarks>Thread: any; it never changes.</remarks>
public sealed record MemoryUnixServer(UnixAddress Path, IFactory Factory, int Backlog, UnixFileMode Mode, bool WantPid, MemoryPort Listener);
