namespace Spindle.Kernel;

/// <summary>How an open file may be used. Everybody who shares it sees the same, but for the last, which is the descriptor's own.</summary>
/// <param name="IsNonBlocking">Whether calls return instead of waiting.</param>
/// <param name="CanRead">Whether it was opened for reading.</param>
/// <param name="CanWrite">Whether it was opened for writing.</param>
/// <param name="IsCloseOnExec">Whether it is closed when the process runs another program.</param>
internal readonly record struct FileStatus(bool IsNonBlocking, bool CanRead, bool CanWrite, bool IsCloseOnExec);
