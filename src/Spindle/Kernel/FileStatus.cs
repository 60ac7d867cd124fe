namespace Spindle.Kernel;

/// <summary>How an open file may be used. Everybody who shares it sees the same.</summary>
/// <param name="IsNonBlocking">Whether calls return instead of waiting.</param>
/// <param name="CanRead">Whether it was opened for reading.</param>
/// <param name="CanWrite">Whether it was opened for writing.</param>
internal readonly record struct FileStatus(bool IsNonBlocking, bool CanRead, bool CanWrite);
